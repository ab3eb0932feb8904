"""What goes through channels beside single alerts: digests, tests, and what an owner must know of a channel.

They wait in the outbox as JSON; its column `kind` says which of them a row holds. Fields are only ever added, with a
default. Moments are µs since 1970 UTC.
"""

from __future__ import annotations

import msgspec

from presswatch_shared.events import AlertFired

__all__ = ["DIGEST", "NOTICE", "TEST", "AlertMessage", "ChannelTest", "Digest", "DigestItem", "Notice", "OutboxMessage"]

DIGEST, TEST, NOTICE = "digest", "test", "notice"


class AlertMessage(AlertFired, frozen=True, kw_only=True):
    """An alert, with what its readers see beside the event."""

    snippet_spans: tuple[tuple[int, int], ...] = ()
    """Where the matches stand in the snippet: code points, end exclusive."""
    clauses: tuple[str, ...] = ()
    """The clauses of the query that matched."""
    held_back: int = 0
    """Alerts of the watch that the policy kept from being told since the one before."""
    trace: str = ""
    """The W3C traceparent of the page."""


class DigestItem(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded alert in a digest."""

    alert_id: str
    kind: str
    article_id: str
    url: str
    title: str
    source: str
    lang: str
    published_at: int | None
    snippet: str
    snippet_spans: tuple[tuple[int, int], ...]
    clauses: tuple[str, ...]
    story_id: str
    outlets: int
    fired_at: int


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """The alerts of one watch and one window."""

    digest_id: str
    watch_id: str
    watch_name: str
    query: str
    mode: str
    zone: str
    window_start: int
    window_end: int
    total: int
    """How many alerts the window has; `items` are the first of them."""
    items: tuple[DigestItem, ...]

    @property
    def more(self) -> int:
        """How many are not listed."""
        return self.total - len(self.items)


class ChannelTest(msgspec.Struct, frozen=True, kw_only=True):
    """Sent on demand, to see whether a channel works."""

    test_id: str
    watch_id: str
    watch_name: str
    query: str
    sent_at: int


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A channel of the watch stopped working; told through its other channels."""

    notice_id: str
    watch_id: str
    watch_name: str
    query: str
    text: str
    at: int
    channel_kind: str = ""
    target: str = ""
    reason: str = ""
    """What the text is made of, for readers of other languages."""


OutboxMessage = AlertMessage | Digest | ChannelTest | Notice
