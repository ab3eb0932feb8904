"""The last polls of each source: when, how they ended and why. A source keeps a bounded number of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table, Text, delete, select

from presswatch_shared.clock import Micros
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata

__all__ = ["KEPT", "SourcePoll", "last_polls", "note_poll", "source_polls"]

KEPT = 50
"""Polls a source."""

source_polls = Table(
    "source_polls",
    metadata,
    Column("source_id", String(64), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("outcome", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("items", Integer, nullable=False),
    Column("items_new", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePoll:
    """One look at a source. `detail` says why where it did not work; `status` is 0 where nothing was answered."""

    source_id: str
    at: Micros
    outcome: str
    detail: str = ""
    status: int = 0
    seconds: float = 0.0
    items: int = 0
    items_new: int = 0


def note_poll(tx: Tx, poll: SourcePoll) -> None:
    """Keep it, and let the oldest beyond `KEPT` go."""
    insert_if_absent(tx, source_polls, [asdict(poll)])
    of_source = source_polls.c.source_id == poll.source_id
    newest = select(source_polls.c.at).where(of_source).order_by(source_polls.c.at.desc())
    oldest_kept = newest.offset(KEPT - 1).limit(1).scalar_subquery()
    tx.execute(delete(source_polls).where(of_source, source_polls.c.at < oldest_kept))


def last_polls(tx: Tx, source_id: str, *, limit: int = KEPT) -> Sequence[SourcePoll]:
    """The newest first."""
    statement = select(source_polls).where(source_polls.c.source_id == source_id)
    rows = tx.execute(statement.order_by(source_polls.c.at.desc()).limit(limit))
    return [SourcePoll(**row._mapping) for row in rows]
