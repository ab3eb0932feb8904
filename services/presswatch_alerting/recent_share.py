"""How common a query is among recent articles."""

from __future__ import annotations

from presswatch_query import Query
from presswatch_query.lint import MOST_COMMON
from presswatch_shared.clock import DAY, Micros
from presswatch_shared.index.dates import day_number
from presswatch_shared.index.port import ArticleIndex, Filters, SearchRequest

__all__ = ["RECENT_DAYS", "is_common", "recent_share", "span"]

RECENT_DAYS = 30
# A share of a handful says nothing.
COMMON_FROM_HITS = 20


async def recent_share(index: ArticleIndex, query: Query, *, now: Micros) -> float:
    """The share of the articles of the last 30 days that the query matches; 0 where they are too few to tell."""
    since, until = span(now, RECENT_DAYS)
    filters = Filters(since=since, until=until)
    found = await index.search(SearchRequest(query=query, filters=filters, limit=0))
    if found.total < COMMON_FROM_HITS:
        return 0.0
    everything = await index.search(SearchRequest(filters=filters, limit=0))
    return found.total / everything.total


def is_common(hits: int, articles: int) -> bool:
    """Whether so many hits among so many articles are a nuisance."""
    return hits >= COMMON_FROM_HITS and hits / articles > MOST_COMMON


def span(now: Micros, days: int) -> tuple[Micros, Micros]:
    """The last days (UTC), today among them: from, and up to."""
    return (day_number(now) - days + 1) * DAY, now + 1
