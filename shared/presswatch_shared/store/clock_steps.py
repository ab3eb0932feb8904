"""A clock that was set back: what was planned by the old one would wait for as long as it was ahead.

The newest moment that was seen is noted in the store. Whoever notes an earlier one takes the difference off all that is
planned, in the same transaction, so that it is done once however many processes look; a watch that would begin to fire
in the future fires from now on. Nothing is done for a clock that
was set forward: everything is due then, and leases of the living are renewed.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, case, select, true, update

from presswatch_shared.clock import MINUTE, Micros
from presswatch_shared.store import watches
from presswatch_shared.store.breakers import endpoints
from presswatch_shared.store.counters import counters, next_values
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.frontier import DUE, frontier
from presswatch_shared.store.hosts import hosts
from presswatch_shared.store.outbox import PENDING, outbox
from presswatch_shared.store.sources import sources

__all__ = ["SEEN", "TOLERATED", "note_clock"]

SEEN = "newest-moment-seen"
"""Name of the counter that holds it."""
TOLERATED = MINUTE
"""Clocks of several machines differ by so much, in µs."""
PLANNED: Sequence[tuple[Table, Sequence[str], ColumnElement[bool]]] = (
    (sources, ("due_at", "leased_until"), true()),
    (frontier, ("due_at", "leased_until"), frontier.c.state == DUE),
    (hosts, ("next_allowed_at", "blocked_until", "busy_until"), true()),
    (outbox, ("due_at", "leased_until"), outbox.c.state == PENDING),
    (endpoints, ("open_until",), true()),
)


def note_clock(tx: Tx, *, now: Micros) -> Micros:
    """Note the moment; gives how far the clock was set back since the last note, 0 where it was not."""
    insert_if_absent(tx, counters, [{"name": SEEN, "value": now}])
    row = select(counters.c.value).where(counters.c.name == SEEN).with_for_update()
    back = tx.execute(row).scalar_one() - now
    stepped = back if back > TOLERATED else 0
    if stepped:
        _plan_earlier(tx, stepped, now)
        _watch_from_now_on(tx, now)
    if stepped or back < 0:
        tx.execute(update(counters).where(counters.c.name == SEEN).values(value=now))
    return stepped


def _plan_earlier(tx: Tx, by: Micros, now: Micros) -> None:
    for table, columns, which in PLANNED:
        for name in columns:
            column = table.c[name]
            # What lies in the past of both clocks stays; nothing becomes due before it would have been.
            earlier = case((column - by > now, column - by), else_=now)
            tx.execute(update(table).where(which, column > now).values({name: earlier}))


def _watch_from_now_on(tx: Tx, now: Micros) -> None:
    rows = watches.watches
    ahead = sorted(tx.execute(select(rows.c.id).where(rows.c.active_from > now)).scalars())
    numbers = next_values(tx, watches.CHANGES, len(ahead)) if ahead else ()
    for watch_id, seq in zip(ahead, numbers, strict=True):
        tx.execute(update(rows).where(rows.c.id == watch_id).values(active_from=now, seq=seq))
