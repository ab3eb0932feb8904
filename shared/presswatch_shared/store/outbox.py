"""The outbox: what is still to be told, claimed by lease an endpoint at a time, so that no endpoint holds up another.

A row is one (alert, channel, kind). After the breaker of an endpoint was open (`breakers.py`), one message alone tries
whether the endpoint is back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    func,
    select,
)
from sqlalchemy import update as change

from presswatch_shared.clock import Micros
from presswatch_shared.store.breakers import endpoints, know_endpoints
from presswatch_shared.store.channels import Channel, channels
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros, row_id

__all__ = [
    "CHANNEL_DISABLED",
    "DELIVERED",
    "DROPPED",
    "GIVEN_UP",
    "PENDING",
    "STATES",
    "SUPERSEDED",
    "Claimed",
    "NewDelivery",
    "Pending",
    "add_deliveries",
    "claim",
    "delivery_number",
    "drop_pending",
    "finish",
    "has_due",
    "move_endpoint",
    "pending",
    "postpone",
    "release",
    "renew",
    "send_again",
    "supersede",
    "void_leases",
]

PENDING = "pending"
DELIVERED = "delivered"
GIVEN_UP = "given_up"
"""The last try of the schedule failed."""
CHANNEL_DISABLED = "channel_disabled"
"""The receiver wants nothing more."""
DROPPED = "dropped"
"""The watch or the channel was removed."""
SUPERSEDED = "superseded"
"""A digest that never got through became part of the next one."""
STATES = (PENDING, DELIVERED, GIVEN_UP, CHANNEL_DISABLED, DROPPED, SUPERSEDED)

outbox = Table(
    "outbox",
    metadata,
    Column("id", row_id(), primary_key=True, autoincrement=True),
    Column("alert_id", String(32), nullable=False),
    Column("channel_id", String(64), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("channel_kind", String(16), nullable=False),
    Column("endpoint", String(32), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    micros("due_at"),
    micros("leased_until"),
    micros("created_at"),
    micros("finished_at", nullable=True),
    UniqueConstraint("alert_id", "channel_id", "kind"),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    Index("ix_outbox_endpoint_state_due_at", "endpoint", "state", "due_at"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """An alert to be told through a channel. `payload` is the event as JSON."""

    alert_id: str
    kind: str
    channel: Channel
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that is ours until its lease ends."""

    id: int
    alert_id: str
    channel_id: str
    kind: str
    channel_kind: str
    endpoint: str
    payload: str
    tries: int
    """How many were made before."""
    created_at: Micros
    watch_id: str
    target: str
    secret: str
    token: str | None
    retired_secrets: tuple[tuple[str, Micros], ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits for a kind of channel: how many, and since when the oldest."""

    count: int
    oldest: Micros


def add_deliveries(tx: Tx, new: Sequence[NewDelivery], *, now: Micros) -> int:
    """Put deliveries in that are not there yet; says how many were new."""
    know_endpoints(tx, {item.channel.endpoint for item in new})
    return insert_if_absent(tx, outbox, [_values(item, now) for item in new])


def claim(
    tx: Tx, *, now: Micros, leased_until: Micros, limit: int, per_endpoint: int, trial_after: int
) -> Sequence[Claimed]:
    """Take due deliveries, at most `per_endpoint` in flight for each endpoint (one after `trial_after` failures).

    Endpoints come in the order of what has waited longest in each, so one with many rows gets no more than its share.
    """
    taken: list[Claimed] = []
    for endpoint in _ready_endpoints(tx, now):
        if len(taken) >= limit:
            break
        locked = select(endpoints.c.failures).where(endpoints.c.endpoint == endpoint, endpoints.c.open_until <= now)
        failures = tx.execute(locked.with_for_update(skip_locked=True)).scalar()
        if failures is not None:
            most = 1 if failures >= trial_after else per_endpoint
            free = min(most - _in_flight(tx, endpoint, now), limit - len(taken))
            taken += _take(tx, endpoint, now, leased_until, free)
    return taken


def has_due(tx: Tx, *, now: Micros) -> bool:
    """Whether `claim` may find anything; reads only."""
    return bool(_ready_endpoints(tx, now, limit=1))


def finish(tx: Tx, delivery_id: int, state: str, *, now: Micros) -> None:
    """Nothing more is tried: `state` says how it ended."""
    values = {"state": state, "finished_at": now, "leased_until": 0, "tries": outbox.c.tries + 1}
    tx.execute(change(outbox).where(outbox.c.id == delivery_id, outbox.c.state == PENDING).values(**values))


def postpone(tx: Tx, delivery_id: int, *, due_at: Micros) -> None:
    """A try failed: the next one is at `due_at`."""
    values = {"due_at": due_at, "leased_until": 0, "tries": outbox.c.tries + 1}
    tx.execute(change(outbox).where(outbox.c.id == delivery_id, outbox.c.state == PENDING).values(**values))


def release(tx: Tx, delivery_id: int) -> None:
    """Give a claim back without a try."""
    tx.execute(change(outbox).where(outbox.c.id == delivery_id).values(leased_until=0))


def renew(tx: Tx, ids: Collection[int], *, leased_until: Micros) -> None:
    """Prolong the claims of deliveries still in flight. Of those that ended meanwhile none is claimed again."""
    held = (outbox.c.id.in_(sorted(ids)), outbox.c.state == PENDING, outbox.c.leased_until > 0)
    # A row that somebody holds is about to end.
    free = select(outbox.c.id).where(*held).order_by(outbox.c.id).with_for_update(skip_locked=True)
    found = tx.execute(free).scalars().all()
    tx.execute(change(outbox).where(outbox.c.id.in_(found)).values(leased_until=leased_until))


def send_again(tx: Tx, delivery_id: int, *, now: Micros) -> bool:
    """Begin anew with a delivery, under the same id for the receiver; one that is on its way now is let arrive.

    False where there is none.
    """
    values = {"state": PENDING, "due_at": now, "leased_until": 0, "tries": 0, "finished_at": None}
    idle = (outbox.c.state != PENDING) | (outbox.c.leased_until <= now)
    tx.execute(change(outbox).where(outbox.c.id == delivery_id, idle).values(**values))
    return tx.execute(select(outbox.c.id).where(outbox.c.id == delivery_id)).first() is not None


def delivery_number(tx: Tx, *, alert_id: str, channel_id: str) -> int:
    """The id of a row that is known to be there."""
    statement = select(outbox.c.id).where(outbox.c.alert_id == alert_id, outbox.c.channel_id == channel_id)
    return cast(int, tx.execute(statement).scalar_one())


def supersede(tx: Tx, channel_id: str, kind: str, *, now: Micros) -> Sequence[str]:
    """End what waits for a channel and is of this kind, unless it is on its way now; gives the payloads."""
    waiting = (outbox.c.channel_id == channel_id, outbox.c.kind == kind, *_unfinished(now))
    locked = select(outbox.c.id, outbox.c.payload).where(*waiting).order_by(outbox.c.id)
    rows = tx.execute(locked.with_for_update(skip_locked=True)).all()
    ended = outbox.c.id.in_([row.id for row in rows])
    tx.execute(change(outbox).where(ended).values(state=SUPERSEDED, finished_at=now))
    return [row.payload for row in rows]


def move_endpoint(tx: Tx, channel_id: str, endpoint: str) -> None:
    """What waits for a channel goes to another endpoint, at once."""
    know_endpoints(tx, [endpoint])
    waiting = (outbox.c.channel_id == channel_id) & (outbox.c.state == PENDING)
    tx.execute(change(outbox).where(waiting).values(endpoint=endpoint))


def drop_pending(tx: Tx, channel_id: str, *, state: str, now: Micros) -> int:
    """End all that waits for a channel; says how many that were."""
    waiting = (outbox.c.channel_id == channel_id) & (outbox.c.state == PENDING)
    return tx.execute(change(outbox).where(waiting).values(state=state, finished_at=now, leased_until=0)).rowcount


def void_leases(tx: Tx) -> int:
    """For the only claimer at its start: whoever held these is gone."""
    held = (outbox.c.state == PENDING) & (outbox.c.leased_until > 0)
    return tx.execute(change(outbox).where(held).values(leased_until=0)).rowcount


def pending(tx: Tx) -> Mapping[str, Pending]:
    """What waits, by kind of channel."""
    columns = (outbox.c.channel_kind, func.count(), func.min(outbox.c.created_at))
    rows = tx.execute(select(*columns).where(outbox.c.state == PENDING).group_by(outbox.c.channel_kind))
    return {kind: Pending(count, oldest) for kind, count, oldest in rows}


def _ready_endpoints(tx: Tx, now: Micros, limit: int = 1000) -> Sequence[str]:
    closed = and_(endpoints.c.endpoint == outbox.c.endpoint, endpoints.c.open_until <= now)
    statement = select(outbox.c.endpoint).join(endpoints, closed).where(*_due(now)).group_by(outbox.c.endpoint)
    return tx.execute(statement.order_by(func.min(outbox.c.due_at)).limit(limit)).scalars().all()


def _due(now: Micros) -> tuple[ColumnElement[bool], ...]:
    return (*_unfinished(now), outbox.c.due_at <= now)


def _unfinished(now: Micros) -> tuple[ColumnElement[bool], ...]:
    """Not ended, and nobody's at the moment."""
    return (outbox.c.state == PENDING, outbox.c.leased_until <= now)


def _in_flight(tx: Tx, endpoint: str, now: Micros) -> int:
    held = (outbox.c.endpoint == endpoint) & (outbox.c.state == PENDING) & (outbox.c.leased_until > now)
    return tx.execute(select(func.count()).select_from(outbox).where(held)).scalar_one()


def _take(tx: Tx, endpoint: str, now: Micros, leased_until: Micros, count: int) -> Sequence[Claimed]:
    if count <= 0:
        return []
    due = select(outbox.c.id).where(outbox.c.endpoint == endpoint, *_due(now))
    ids = tx.execute(due.order_by(outbox.c.due_at, outbox.c.id).limit(count).with_for_update(skip_locked=True))
    taken = sorted(ids.scalars())
    tx.execute(change(outbox).where(outbox.c.id.in_(taken)).values(leased_until=leased_until))
    columns = [(outbox if name in outbox.c else channels).c[name] for name in Claimed.__slots__]
    statement = select(*columns).join(channels, channels.c.id == outbox.c.channel_id)
    return [_claimed(row) for row in tx.execute(statement.where(outbox.c.id.in_(taken)).order_by(outbox.c.id))]


def _claimed(row: Row[Any]) -> Claimed:
    retired = tuple((secret, until) for secret, until in row.retired_secrets)
    return Claimed(**{**row._mapping, "retired_secrets": retired})


def _values(item: NewDelivery, now: Micros) -> dict[str, Any]:
    return {
        "alert_id": item.alert_id,
        "channel_id": item.channel.id,
        "kind": item.kind,
        "channel_kind": item.channel.kind,
        "endpoint": item.channel.endpoint,
        "payload": item.payload,
        "state": PENDING,
        "tries": 0,
        "due_at": now,
        "leased_until": 0,
        "created_at": now,
        "finished_at": None,
    }
