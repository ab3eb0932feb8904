"""Watches on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from presswatch_shared.clock import from_micros
from presswatch_shared.store.alert_counts import AlertCount
from presswatch_shared.store.channels import Channel
from presswatch_shared.store.ownership import SHARED
from presswatch_shared.store.watches import DEFAULT_MAX_AGE, Watch
from presswatch_web.api.channel_shapes import ChannelOut, Secret, channel_out
from presswatch_web.api.fields import Answer, Body, Host, Name, QueryText, Url
from presswatch_web.problems import ProblemItem

__all__ = [
    "CheckBody",
    "CheckOut",
    "NewWatchBody",
    "WatchChangesBody",
    "WatchOut",
    "WatchPage",
    "watch_out",
]

MaxAge = Annotated[float, Field(ge=0, le=10 * 366 * 86400, description="Seconds; older articles do not fire; 0 = off.")]
Hosts = Annotated[list[Host], Field(max_length=200, description="Hosts, each with its sub-domains.")]


class WebhookBody(Body):
    """Where alerts are posted, by Standard Webhooks."""

    url: Url
    secret: Secret = Field(default="", description="`whsec_…`; left out, one is made and told in the answer.")


class NewWatchBody(Body):
    """A watch to be made."""

    query: QueryText
    name: Name = ""
    max_age_seconds: MaxAge = DEFAULT_MAX_AGE
    include_sources: Hosts = Field(default=[])
    exclude_sources: Hosts = Field(default=[])
    webhooks: list[WebhookBody] = Field(default=[], max_length=5)
    shared: bool = Field(default=False, description="Whether the whole team has it; else it is of whoever makes it.")


class WatchChangesBody(Body):
    """What is to be changed; what is left out stays."""

    query: QueryText = ""
    name: Name = ""
    state: Literal["active", "paused"] = "active"
    max_age_seconds: MaxAge = DEFAULT_MAX_AGE
    include_sources: Hosts = Field(default=[])
    exclude_sources: Hosts = Field(default=[])
    shared: bool = False


class CheckBody(Body):
    query: Annotated[str, StringConstraints(max_length=20_000)]


class CheckOut(Answer):
    """Whether a query can be used, and what to know of it."""

    ok: bool
    errors: list[ProblemItem]
    warnings: list[ProblemItem]


class WatchOut(Answer):
    """A watch."""

    id: str
    name: str
    query: str
    state: Literal["active", "paused"]
    version: int
    max_age_seconds: float
    include_sources: list[str]
    exclude_sources: list[str]
    channels: list[ChannelOut]
    alerts: int
    last_alert_at: datetime | None
    shared: bool = Field(description="Whether the whole team has it.")
    failure: str | None = Field(description="Why it was set aside while matching, until it is changed.")
    created_at: datetime
    changed_at: datetime


class WatchPage(Answer):
    items: list[WatchOut]
    next: str | None


def watch_out(
    watch: Watch,
    channels: Sequence[Channel],
    alerts: AlertCount | None,
    *,
    public_url: str,
    failure: str = "",
    with_secrets: bool = False,
) -> WatchOut:
    return WatchOut(
        id=watch.id,
        name=watch.name,
        query=watch.query,
        state="paused" if watch.state == "paused" else "active",
        version=watch.version,
        max_age_seconds=watch.max_age_seconds,
        include_sources=list(watch.include_sources),
        exclude_sources=list(watch.exclude_sources),
        channels=[channel_out(channel, public_url, with_secret=with_secrets) for channel in channels],
        alerts=alerts.count if alerts else 0,
        last_alert_at=from_micros(alerts.last_fired_at) if alerts else None,
        shared=watch.owner == SHARED,
        failure=failure or None,
        created_at=from_micros(watch.created_at),
        changed_at=from_micros(watch.changed_at),
    )
