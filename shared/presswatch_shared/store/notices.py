"""What an owner must know: a channel of a watch stopped working."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, String, Table, Text, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.ids import derived_id
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros

__all__ = ["NoticeRow", "add_notice", "get_notice", "list_notices", "mark_notice_read"]

notices = Table(
    "notices",
    metadata,
    Column("notice_id", String(32), primary_key=True),
    Column("owner", String(64), nullable=False, index=True),
    Column("watch_id", String(64), nullable=False),
    Column("channel_id", String(64), nullable=False),
    Column("text", Text, nullable=False),
    micros("created_at", index=True),
    micros("read_at", nullable=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One thing to know; unread where `read_at` is None."""

    notice_id: str
    owner: str
    watch_id: str
    channel_id: str
    text: str
    created_at: Micros
    read_at: Micros | None


def add_notice(tx: Tx, *, owner: str, watch_id: str, channel_id: str, text: str, now: Micros) -> NoticeRow:
    """Say it once: the same text of the same channel at the same moment is one notice."""
    notice = NoticeRow(
        notice_id=derived_id("notice", channel_id, str(now), text),
        owner=owner,
        watch_id=watch_id,
        channel_id=channel_id,
        text=text,
        created_at=now,
        read_at=None,
    )
    insert_if_absent(tx, notices, [{name: getattr(notice, name) for name in NoticeRow.__slots__}])
    return notice


def list_notices(
    tx: Tx, *, owners: Collection[str] | None = None, unread: bool = False, watch_id: str | None = None, limit: int = 50
) -> Sequence[NoticeRow]:
    """Newest first."""
    statement = select(notices).order_by(notices.c.created_at.desc(), notices.c.notice_id).limit(limit)
    if owners is not None:
        statement = statement.where(notices.c.owner.in_(sorted(owners)))
    if watch_id is not None:
        statement = statement.where(notices.c.watch_id == watch_id)
    if unread:
        statement = statement.where(notices.c.read_at.is_(None))
    return [NoticeRow(**row._mapping) for row in tx.execute(statement)]


def mark_notice_read(tx: Tx, notice_id: str, *, now: Micros) -> bool:
    """False where there is none."""
    return tx.execute(update(notices).where(notices.c.notice_id == notice_id).values(read_at=now)).rowcount > 0


def get_notice(tx: Tx, notice_id: str) -> NoticeRow | None:
    row = tx.execute(select(notices).where(notices.c.notice_id == notice_id)).first()
    return None if row is None else NoticeRow(**row._mapping)
