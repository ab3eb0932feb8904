"""Digests: one for a watch and a window, made of the alerts that wait for it.

An alert knows its window from the moment it came in; a digest only lists what is recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, ColumnElement, Integer, String, Table, UniqueConstraint, func, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.ids import derived_id
from presswatch_shared.store.alerts import AlertRow, alerts, get_alerts
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.inbox import PENDING, SENT, inbox
from presswatch_shared.store.metadata import metadata, micros

__all__ = [
    "Window",
    "close_window",
    "digest_alerts",
    "due_windows",
    "move_window",
    "next_window",
    "set_digest_total",
    "take_window",
]

digests = Table(
    "digests",
    metadata,
    Column("digest_id", String(32), primary_key=True),
    Column("watch_id", String(64), nullable=False),
    Column("window_end", BigInteger, nullable=False),
    micros("window_start"),
    Column("total", Integer, nullable=False),
    micros("created_at", index=True),
    UniqueConstraint("watch_id", "window_end"),
)


@dataclass(frozen=True, slots=True)
class Window:
    """Alerts of a watch that wait for the same moment."""

    watch_id: str
    end: Micros

    @property
    def digest_id(self) -> str:
        return derived_id("digest", self.watch_id, str(self.end))


def next_window(tx: Tx) -> Micros | None:
    """When the next digest is due; None where nothing waits."""
    return tx.execute(select(func.min(inbox.c.window_end)).where(inbox.c.told == PENDING)).scalar()


def due_windows(tx: Tx, *, now: Micros, limit: int = 100) -> Sequence[Window]:
    """Windows that have ended and have alerts, the oldest first."""
    due = (inbox.c.told == PENDING, inbox.c.window_end <= now)
    statement = select(inbox.c.watch_id, inbox.c.window_end).where(*due).distinct()
    rows = tx.execute(statement.order_by(inbox.c.window_end, inbox.c.watch_id).limit(limit))
    return [Window(row.watch_id, row.window_end) for row in rows]


def take_window(tx: Tx, window: Window, *, now: Micros) -> bool:
    """Make the record of a digest; False where the window has one, so that there is never a second."""
    row = {
        "digest_id": window.digest_id,
        "watch_id": window.watch_id,
        "window_end": window.end,
        "window_start": window.end,
        "total": 0,
        "created_at": now,
    }
    return insert_if_absent(tx, digests, [row]) > 0


def close_window(tx: Tx, window: Window, *, reason: str = "") -> int:
    """The alerts of a window that was taken are told by its digest; how many there are."""
    values = {"told": SENT, "reason": reason, "digest_id": window.digest_id, "window_end": None}
    return tx.execute(update(inbox).where(*_waiting(window)).values(**values)).rowcount


def set_digest_total(tx: Tx, window: Window, total: int) -> Micros:
    """Note how many alerts the digest tells; gives when the first of them came in."""
    first = select(func.min(inbox.c.created_at)).where(inbox.c.digest_id == window.digest_id)
    start: Micros = tx.execute(first).scalar() or window.end
    wanted = digests.c.digest_id == window.digest_id
    tx.execute(update(digests).where(wanted).values(total=total, window_start=start))
    return start


def move_window(tx: Tx, window: Window, *, to: Micros) -> int:
    """Let alerts wait for a later window; how many there are."""
    return tx.execute(update(inbox).where(*_waiting(window)).values(window_end=to)).rowcount


def digest_alerts(tx: Tx, digest_id: str, *, limit: int | None = None) -> Sequence[AlertRow]:
    """The alerts of a digest: the most widely carried first, of equals the newest."""
    statement = select(alerts.c.alert_id).join(inbox, inbox.c.alert_id == alerts.c.alert_id)
    order = (alerts.c.outlets.desc(), alerts.c.fired_at.desc(), alerts.c.seq.desc())
    ids = tx.execute(statement.where(inbox.c.digest_id == digest_id).order_by(*order).limit(limit)).scalars().all()
    found = {row.alert_id: row for row in get_alerts(tx, ids)}
    return [found[alert_id] for alert_id in ids]


def _waiting(window: Window) -> tuple[ColumnElement[bool], ...]:
    return (inbox.c.watch_id == window.watch_id, inbox.c.told == PENDING, inbox.c.window_end == window.end)
