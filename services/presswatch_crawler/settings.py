"""What the crawler needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field

from presswatch_shared.http.port import Limits

__all__ = ["CrawlerSettings", "user_agent"]

FEED_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlerSettings:
    """Seconds, unless named otherwise."""

    min_interval: float = 300.0
    """Floor of polling a source."""
    max_interval: float = 86_400.0
    host_delay: float = 5.0
    """Least time from one fetch to the next on a host. 0 is for hosts of one's own."""
    max_item_age: float = 30 * 86_400.0
    """Older items are not fetched; 0 = off."""
    concurrency: int = 50
    """Hosts fetched from at once."""
    pages_a_claim: int = 128
    """Pages one claim takes from a host whose delay is 0."""
    lease: float = 30.0
    """How long a claim holds unless it is renewed, which is done while its fetches go on."""
    claim_work: float = 45.0
    """No new fetch is begun for a claim after this."""
    poll: float = 0.2
    """Longest wait before the store is looked at again."""
    stop_within: float = 7.0
    """How long fetches in flight may go on after the order to stop."""
    sole_crawler: bool = True
    """Whether no other process crawls from the same store, so that old leases are voided at the start."""
    page_limits: Limits = field(default_factory=Limits)
    feed_limits: Limits = field(default_factory=lambda: Limits(raw_bytes=FEED_BYTES))


def user_agent(version: str, contact: str) -> str:
    """Honest: who asks, and where its operator can be reached."""
    return f"Presswatch/{version} (+{contact})" if contact else f"Presswatch/{version}"
