"""Where articles are searched: what an index promises, whatever holds it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from presswatch_query.snippet import Mark, Snippet
from presswatch_shared.clock import Micros
from presswatch_shared.events import ArticleEnriched

if TYPE_CHECKING:
    from presswatch_query import Query

__all__ = [
    "EXACT_LIMIT",
    "FACETS",
    "ArticleIndex",
    "DayCount",
    "FacetCount",
    "Filters",
    "Hit",
    "PutOutcome",
    "SearchRequest",
    "SearchResult",
    "Sort",
]

EXACT_LIMIT = 10_000
"""How many candidates of a query are verified one by one where an index cannot say exactly what matches, and a
search is not to be quick."""
FACETS = ("source", "lang", "country", "category", "entity")


class PutOutcome(StrEnum):
    """What became of an article given to the index."""

    INDEXED = "indexed"
    UNCHANGED = "unchanged"
    """This very version was there already: a replay."""
    SUPERSEDED = "superseded"
    """A newer version is there, or came in the same batch."""


class Sort(StrEnum):
    NEWEST = "newest"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Narrows a search. An empty set does not narrow; several values of one set are alternatives.

    The date of an article is when it was published, or when it was first seen if that is not known or earlier.
    """

    since: Micros | None = None
    """From this moment on."""
    until: Micros | None = None
    """Up to this moment, exclusive."""
    sources: Collection[str] = ()
    """Hosts; a host stands for its subdomains, too, as in `source:`."""
    langs: Collection[str] = ()
    countries: Collection[str] = ()
    categories: Collection[str] = ()
    entities: Collection[str] = ()
    """Entity ids."""
    story: str = ""
    """Story id: only the copies of one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """A question. Without a query every article that passes the filters is found."""

    query: Query | None = None
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.NEWEST
    limit: int = 20
    cursor: str = ""
    """`SearchResult.cursor` of the page before; empty for the first page."""
    facets: Collection[str] = ()
    """Of FACETS: which to count."""
    facet_size: int = 20
    days: bool = False
    """Whether to count by day."""
    fold: bool = False
    """Whether a story is shown once, by its newest article that is found. Counts are of articles all the same."""
    snippets: bool = True
    """Whether to mark the matches and cut a snippet; costs an evaluation a hit."""
    quick: bool = False
    """Whether an answer soon is better than exact counts, where the two part: no more candidates are verified than
    takes a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A found article."""

    article: ArticleEnriched
    date: Micros
    title_marks: tuple[Mark, ...] = ()
    snippet: Snippet | None = None
    """The best window of the text; None where the request asked for none."""
    score: float | None = None
    """How well it fits, in the index's own measure; None unless sorted by relevance."""
    folded: int = 0
    """How many other articles of its story are found and not shown; 0 unless the request folds."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many found articles have this value; `label` is how people call it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many found articles have their date on this day (UTC)."""

    day: date
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """A page of hits, and counts over all that was found."""

    hits: tuple[Hit, ...]
    total: int
    approximate: bool = False
    """Whether more candidates need verifying than are verified (EXACT_LIMIT, or the few of a quick search). Then total,
    facets and days are estimates from an even sample. The hits match all the same, but where hardly any candidate does
    a page ends before it is full: its cursor leads on. `scan` has no such limit."""
    facets: dict[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    """The facets asked for; most frequent first, equal ones by value."""
    days: tuple[DayCount, ...] = ()
    """Ascending; days without an article are left out."""
    cursor: str = ""
    """For the next page; empty on the last one."""


class ArticleIndex(Protocol):
    """Where articles land. Putting the same article twice leaves one document; the newest version wins.

    A query finds exactly the articles that the reference evaluator matches.
    """

    async def put(self, articles: Sequence[ArticleEnriched]) -> tuple[PutOutcome, ...]:
        """Store the articles, durably when it returns; one outcome each, in order.

        They are found at once, or within the refresh interval that a server is set to. An older version than the stored
        one is not written. An equal version with other content is.

        Raises:
            Retry: busy, full or away; some may be written, and the same call may be made again.
            Poison: one of them can never be written; the others may be.
        """
        ...

    async def search(self, request: SearchRequest) -> SearchResult:
        """One page of what the request finds.

        Raises:
            BadInput: a cursor that is none.
            Retry: the index is busy or away.
        """
        ...

    def scan(
        self, query: Query | None, *, since: Micros | None = None, until: Micros | None = None
    ) -> AsyncIterator[ArticleEnriched]:
        """All matching articles, oldest first, without any limit; a view of the moment it starts."""
        ...

    async def get(self, article_id: str) -> ArticleEnriched | None:
        """The stored version of an article."""
        ...

    async def versions(self, article_ids: Collection[str]) -> Mapping[str, int]:
        """Of those of the articles that are stored, the version. At most a few hundred at a time."""
        ...

    async def count(self) -> int:
        """How many articles are stored."""
        ...

    async def delete(self, article_ids: Sequence[str]) -> int:
        """Remove articles; says how many were there."""
        ...

    async def close(self) -> None: ...
