"""The page `/compare`: up to four queries in one chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from fastapi import APIRouter, Request, Response

from presswatch_shared.index.port import SearchResult
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.pages.coverage import all_coverage, extent_of
from presswatch_web.pages.lines import Line, LineChart, line_chart
from presswatch_web.pages.links import Links, asked_from
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem
from presswatch_web.searching import Asked, search

__all__ = ["MOST_QUERIES", "router"]

MOST_QUERIES = 4
LONGEST = 20_000

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the queries, and what became of it."""

    query: str
    address: str
    """Of its search."""
    result: SearchResult | None = None
    problem: Problem | None = None
    line: Line | None = None


@router.api_route("/compare", methods=["GET", "HEAD"])
async def compare_page(request: Request, deps: Deps) -> Response:
    """How much there is of each query, and when. A query with a fault says so; the others are shown."""
    given = (text[:LONGEST].replace("\x00", "").strip() for text in request.query_params.getlist("q"))
    queries = list(dict.fromkeys(filter(None, given)))[:MOST_QUERIES]
    asked = replace(asked_from(request.query_params), q="", cursor="", limit=0)
    compared = [await _compared(deps, replace(asked, q=query)) for query in queries]
    chart = await _chart(deps, compared, asked)
    return render(
        request,
        "compare.html",
        queries=queries,
        most=MOST_QUERIES,
        compared=_with_lines(compared, chart),
        chart=chart,
        asked=asked,
        links=Links(asked),
    )


async def _compared(deps: WebDependencies, asked: Asked) -> Compared:
    address = Links(asked).to()
    try:
        return Compared(asked.q, address, result=await search(deps, asked, facets=()))
    except Problem as problem:
        return Compared(asked.q, address, problem=problem)


async def _chart(deps: WebDependencies, compared: Sequence[Compared], asked: Asked) -> LineChart | None:
    found = [each.result for each in compared if each.result]
    counts = [{day.day: day.count for day in result.days} for result in found]
    every: Counter[date] = Counter()
    for each in counts:
        every.update(each)
    if not every:
        return None
    extent = extent_of(every, asked, deps.clock.now())
    of = await all_coverage(deps, asked, extent) if asked.share else None
    return line_chart(counts, first=extent.first, last=extent.last, interval=extent.interval, coverage=of)


def _with_lines(compared: Sequence[Compared], chart: LineChart | None) -> list[Compared]:
    lines = iter(chart.lines if chart else ())
    return [replace(each, line=next(lines, None) if each.result else None) for each in compared]
