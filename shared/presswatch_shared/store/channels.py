"""Channels: where the alerts of a watch go, beside the inbox, which gets every alert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Row, String, Table, Text, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.ids import derived_id, random_id
from presswatch_shared.store.database import Tx
from presswatch_shared.store.metadata import metadata, micros

__all__ = [
    "ACTIVE",
    "DISABLED",
    "WEBHOOK",
    "Channel",
    "active_channels",
    "add_channel",
    "get_channel",
    "list_channels",
    "set_channel_state",
]

WEBHOOK = "webhook"
ACTIVE, DISABLED, REMOVED = "active", "disabled", "removed"

channels = Table(
    "channels",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("watch_id", String(64), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("target", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    micros("created_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to tell about the alerts of one watch. The secret stays out of logs and lists."""

    id: str
    watch_id: str
    kind: str
    target: str
    """For a webhook its URL."""
    secret: str
    state: str
    """active, disabled (the receiver said 410) or removed."""
    reason: str
    """Why it is not active."""
    created_at: Micros

    @property
    def endpoint(self) -> str:
        """Channels with the same target share one queue and one circuit breaker."""
        return derived_id("endpoint", self.kind, self.target)


def add_channel(tx: Tx, *, watch_id: str, kind: str, target: str, secret: str = "", now: Micros) -> Channel:
    """Add a channel; the caller has checked target and secret."""
    channel = Channel(
        id=random_id("chn"),
        watch_id=watch_id,
        kind=kind,
        target=target,
        secret=secret,
        state=ACTIVE,
        reason="",
        created_at=now,
    )
    tx.execute(channels.insert().values(**{name: getattr(channel, name) for name in Channel.__slots__}))
    return channel


def list_channels(tx: Tx, watch_id: str) -> Sequence[Channel]:
    """Channels of a watch, disabled ones too, in the order they were made."""
    statement = select(channels).where(channels.c.watch_id == watch_id, channels.c.state != REMOVED)
    return [_channel(row) for row in tx.execute(statement.order_by(channels.c.created_at, channels.c.id))]


def active_channels(tx: Tx, watch_ids: Iterable[str]) -> Mapping[str, Sequence[Channel]]:
    """The channels to use, by watch."""
    wanted = channels.c.watch_id.in_(sorted(set(watch_ids))) & (channels.c.state == ACTIVE)
    found: dict[str, list[Channel]] = {}
    for row in tx.execute(select(channels).where(wanted).order_by(channels.c.created_at, channels.c.id)):
        found.setdefault(row.watch_id, []).append(_channel(row))
    return found


def get_channel(tx: Tx, channel_id: str) -> Channel | None:
    row = tx.execute(select(channels).where(channels.c.id == channel_id)).first()
    return None if row is None else _channel(row)


def set_channel_state(tx: Tx, channel_id: str, state: str, *, reason: str = "") -> None:
    tx.execute(update(channels).where(channels.c.id == channel_id).values(state=state, reason=reason))


def _channel(row: Row[Any]) -> Channel:
    return Channel(**row._mapping)
