"""How many alerts watches have made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from presswatch_shared.clock import Micros
from presswatch_shared.store.alerts import alerts
from presswatch_shared.store.database import Tx

__all__ = ["AlertCount", "alert_counts"]


@dataclass(frozen=True, slots=True)
class AlertCount:
    """All alerts of a watch, and when the last one fired."""

    count: int
    last_fired_at: Micros


def alert_counts(tx: Tx, watch_ids: Iterable[str]) -> Mapping[str, AlertCount]:
    """By watch; those without an alert are left out."""
    statement = (
        select(alerts.c.watch_id, func.count(), func.max(alerts.c.fired_at))
        .where(alerts.c.watch_id.in_(sorted(set(watch_ids))))
        .group_by(alerts.c.watch_id)
    )
    return {watch_id: AlertCount(count, last) for watch_id, count, last in tx.execute(statement)}
