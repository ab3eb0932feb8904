"""The inbox: every alert of a watch's owner, with what else became of it.

`told` says whether it went to the channels (`sent`), waits for a digest (`pending`) or stands here alone
(`suppressed`), with the reason. Each alert has exactly one of the three.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Select, String, Table, func, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.store import counters
from presswatch_shared.store.alerts import AlertRow, get_alerts
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.store.ownership import Owners, belongs_to

__all__ = [
    "CHANGES",
    "INBOX_ONLY",
    "KEPT",
    "PENDING",
    "READ",
    "SENT",
    "STATES",
    "SUPPRESSED",
    "TOLD",
    "UNREAD",
    "InboxFilter",
    "InboxItem",
    "NewItem",
    "add_items",
    "count_states",
    "count_told",
    "get_item",
    "inbox",
    "items_of",
    "known_alerts",
    "list_inbox",
    "mark_all_read",
    "mark_items",
]

UNREAD, READ, KEPT = "unread", "read", "kept"
STATES = (UNREAD, READ, KEPT)
SENT, PENDING, SUPPRESSED = "sent", "pending", "suppressed"
TOLD = (SENT, PENDING, SUPPRESSED)
INBOX_ONLY = "inbox_only"
"""Reason beside `sent`: the watch had no channel but this one."""
CHANGES = "inbox"

inbox = Table(
    "inbox",
    metadata,
    Column("alert_id", String(32), primary_key=True),
    Column("owner", String(64), nullable=False, index=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    micros("created_at", index=True),
    Column("watch_id", String(64), nullable=False),
    Column("story_id", String(32), nullable=False, index=True),
    Column("told", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    # When the digest is due that an alert waits for.
    micros("window_end", nullable=True),
    Column("digest_id", String(32), nullable=True, index=True),
    Index("ix_inbox_watch_id_told_created_at", "watch_id", "told", "created_at"),
    Index("ix_inbox_told_window_end", "told", "window_end"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """An alert that comes into the inbox, and what the policy of its watch says of it."""

    alert_id: str
    owner: str
    watch_id: str
    story_id: str
    state: str = UNREAD
    told: str = SENT
    reason: str = ""
    window_end: Micros | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """An alert in the inbox of its watch's owner."""

    seq: int
    owner: str
    state: str
    """unread, read or kept."""
    created_at: Micros
    told: str
    """sent, pending or suppressed."""
    reason: str
    """Why it was suppressed; `inbox_only` where the watch had no channel."""
    window_end: Micros | None
    digest_id: str | None
    alert: AlertRow


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """Which items; None = all."""

    owners: Owners = None
    state: str | None = None
    told: str | None = None
    watch_id: str | None = None
    held_back: bool = False
    """Only what a policy kept from being sent, not what no channel was to tell."""

    def clauses(self) -> list[ColumnElement[bool]]:
        names = ("state", "told", "watch_id")
        chosen = [inbox.c[name] == getattr(self, name) for name in names if getattr(self, name) is not None]
        if self.held_back:
            chosen += [inbox.c.told == SUPPRESSED, inbox.c.reason != INBOX_ONLY]
        return chosen + belongs_to(inbox.c.watch_id, self.owners)


ALL = InboxFilter()


def add_items(tx: Tx, items: Sequence[NewItem], *, now: Micros) -> None:
    """Put alerts in that are not there yet (`known_alerts` tells which)."""
    if not items:
        return
    numbers = counters.next_values(tx, CHANGES, len(items))
    rows = [
        {name: getattr(item, name) for name in NewItem.__slots__} | {"seq": seq, "created_at": now, "digest_id": None}
        for item, seq in zip(items, numbers, strict=True)
    ]
    insert_if_absent(tx, inbox, rows)


def known_alerts(tx: Tx, alert_ids: Iterable[str]) -> frozenset[str]:
    """Those of these alerts that are in the inbox."""
    wanted = inbox.c.alert_id.in_(sorted(set(alert_ids)))
    return frozenset(tx.execute(select(inbox.c.alert_id).where(wanted)).scalars())


def list_inbox(tx: Tx, *, only: InboxFilter = ALL, before: int | None = None, limit: int = 50) -> Sequence[InboxItem]:
    """Newest first; `before` is the `seq` of the last one seen."""
    statement = select(inbox).where(*only.clauses()).order_by(inbox.c.seq.desc()).limit(limit)
    if before is not None:
        statement = statement.where(inbox.c.seq < before)
    return _with_alerts(tx, statement)


def items_of(tx: Tx, alert_ids: Iterable[str]) -> Mapping[str, InboxItem]:
    """What is in the inbox of these alerts, by alert; one that was just recorded may not be there yet."""
    statement = select(inbox).where(inbox.c.alert_id.in_(sorted(set(alert_ids))))
    return {item.alert.alert_id: item for item in _with_alerts(tx, statement)}


def get_item(tx: Tx, alert_id: str) -> InboxItem | None:
    """The item of an alert."""
    statement = select(inbox).where(inbox.c.alert_id == alert_id)
    return next(iter(_with_alerts(tx, statement)), None)


def mark_items(tx: Tx, alert_ids: Iterable[str], state: str, *, owners: Owners = None) -> int:
    """Set items to unread, read or kept; how many there were."""
    wanted = inbox.c.alert_id.in_(sorted(set(alert_ids)))
    statement = update(inbox).where(wanted, *InboxFilter(owners=owners).clauses()).values(state=state)
    return tx.execute(statement).rowcount


def mark_all_read(tx: Tx, *, only: InboxFilter, until: int) -> int:
    """Set what is unread to read, up to the `seq` that was seen; how many there were."""
    wanted = (inbox.c.seq <= until, inbox.c.state == UNREAD, *only.clauses())
    return tx.execute(update(inbox).where(*wanted).values(state=READ)).rowcount


def count_states(tx: Tx, *, only: InboxFilter = ALL) -> Mapping[str, int]:
    """How many are unread, read and kept."""
    return _counts(tx, inbox.c.state, only, STATES)


def count_told(tx: Tx, *, only: InboxFilter = ALL) -> Mapping[str, int]:
    """How many were sent, wait for a digest, or were suppressed: the sum is every alert that came in."""
    return _counts(tx, inbox.c.told, only, TOLD)


def _counts(tx: Tx, column: Column[str], only: InboxFilter, values: Sequence[str]) -> Mapping[str, int]:
    rows = tx.execute(select(column, func.count()).where(*only.clauses()).group_by(column))
    return dict.fromkeys(values, 0) | {row[0]: row[1] for row in rows}


def _with_alerts(tx: Tx, statement: Select[Any]) -> Sequence[InboxItem]:
    rows = tx.execute(statement).all()
    found = {alert.alert_id: alert for alert in get_alerts(tx, [row.alert_id for row in rows])}
    names = [name for name in InboxItem.__slots__ if name != "alert"]
    return [
        InboxItem(alert=found[row.alert_id], **{name: row._mapping[name] for name in names})
        for row in rows
        if row.alert_id in found
    ]
