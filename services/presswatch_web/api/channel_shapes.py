"""Channels and policies on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from presswatch_shared.clock import Micros
from presswatch_shared.moments import parse_moment
from presswatch_shared.store.channels import FEED, Channel
from presswatch_shared.store.notices import NoticeRow
from presswatch_shared.watch_policy import WEEKDAYS, Mode, Policy, parse_clock
from presswatch_shared.watch_policy_json import policy_json
from presswatch_web.api.fields import Answer, Body, ClockTime, Encodable, Moment, Whole, Zone, moment

__all__ = [
    "ChannelChangesBody",
    "ChannelOut",
    "ChannelPage",
    "FeedAddresses",
    "NewChannelBody",
    "NoticeOut",
    "NoticePage",
    "PolicyBody",
    "PolicyOut",
    "QueuedOut",
    "Secret",
    "SecretBody",
    "SecretOut",
    "channel_out",
    "notice_out",
    "policy_in",
    "policy_out",
]

# whsec_ and the base64 of 24 to 64 bytes.
QUARTET = "[A-Za-z0-9+/]{4}"
REST = "[A-Za-z0-9+/]{2}=="
SECRET = rf"^(whsec_(({QUARTET}){{8,20}}({REST}|[A-Za-z0-9+/]{{3}}=)?|({QUARTET}){{21}}({REST})?))?$"
Secret = Annotated[str, StringConstraints(pattern=SECRET)]
Address = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$"), Encodable]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class NewChannelBody(Body):
    """A channel to be made: `address` is a URL, a mail address or an address of Apprise; a feed has none."""

    kind: Literal["webhook", "email", "apprise", "feed"]
    address: Address = ""
    secret: Secret = Field(default="", description="Of a webhook: `whsec_…`; left out, one is made and told once.")


class ChannelChangesBody(Body):
    """What is to be changed; what is left out stays."""

    address: Address | None = None
    state: Literal["active", "disabled"] | None = None


class SecretBody(Body):
    secret: Secret = Field(default="", description="`whsec_…`; left out, one is made.")


class SecretOut(Answer):
    """Told once. For a day, what is sent is signed with the secret before as well."""

    secret: str


class FeedAddresses(Answer):
    """Whoever knows them can read the feed."""

    atom: str
    json_feed: str


class ChannelOut(Answer):
    """A channel; `target` shows where it leads, without keys."""

    id: str
    watch_id: str
    kind: Literal["webhook", "email", "apprise", "feed"]
    target: str
    state: Literal["active", "disabled"]
    reason: str
    created_at: datetime
    secret: str | None = Field(default=None, description="Told once: in the answer that made the channel.")
    feed: FeedAddresses | None = Field(default=None, description="Of a feed.")


class ChannelPage(Answer):
    items: list[ChannelOut]


class QueuedOut(Answer):
    """The delivery to look at: `GET /api/v1/deliveries/{id}`."""

    delivery: int


class PolicyBody(Body):
    """How a watch tells; what is left out is as for a new watch."""

    mode: Literal["instant", "hourly", "daily", "weekly"] = "instant"
    zone: Zone = Field(default="UTC", description="Time zone of all times of the day here.")
    at: ClockTime = Field(default="08:00", description="When a digest is due; of an hourly one only the minute counts.")
    weekday: Weekday = "monday"
    quiet_from: ClockTime | None = None
    quiet_until: ClockTime | None = None
    cool_down_seconds: float = Field(default=0, ge=0, le=31 * 86400, description="Least time between two; 0 = off.")
    most_an_hour: Annotated[int, Whole] = Field(default=0, ge=0, le=100_000, description="0 = no limit.")
    most_listed: Annotated[int, Whole] = Field(default=20, ge=1, le=100, description="Articles listed in a digest.")
    snoozed_until: Moment | None = Field(default=None, description="Nothing is told before; null = now.")


class PolicyOut(Answer):
    """How a watch tells."""

    mode: Literal["instant", "hourly", "daily", "weekly"]
    zone: str
    at: str
    weekday: Weekday
    quiet_from: str | None
    quiet_until: str | None
    cool_down_seconds: float
    most_an_hour: int
    most_listed: int
    snoozed_until: datetime | None


class NoticeOut(Answer):
    """Something an owner must know of a channel."""

    id: str
    watch_id: str
    channel_id: str
    text: str
    created_at: datetime
    read: bool


class NoticePage(Answer):
    items: list[NoticeOut]


def channel_out(channel: Channel, public_url: str, *, with_secret: bool = False) -> ChannelOut:
    return ChannelOut.model_validate(
        {
            "id": channel.id,
            "watch_id": channel.watch_id,
            "kind": channel.kind,
            "target": channel.target,
            "state": channel.state,
            "reason": channel.reason,
            "created_at": moment(channel.created_at),
            "secret": channel.secret if with_secret and channel.kind == "webhook" else None,
            "feed": feed_addresses(channel, public_url),
        }
    )


def feed_addresses(channel: Channel, public_url: str) -> FeedAddresses | None:
    """Where a feed is; None for other channels."""
    if channel.kind != FEED:
        return None
    base = f"{public_url}/feeds/{channel.token}"
    return FeedAddresses(atom=f"{base}.atom", json_feed=f"{base}.json")


def policy_in(body: PolicyBody, *, now: Micros) -> Policy:
    """Raises: BadInput: `snoozed_until` is no moment."""
    return Policy(
        mode=Mode(body.mode),
        zone=body.zone,
        at=parse_clock(body.at),
        weekday=WEEKDAYS.index(body.weekday),
        quiet_from=None if body.quiet_from is None else parse_clock(body.quiet_from),
        quiet_until=None if body.quiet_until is None else parse_clock(body.quiet_until),
        cool_down_seconds=body.cool_down_seconds,
        most_an_hour=body.most_an_hour,
        most_listed=body.most_listed,
        snoozed_until=parse_moment(body.snoozed_until, now=now) if body.snoozed_until else 0,
    )


def policy_out(policy: Policy) -> PolicyOut:
    return PolicyOut.model_validate(policy_json(policy))


def notice_out(notice: NoticeRow) -> NoticeOut:
    return NoticeOut.model_validate(
        {
            "id": notice.notice_id,
            "watch_id": notice.watch_id,
            "channel_id": notice.channel_id,
            "text": notice.text,
            "created_at": moment(notice.created_at),
            "read": notice.read_at is not None,
        }
    )
