"""What a feed says, whatever its format."""

from __future__ import annotations

import msgspec

__all__ = ["Feed", "FeedItem", "UnreadableFeed"]


class FeedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An entry. `link` is absolute where the feed allows; moments are µs, or None where none could be read."""

    link: str
    title: str = ""
    published: int | None = None
    updated: int | None = None
    authors: tuple[str, ...] = ()
    guid: str = ""


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed with what it says about when to come again."""

    format: str
    title: str = ""
    language: str = ""
    items: tuple[FeedItem, ...] = ()
    ttl_seconds: int | None = None
    """From `ttl` and `sy:updatePeriod`: the feed says that it does not change sooner."""
    skip_hours: tuple[int, ...] = ()
    """Hours (UTC) in which it asks not to be polled."""
    lenient: bool = False
    """Read by the lenient parser, since it is not well-formed."""


class UnreadableFeed(Exception):
    """Not a feed in any known format. The text says why."""
