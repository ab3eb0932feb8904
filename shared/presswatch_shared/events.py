"""The facts that travel between the services: past tense, frozen, keyword-only.

Fields are only ever added, with a default. A breaking change is a new `VERSION` with an upcaster in `envelope.py`.
Moments are µs since 1970 UTC (`clock.Micros`).
"""

from __future__ import annotations

import msgspec

__all__ = [
    "AlertFired",
    "ArticleEnriched",
    "ArticleRef",
    "Entity",
    "Event",
    "Heartbeat",
    "MatchSpan",
    "Mention",
    "PageFetched",
]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events; `key` places it in a partition, `identity` makes its id (same content, same id)."""

    @property
    def key(self) -> str:
        raise NotImplementedError

    @property
    def identity(self) -> str:
        raise NotImplementedError


class PageFetched(Event, frozen=True, kw_only=True):
    """A page was fetched. `body` is as the server sent it, still in `content_encoding` (gzip, br, deflate, zstd)."""

    url: str
    """Normalised; the identity of the page."""
    url_hash: str
    version: int
    """Document version: fetch time in µs, strictly growing a URL."""
    visit: int
    final_url: str
    source_id: str
    fetched_at: int
    status: int
    content_type: str
    content_encoding: str
    body: bytes
    headers: dict[str, str] = {}
    """Lower-case names; only content-language, x-robots-tag, tdm-reservation, last-modified and link."""
    country: str = ""
    collection: str = ""
    feed_title: str = ""
    feed_published_at: int | None = None
    feed_authors: tuple[str, ...] = ()
    reprocessed: bool = False

    @property
    def key(self) -> str:
        return self.url_hash

    @property
    def identity(self) -> str:
        return f"{self.url_hash}:{self.version}"


class Mention(msgspec.Struct, frozen=True):
    """Where an entity stands: code points of the field, end exclusive."""

    field: str
    start: int
    end: int


class Entity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`type` is one of person, organisation, place, weapon, vehicle, money, percent, date, other.

    Of a place that is known: its country (ISO 3166-1 alpha-2) and position in degrees; a country's is its capital's.
    """

    id: str
    name: str
    type: str
    mentions: tuple[Mention, ...] = ()
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    tone: float | None = None
    """Of the sentences that name it: −1 to 1, where lists of words tell."""


class ArticleEnriched(Event, frozen=True, kw_only=True):
    """A page became a clean article. The same page gives the same bytes."""

    article_id: str
    version: int
    url: str
    url_hash: str
    visit: int
    canonical_url: str
    source_id: str
    source: str
    """Host the article came from, lower-case, IDN as punycode, without `www.`."""
    title: str
    body: str
    """Paragraphs separated by a blank line."""
    lead: str = ""
    authors: tuple[str, ...] = ()
    published_at: int | None = None
    modified_at: int | None = None
    first_seen_at: int
    fetched_at: int
    lang: str = ""
    country: str = ""
    category: str = ""
    collection: str = ""
    description: str = ""
    image: str = ""
    keywords: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    story_id: str
    duplicate_of: str = ""
    """Article id of the first copy of the story; empty for the first copy itself."""
    word_count: int = 0
    summary: str = ""
    keyphrases: tuple[str, ...] = ()
    tone: float | None = None
    """Mean over the entities: −1 to 1; nothing where no word tells or the language has no list."""
    paywalled: bool = False
    rights: dict[str, str] = {}
    provenance: dict[str, str] = {}
    extractor: str = ""
    analyser: int = 1
    reprocessed: bool = False

    @property
    def key(self) -> str:
        return self.article_id

    @property
    def identity(self) -> str:
        return f"{self.article_id}:{self.version}:{self.extractor}"


class MatchSpan(msgspec.Struct, frozen=True):
    """Where a watch matched: field (`title`, `body`, `author.0`, …), code points, end exclusive."""

    field: str
    start: int
    end: int


class ArticleRef(msgspec.Struct, frozen=True, kw_only=True):
    """What an alert says of its article."""

    id: str
    version: int
    url: str
    title: str
    source: str
    published_at: int | None = None
    lang: str = ""


class AlertFired(Event, frozen=True, kw_only=True):
    """A watch matched a story for the first time (`kind` fired) or anew after a material change (`updated`)."""

    alert_id: str
    kind: str
    watch_id: str
    watch_version: int
    watch_name: str
    query: str
    article: ArticleRef
    story_id: str
    snippet: str
    matches: tuple[MatchSpan, ...] = ()
    outlets: int = 1
    fired_at: int
    fetched_at: int

    @property
    def key(self) -> str:
        return self.watch_id

    @property
    def identity(self) -> str:
        return f"{self.alert_id}:{self.article.id}:{self.article.version}"


class Heartbeat(Event, frozen=True, kw_only=True):
    """Travels every topic so that silence can be told from trouble. Never indexed, matched or counted."""

    sequence: int
    sent_at: int

    @property
    def key(self) -> str:
        return "heartbeat"

    @property
    def identity(self) -> str:
        return f"heartbeat:{self.sequence}"
