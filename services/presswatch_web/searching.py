"""A search as asked for over HTTP, run on the index: the one way for the API and the page."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from presswatch_shared.clock import DAY, EPOCH, Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.index.port import DayCount, Filters, SearchRequest, SearchResult, Sort
from presswatch_shared.index.unknown_values import unknown_values
from presswatch_shared.moments import parse_moment
from presswatch_web.dependencies import WebDependencies
from presswatch_web.kibana import KibanaLink, discover
from presswatch_web.problems import Problem, ProblemItem
from presswatch_web.queries import parse_query

__all__ = ["Asked", "coverage", "kibana_link", "search", "unknown"]

FACETS = ("source", "lang", "country", "category", "entity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked, as written. Empty means: not narrowed."""

    q: str = ""
    since: str = ""
    until: str = ""
    source: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    story: str = ""
    sort: Sort = Sort.NEWEST
    fold: bool = False
    """Whether a story is shown once."""
    by: str = ""
    """Interval of the chart; empty for the one that fits."""
    exact: bool = False
    """Whether counts are worth seconds where each candidate must be verified; else they are estimates there."""
    share: bool = False
    """Whether the chart shows the share of all coverage."""
    limit: int = 20
    cursor: str = ""


async def search(
    dependencies: WebDependencies, asked: Asked, *, facets: Collection[str] = FACETS, days: bool = True
) -> SearchResult:
    """What the index finds.

    Raises:
        Problem: 400 for a query with faults, 422 for a moment or a cursor that is none.
        Retry: the index is away.
    """
    began = time.perf_counter()
    outcome = "refused"
    try:
        request = SearchRequest(
            query=await parse_query(dependencies, asked.q) if asked.q.strip() else None,
            filters=_filters(asked, dependencies.clock.now()),
            sort=asked.sort,
            limit=asked.limit,
            cursor=asked.cursor,
            facets=facets,
            days=days,
            fold=asked.fold,
            quick=not asked.exact,
        )
        result = await _run(dependencies, request)
        outcome = "found" if result.total else "empty"
        return result
    finally:
        dependencies.metrics.searches.labels(outcome).inc()
        dependencies.metrics.search_duration.observe(time.perf_counter() - began)


async def coverage(dependencies: WebDependencies, asked: Asked) -> SearchResult:
    """All that passes the filters, whatever the query: the days alone.

    Raises:
        Problem: 422 for a moment that is none.
        Retry: the index is away.
    """
    filters = _filters(asked, dependencies.clock.now())
    return await dependencies.index.search(SearchRequest(filters=filters, limit=0, days=True, snippets=False))


async def unknown(dependencies: WebDependencies, asked: Asked) -> Sequence[tuple[str, str]]:
    """The values of filters, by field, that no article has at all.

    Raises:
        Retry: the index is away.
    """
    return await unknown_values(dependencies.index, _filters(asked, dependencies.clock.now()))


async def kibana_link(dependencies: WebDependencies, asked: Asked, days: Sequence[DayCount]) -> KibanaLink | None:
    """Where Kibana shows it; None without a Kibana.

    Raises:
        Problem: as `search`.
    """
    root = dependencies.settings.kibana
    if not root:
        return None
    query = await parse_query(dependencies, asked.q) if asked.q.strip() else None
    first = days[0].day.toordinal() - EPOCH.date().toordinal() if days else None
    filters = _filters(asked, dependencies.clock.now())
    return discover(root, query, filters, first=None if first is None else first * DAY)


async def _run(dependencies: WebDependencies, request: SearchRequest) -> SearchResult:
    try:
        return await dependencies.index.search(request)
    except BadInput as error:
        raise _unusable("query.cursor", error) from error


def _filters(asked: Asked, now: Micros) -> Filters:
    return Filters(
        since=_moment("since", asked.since, now),
        until=_moment("until", asked.until, now, end_of_day=True),
        sources=asked.source,
        langs=asked.lang,
        countries=asked.country,
        categories=asked.category,
        entities=asked.entity,
        story=asked.story,
    )


def _moment(name: str, text: str, now: Micros, *, end_of_day: bool = False) -> Micros | None:
    if not text.strip():
        return None
    try:
        return parse_moment(text, now=now, end_of_day=end_of_day)
    except BadInput as error:
        raise _unusable(f"query.{name}", error) from error


def _unusable(location: str, error: BadInput) -> Problem:
    return Problem(422, str(error), errors=[ProblemItem(code="unusable", message=str(error), location=location)])
