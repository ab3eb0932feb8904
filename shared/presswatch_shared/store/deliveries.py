"""Each try of each delivery, kept: when, what came of it, what the receiver answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table, Text, delete, func, select

from presswatch_shared.clock import Micros
from presswatch_shared.store.channels import channels
from presswatch_shared.store.database import Tx
from presswatch_shared.store.metadata import metadata, micros, row_id
from presswatch_shared.store.outbox import outbox

__all__ = [
    "Delivery",
    "Try",
    "add_try",
    "count_outcomes",
    "forget_tries",
    "last_outcomes",
    "list_deliveries",
    "list_tries",
]

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", row_id(), primary_key=True, autoincrement=True),
    Column("outbox_id", BigInteger, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    micros("at", index=True),
    Column("outcome", String(16), nullable=False),
    Column("status", Integer, nullable=True),
    Column("detail", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try. `outcome` is from a closed set; `status` the HTTP status where there was an answer."""

    outbox_id: int
    number: int
    """From 1."""
    at: Micros
    outcome: str
    status: int | None
    detail: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An alert on its way through a channel: pending, delivered, or how else it ended."""

    id: int
    alert_id: str
    channel_id: str
    kind: str
    channel_kind: str
    target: str
    watch_id: str
    state: str
    tries: int
    due_at: Micros
    created_at: Micros
    finished_at: Micros | None


def add_try(tx: Tx, made: Try) -> None:
    tx.execute(deliveries.insert().values(**{name: getattr(made, name) for name in Try.__slots__}))


def list_tries(tx: Tx, delivery_id: int) -> Sequence[Try]:
    """All tries of a delivery, in order."""
    columns = [deliveries.c[name] for name in Try.__slots__]
    rows = tx.execute(select(*columns).where(deliveries.c.outbox_id == delivery_id).order_by(deliveries.c.id))
    return [Try(**row._mapping) for row in rows]


def list_deliveries(
    tx: Tx, *, state: str | None = None, watch_id: str | None = None, before: int | None = None, limit: int = 50
) -> Sequence[Delivery]:
    """Newest first; `before` is the id of the last one seen."""
    columns: list[Column[Any]] = [outbox.c[name] for name in Delivery.__slots__ if name in outbox.c]
    statement = select(*columns, channels.c.target, channels.c.watch_id)
    statement = statement.join(channels, channels.c.id == outbox.c.channel_id)
    if state is not None:
        statement = statement.where(outbox.c.state == state)
    if watch_id is not None:
        statement = statement.where(channels.c.watch_id == watch_id)
    if before is not None:
        statement = statement.where(outbox.c.id < before)
    rows = tx.execute(statement.order_by(outbox.c.id.desc()).limit(limit))
    return [Delivery(**row._mapping) for row in rows]


def last_outcomes(tx: Tx, channel_id: str, *, limit: int) -> Sequence[str]:
    """How the last tries through a channel ended, the newest first."""
    statement = select(deliveries.c.outcome).join(outbox, outbox.c.id == deliveries.c.outbox_id)
    wanted = statement.where(outbox.c.channel_id == channel_id).order_by(deliveries.c.id.desc())
    return tx.execute(wanted.limit(limit)).scalars().all()


def count_outcomes(tx: Tx) -> Mapping[str, int]:
    """How many tries ended how."""
    rows = tx.execute(select(deliveries.c.outcome, func.count()).group_by(deliveries.c.outcome))
    return {row[0]: row[1] for row in rows}


def forget_tries(tx: Tx, *, before: Micros) -> int:
    """Retention: forget tries made before a moment."""
    return tx.execute(delete(deliveries).where(deliveries.c.at < before)).rowcount
