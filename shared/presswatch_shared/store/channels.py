"""Channels: where the alerts of a watch go, beside the inbox, which gets every alert."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Index, Row, String, Table, Text, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.ids import derived_id, random_id
from presswatch_shared.store.database import Tx
from presswatch_shared.store.metadata import metadata, micros

__all__ = [
    "ACTIVE",
    "APPRISE",
    "DISABLED",
    "EMAIL",
    "FEED",
    "KINDS",
    "PUSHED",
    "REMOVED",
    "WEBHOOK",
    "Channel",
    "active_channels",
    "add_channel",
    "channel_of_token",
    "endpoint_of",
    "get_channel",
    "list_channels",
    "new_token",
    "renew_token",
    "rotate_secret",
    "set_channel_state",
    "set_target",
    "valid_secrets",
]

WEBHOOK, EMAIL, APPRISE, FEED = "webhook", "email", "apprise", "feed"
PUSHED = (WEBHOOK, EMAIL, APPRISE)
"""Kinds that alerts are sent to; a feed is fetched."""
KINDS = (*PUSHED, FEED)
ACTIVE, DISABLED, REMOVED = "active", "disabled", "removed"
TOKEN_PREFIX = "pwc_"  # noqa: S105 (how a token begins, so that logs can hide it)

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
    # Who knows it may read the feed, or end the mails.
    Column("token", String(64), nullable=True),
    # Pairs of a secret and until when (µs) it still signs.
    Column("retired_secrets", JSON, nullable=False),
    Index("ix_channels_token", "token", unique=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to tell about the alerts of one watch. Secret and token stay out of logs and lists."""

    id: str
    watch_id: str
    kind: str
    target: str
    """For a webhook its URL, for e-mail the address, for Apprise its service; empty for a feed."""
    secret: str
    """Signs webhooks; for Apprise the whole address, which holds its keys."""
    state: str
    """active, disabled (by the receiver, by bounces or by hand) or removed."""
    reason: str
    """Why it is not active."""
    created_at: Micros
    token: str | None
    """In the address of a feed, and in the links of a mail."""
    retired_secrets: tuple[tuple[str, Micros], ...]

    @property
    def endpoint(self) -> str:
        """Channels with the same endpoint share one queue and one circuit breaker: all mails have one server."""
        return endpoint_of(self.kind, self.target, self.secret)


def endpoint_of(kind: str, target: str, secret: str) -> str:
    """The queue of a channel, as a key."""
    address = {EMAIL: "", APPRISE: secret}.get(kind, target)
    return derived_id("endpoint", kind, address)


def new_token() -> str:
    """Unguessable; 256 bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def add_channel(
    tx: Tx, *, watch_id: str, kind: str, target: str, secret: str = "", token: str | None = None, now: Micros
) -> Channel:
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
        token=new_token() if token is None and kind in (EMAIL, FEED) else token,
        retired_secrets=(),
    )
    values = {name: getattr(channel, name) for name in Channel.__slots__}
    tx.execute(channels.insert().values(**values | {"retired_secrets": []}))
    return channel


def list_channels(tx: Tx, watch_id: str) -> Sequence[Channel]:
    """Channels of a watch, disabled ones too, in the order they were made."""
    statement = select(channels).where(channels.c.watch_id == watch_id, channels.c.state != REMOVED)
    return [_channel(row) for row in tx.execute(statement.order_by(channels.c.created_at, channels.c.id))]


def active_channels(tx: Tx, watch_ids: Iterable[str]) -> Mapping[str, Sequence[Channel]]:
    """The channels that alerts are sent to, by watch."""
    wanted = channels.c.watch_id.in_(sorted(set(watch_ids))) & (channels.c.state == ACTIVE)
    found: dict[str, list[Channel]] = {}
    statement = select(channels).where(wanted, channels.c.kind.in_(PUSHED))
    for row in tx.execute(statement.order_by(channels.c.created_at, channels.c.id)):
        found.setdefault(row.watch_id, []).append(_channel(row))
    return found


def get_channel(tx: Tx, channel_id: str) -> Channel | None:
    """In whatever state."""
    row = tx.execute(select(channels).where(channels.c.id == channel_id)).first()
    return None if row is None else _channel(row)


def channel_of_token(tx: Tx, token: str) -> Channel | None:
    """The channel whose feed or mails hold this token, unless it was removed."""
    statement = select(channels).where(channels.c.token == token, channels.c.state != REMOVED)
    row = tx.execute(statement).first()
    return None if row is None else _channel(row)


def set_channel_state(tx: Tx, channel_id: str, state: str, *, reason: str = "") -> None:
    tx.execute(update(channels).where(channels.c.id == channel_id).values(state=state, reason=reason))


def set_target(tx: Tx, channel_id: str, *, target: str, secret: str) -> None:
    """Lead the channel elsewhere; the caller moves what waits for it."""
    tx.execute(update(channels).where(channels.c.id == channel_id).values(target=target, secret=secret))


def renew_token(tx: Tx, channel_id: str) -> str:
    """A new token; whoever has the old one has nothing any more."""
    token = new_token()
    tx.execute(update(channels).where(channels.c.id == channel_id).values(token=token))
    return token


def rotate_secret(tx: Tx, channel: Channel, secret: str, *, overlap_until: Micros, now: Micros) -> None:
    """Sign with a new secret from now on, and with the ones before it until their time is over."""
    kept = [list(pair) for pair in channel.retired_secrets if pair[1] > now]
    retired = [*kept, [channel.secret, overlap_until]]
    values = {"secret": secret, "retired_secrets": retired}
    tx.execute(update(channels).where(channels.c.id == channel.id).values(**values))


def valid_secrets(secret: str, retired: Iterable[tuple[str, Micros]], *, now: Micros) -> tuple[str, ...]:
    """All secrets that sign now, the newest first."""
    return (secret, *(old for old, until in reversed([*retired]) if until > now))


def _channel(row: Row[Any]) -> Channel:
    values = dict(row._mapping)
    values["retired_secrets"] = tuple((str(secret), int(until)) for secret, until in values["retired_secrets"])
    return Channel(**values)
