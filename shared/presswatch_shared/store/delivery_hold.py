"""A product that was restored from a backup sends nothing until it is told to: the other one may have sent it since."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.store.counters import counters
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.outbox import DROPPED, PENDING, outbox

__all__ = ["drop_held", "hold_deliveries", "release_deliveries", "waits_since"]

HOLD = "deliveries-held-since"


def hold_deliveries(tx: Tx, *, now: Micros) -> None:
    """Claim nothing from the outbox from now on."""
    insert_if_absent(tx, counters, [{"name": HOLD, "value": now}])


def waits_since(tx: Tx) -> Micros | None:
    """Since when deliveries are held; None where they are not."""
    return tx.execute(select(counters.c.value).where(counters.c.name == HOLD)).scalar()


def release_deliveries(tx: Tx) -> bool:
    """Let everything that waits go out. False where nothing was held."""
    return tx.execute(delete(counters).where(counters.c.name == HOLD)).rowcount > 0


def drop_held(tx: Tx, *, before: Micros, now: Micros) -> int:
    """End what waits and was queued before that moment, unsent; how many."""
    waiting = (outbox.c.state == PENDING, outbox.c.created_at < before)
    values = {"state": DROPPED, "finished_at": now, "leased_until": 0}
    return tx.execute(update(outbox).where(*waiting).values(**values)).rowcount
