"""What goes into extraction and what comes out. Both travel to and from the worker processes as JSON."""

from __future__ import annotations

import msgspec

__all__ = ["OUTCOMES", "Extracted", "Page"]

OUTCOMES = frozenset(
    (
        "article",
        "not_html",
        "too_large",
        "too_complex",
        "timeout",
        "memory",
        "undecodable",
        "empty",
        "index_page",
        "soft_404",
        "bot_challenge",
        "consent_wall",
        "login_wall",
        "paywall_stub",
        "redirect_stub",
    )
)
"""What a page turned out to be. A closed set: reports and metrics count by it."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A fetched page, its body still in `content_encoding`. `fetched_at` (µs) is the "now" of extraction."""

    url: str
    body: bytes
    fetched_at: int
    content_type: str = ""
    content_encoding: str = ""
    headers: dict[str, str] = {}
    feed_title: str = ""
    feed_published_at: int | None = None
    feed_authors: tuple[str, ...] = ()
    given: Extracted | None = None
    """An article that is known already: then nothing is extracted from `body`."""
    containers: tuple[str, ...] = ()
    """Elements that hold the texts of the page's site, likeliest first, as `site_memory.with_memory` knows them."""


class Extracted(msgspec.Struct, frozen=True, kw_only=True):
    """The article in a page. Where `outcome` is not `article`, `body` still has the text that was found."""

    outcome: str
    reason: str = ""
    canonical_url: str = ""
    title: str = ""
    body: str = ""
    """Paragraphs separated by a blank line."""
    container: str = ""
    """Signature of the element that the body was found in, where that is sure: what a memory of sites learns from."""
    lead: str = ""
    authors: tuple[str, ...] = ()
    published_at: int | None = None
    published_zone: int = 0
    """Minutes east of UTC that the page writes its time stamp in."""
    modified_at: int | None = None
    modified_zone: int = 0
    outlet: str = ""
    """Who publishes the page, by its own words."""
    lang_hint: str = ""
    """What the page says of its language; may be wrong."""
    description: str = ""
    image: str = ""
    category: str = ""
    keywords: tuple[str, ...] = ()
    paywalled: bool = False
    rights: dict[str, str] = {}
    provenance: dict[str, str] = {}
    """Field to where it came from."""
    confidence: dict[str, float] = {}
    """Field to an estimate of how sure its source is, 0 to 1."""
