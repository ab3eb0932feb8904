"""Each try of each delivery, kept: when, what came of it, what the receiver answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Float,
    Integer,
    Select,
    String,
    Table,
    Text,
    func,
    or_,
    select,
)

from presswatch_shared.clock import Micros
from presswatch_shared.store.channels import channels
from presswatch_shared.store.database import Tx
from presswatch_shared.store.metadata import metadata, micros, row_id
from presswatch_shared.store.outbox import STATES, outbox
from presswatch_shared.store.ownership import Owners, belongs_to

__all__ = [
    "Delivery",
    "Try",
    "add_try",
    "count_outcomes",
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
last = deliveries.alias("last")


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
    """A message on its way through a channel: pending, delivered, or how else it ended."""

    id: int
    alert_id: str
    """Of a digest, a test or a notice its own id."""
    channel_id: str
    kind: str
    """fired, updated, digest, test or notice."""
    channel_kind: str
    target: str
    watch_id: str
    state: str
    tries: int
    due_at: Micros
    created_at: Micros
    finished_at: Micros | None
    last_outcome: str | None
    """Of the last try; None before the first."""
    last_status: int | None
    last_detail: str | None
    last_at: Micros | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries; None = all. Moments are of when a delivery was queued, `until` exclusive."""

    state: str | None = None
    watch_id: str | None = None
    channel_id: str | None = None
    channel_kind: str | None = None
    kind: str | None = None
    alert_id: str | None = None
    outcome: str | None = None
    """Of the last try."""
    owners: Owners = None
    """Of the watch."""
    since: Micros | None = None
    until: Micros | None = None
    text: str | None = None
    """Part of a target, or of what the other side answered last."""


ALL = DeliveryFilter()


def add_try(tx: Tx, made: Try) -> None:
    tx.execute(deliveries.insert().values(**{name: getattr(made, name) for name in Try.__slots__}))


def list_tries(tx: Tx, delivery_id: int) -> Sequence[Try]:
    """All tries of a delivery, in order."""
    return tries_of(tx, [delivery_id]).get(delivery_id, [])


def list_deliveries(
    tx: Tx, *, only: DeliveryFilter = ALL, before: int | None = None, limit: int = 50
) -> Sequence[Delivery]:
    """Newest first; `before` is the id of the last one seen."""
    statement = _statement().where(*_clauses(only)).order_by(outbox.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(outbox.c.id < before)
    return [Delivery(**row._mapping) for row in tx.execute(statement)]


def get_delivery(tx: Tx, delivery_id: int) -> Delivery | None:
    """One delivery."""
    statement = _statement().where(outbox.c.id == delivery_id)
    row = tx.execute(statement).first()
    return None if row is None else Delivery(**row._mapping)


def _statement() -> Select[Any]:
    own: list[Column[Any]] = [outbox.c[name] for name in Delivery.__slots__ if name in outbox.c]
    newest = select(func.max(deliveries.c.id)).where(deliveries.c.outbox_id == outbox.c.id).correlate(outbox)
    joined = outbox.join(channels, channels.c.id == outbox.c.channel_id)
    return select(
        *own,
        channels.c.target,
        channels.c.watch_id,
        last.c.outcome.label("last_outcome"),
        last.c.status.label("last_status"),
        last.c.detail.label("last_detail"),
        last.c.at.label("last_at"),
    ).select_from(joined.outerjoin(last, last.c.id == newest.scalar_subquery()))


def _clauses(only: DeliveryFilter) -> list[ColumnElement[bool]]:
    columns: Mapping[str, ColumnElement[Any]] = {
        "state": outbox.c.state,
        "watch_id": channels.c.watch_id,
        "channel_id": outbox.c.channel_id,
        "channel_kind": outbox.c.channel_kind,
        "kind": outbox.c.kind,
        "alert_id": outbox.c.alert_id,
        "outcome": last.c.outcome,
    }
    found = [column == getattr(only, name) for name, column in columns.items() if getattr(only, name) is not None]
    if only.since is not None:
        found.append(outbox.c.created_at >= only.since)
    if only.until is not None:
        found.append(outbox.c.created_at < only.until)
    if only.text:
        found.append(
            or_(*(column.icontains(only.text, autoescape=True) for column in (channels.c.target, last.c.detail)))
        )
    return found + belongs_to(channels.c.watch_id, only.owners)


def last_outcomes(tx: Tx, channel_id: str, *, limit: int) -> Sequence[str]:
    """How the last tries through a channel ended, the newest first."""
    statement = select(deliveries.c.outcome).join(outbox, outbox.c.id == deliveries.c.outbox_id)
    wanted = statement.where(outbox.c.channel_id == channel_id).order_by(deliveries.c.id.desc())
    return tx.execute(wanted.limit(limit)).scalars().all()


def count_outcomes(tx: Tx) -> Mapping[str, int]:
    """How many tries ended how."""
    rows = tx.execute(select(deliveries.c.outcome, func.count()).group_by(deliveries.c.outcome))
    return {row[0]: row[1] for row in rows}


def count_delivery_states(tx: Tx, *, only: DeliveryFilter = ALL) -> Mapping[str, int]:
    """How many deliveries stand how, each state named."""
    rows = tx.execute(
        _statement().where(*_clauses(only)).with_only_columns(outbox.c.state, func.count()).group_by(outbox.c.state)
    )
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


def tries_of(tx: Tx, delivery_ids: Sequence[int]) -> Mapping[int, Sequence[Try]]:
    """All tries of some deliveries, in order, by delivery."""
    columns = [deliveries.c[name] for name in Try.__slots__]
    wanted = select(*columns).where(deliveries.c.outbox_id.in_(delivery_ids)).order_by(deliveries.c.id)
    found: dict[int, list[Try]] = {}
    for row in tx.execute(wanted):
        found.setdefault(row.outbox_id, []).append(Try(**row._mapping))
    return found
