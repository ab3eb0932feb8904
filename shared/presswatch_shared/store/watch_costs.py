"""What matching each watch has cost since it got its present version, and whether it failed at run time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table, Text, delete, select

from presswatch_shared.clock import Micros
from presswatch_shared.store.database import Tx, upsert
from presswatch_shared.store.metadata import metadata, micros

__all__ = ["WatchCosts", "add_costs", "costs_of", "failed_watches", "forget_costs"]

IDS_A_STATEMENT = 500

watch_costs = Table(
    "watch_costs",
    metadata,
    Column("watch_id", String(64), primary_key=True),
    Column("watch_version", Integer, nullable=False),
    Column("candidates", BigInteger, nullable=False),
    Column("matches", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("failure", Text, nullable=False),
    micros("since"),
    micros("changed_at"),
)
COLUMNS = tuple(column.name for column in watch_costs.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCosts:
    """Of one version of a watch. Watches with the same query are matched once: each is told the cost of all."""

    watch_id: str
    watch_version: int
    candidates: int = 0
    """Articles that had enough of the watch to be looked at closely."""
    matches: int = 0
    seconds: float = 0.0
    """Time of one core."""
    failure: str = ""
    """Why the watch was set aside; empty where it was not."""
    since: Micros = 0
    changed_at: Micros = 0


def add_costs(tx: Tx, more: Sequence[WatchCosts], *, now: Micros) -> None:
    """Add to what is known; another version of a watch begins anew. Several alerting processes add up."""
    known = _known(tx, [costs.watch_id for costs in more], lock=True)
    rows = [_sum(known.get(costs.watch_id), costs, now) for costs in more]
    values = [{name: getattr(row, name) for name in COLUMNS} for row in rows if row is not None]
    upsert(tx, watch_costs, values, key=["watch_id"], update=COLUMNS[1:])


def costs_of(tx: Tx, versions: Mapping[str, int]) -> Mapping[str, WatchCosts]:
    """By watch, for these versions; those that cost nothing yet are left out."""
    found = _known(tx, versions, lock=False)
    return {watch_id: costs for watch_id, costs in found.items() if costs.watch_version == versions[watch_id]}


def failed_watches(tx: Tx) -> Sequence[WatchCosts]:
    """Those set aside, at whatever version."""
    rows = tx.execute(select(watch_costs).where(watch_costs.c.failure != "").order_by(watch_costs.c.watch_id))
    return [WatchCosts(**row._mapping) for row in rows]


def forget_costs(tx: Tx, watch_id: str) -> None:
    """Of a watch that is removed."""
    tx.execute(delete(watch_costs).where(watch_costs.c.watch_id == watch_id))


def _known(tx: Tx, watch_ids: Iterable[str], *, lock: bool) -> dict[str, WatchCosts]:
    wanted = sorted(set(watch_ids))
    known: dict[str, WatchCosts] = {}
    for start in range(0, len(wanted), IDS_A_STATEMENT):
        statement = select(watch_costs).where(watch_costs.c.watch_id.in_(wanted[start : start + IDS_A_STATEMENT]))
        rows = tx.execute(statement.with_for_update() if lock else statement)
        known |= {row.watch_id: WatchCosts(**row._mapping) for row in rows}
    return known


def _sum(before: WatchCosts | None, more: WatchCosts, now: Micros) -> WatchCosts | None:
    """None where a newer version is written down already."""
    if before is None or before.watch_version < more.watch_version:
        return replace(more, since=now, changed_at=now)
    if before.watch_version > more.watch_version:
        return None
    return replace(
        before,
        candidates=before.candidates + more.candidates,
        matches=before.matches + more.matches,
        seconds=before.seconds + more.seconds,
        failure=more.failure or before.failure,
        changed_at=now,
    )
