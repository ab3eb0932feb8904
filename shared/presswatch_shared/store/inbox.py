"""The inbox: every alert of a watch's owner, whatever else tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Select, String, Table, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.store import counters
from presswatch_shared.store.alerts import AlertRow, get_alerts
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros

__all__ = ["READ", "UNREAD", "InboxItem", "add_items", "inbox_since", "list_inbox", "mark_item"]

UNREAD, READ = "unread", "read"
CHANGES = "inbox"

inbox = Table(
    "inbox",
    metadata,
    Column("alert_id", String(32), primary_key=True),
    Column("owner", String(64), nullable=False, index=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    micros("created_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    """An alert in the inbox of its watch's owner."""

    seq: int
    owner: str
    state: str
    """unread or read."""
    created_at: Micros
    alert: AlertRow


def add_items(tx: Tx, items: Sequence[tuple[str, str]], *, now: Micros) -> frozenset[str]:
    """Put (alert id, owner) pairs in; gives the ids of the alerts that were new."""
    known = _known(tx, [alert_id for alert_id, _ in items])
    new = {alert_id: owner for alert_id, owner in items if alert_id not in known}
    numbers = counters.next_values(tx, CHANGES, len(new)) if new else ()
    rows = [
        {"alert_id": alert_id, "owner": owner, "seq": seq, "state": UNREAD, "created_at": now}
        for (alert_id, owner), seq in zip(new.items(), numbers, strict=True)
    ]
    insert_if_absent(tx, inbox, rows)
    return frozenset(new)


def list_inbox(tx: Tx, *, owner: str | None = None, before: int | None = None, limit: int = 50) -> Sequence[InboxItem]:
    """Newest first; `before` is the `seq` of the last one seen."""
    statement = select(inbox).order_by(inbox.c.seq.desc()).limit(limit)
    if owner is not None:
        statement = statement.where(inbox.c.owner == owner)
    if before is not None:
        statement = statement.where(inbox.c.seq < before)
    return _with_alerts(tx, statement)


def inbox_since(tx: Tx, seq: int, *, owner: str | None = None, limit: int = 100) -> Sequence[InboxItem]:
    """Items that came after `seq`, in order."""
    statement = select(inbox).where(inbox.c.seq > seq).order_by(inbox.c.seq).limit(limit)
    if owner is not None:
        statement = statement.where(inbox.c.owner == owner)
    return _with_alerts(tx, statement)


def mark_item(tx: Tx, alert_id: str, state: str) -> bool:
    """Set an item to read or unread; False where there is none."""
    return tx.execute(update(inbox).where(inbox.c.alert_id == alert_id).values(state=state)).rowcount > 0


def _known(tx: Tx, alert_ids: Sequence[str]) -> frozenset[str]:
    return frozenset(tx.execute(select(inbox.c.alert_id).where(inbox.c.alert_id.in_(sorted(alert_ids)))).scalars())


def _with_alerts(tx: Tx, statement: Select[Any]) -> Sequence[InboxItem]:
    rows = tx.execute(statement).all()
    found = {alert.alert_id: alert for alert in get_alerts(tx, [row.alert_id for row in rows])}
    return [
        InboxItem(seq=row.seq, owner=row.owner, state=row.state, created_at=row.created_at, alert=found[row.alert_id])
        for row in rows
    ]
