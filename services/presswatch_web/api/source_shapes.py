"""Sources on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from presswatch_shared.clock import from_micros
from presswatch_shared.store.source_polls import SourcePoll
from presswatch_shared.store.sources import Source
from presswatch_web.api.fields import Answer, Body, Name, Url, moment

__all__ = [
    "NewSourceBody",
    "PollList",
    "PreviewBody",
    "PreviewOut",
    "SourceChangesBody",
    "SourceOut",
    "SourcePage",
    "poll_out",
    "source_out",
]

Country = Annotated[str, StringConstraints(pattern=r"^([A-Za-z]{2})?$")]


class NewSourceBody(Body):
    """A source to be crawled: a feed, a sitemap, or a home page, whose feeds are then found."""

    url: Url
    name: Name = ""
    country: Country = Field(default="", description="ISO 3166-1 alpha-2.")
    collection: Name = ""


class SourceChangesBody(Body):
    """Pause or resume."""

    state: Literal["active", "paused"]


class PreviewBody(Body):
    url: Url


class PreviewItemOut(Answer):
    title: str
    url: str


class PreviewOut(Answer):
    """What one look at an address found."""

    url: str
    kind: str
    title: str = ""
    items: list[PreviewItemOut] = Field(default=[])
    feeds: list[str] = Field(default=[])


class SourceOut(Answer):
    """A source, and how its polling goes."""

    id: str
    url: str
    kind: str
    state: str
    name: str
    country: str
    collection: str
    parent_id: str
    created_at: datetime
    interval_seconds: float
    polls: int
    last_outcome: str
    last_error: str
    last_poll_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    items_last: int
    items_new: int


class SourcePage(Answer):
    items: list[SourceOut]
    next: str | None


class PollOut(Answer):
    """One look at a source. `status` is nothing where nobody answered."""

    at: datetime
    outcome: str
    detail: str
    status: int | None
    seconds: float
    items: int
    items_new: int


class PollList(Answer):
    items: list[PollOut]


SAME = (
    "id", "url", "kind", "state", "name", "country", "collection", "parent_id", "interval_seconds", "polls",
    "last_outcome", "last_error", "items_last", "items_new",
)  # fmt: skip


def source_out(source: Source) -> SourceOut:
    return SourceOut(
        **{name: getattr(source, name) for name in SAME},
        created_at=from_micros(source.created_at),
        last_poll_at=moment(source.last_poll_at or None),
        last_success_at=moment(source.last_success_at or None),
        last_new_at=moment(source.last_new_at or None),
    )


def poll_out(poll: SourcePoll) -> PollOut:
    same = {name: getattr(poll, name) for name in ("outcome", "detail", "seconds", "items", "items_new")}
    return PollOut(**same, at=from_micros(poll.at), status=poll.status or None)
