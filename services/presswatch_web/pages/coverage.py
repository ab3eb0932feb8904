"""Charts of what a search finds: over which days, in which periods, and of how much coverage in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from presswatch_shared.clock import DAY, Micros, from_micros
from presswatch_shared.errors import BadInput
from presswatch_shared.index.port import SearchResult
from presswatch_shared.moments import parse_moment
from presswatch_web.dependencies import WebDependencies
from presswatch_web.pages.chart import Chart, bar_chart
from presswatch_web.pages.intervals import Interval, first_of_most, fitting
from presswatch_web.searching import Asked, coverage

__all__ = ["Extent", "all_coverage", "chart_of", "extent_of"]

DEFAULT_DAYS = 14


@dataclass(frozen=True, slots=True)
class Extent:
    """The days of a chart, both inclusive, and its periods."""

    first: date
    last: date
    interval: Interval


async def chart_of(deps: WebDependencies, result: SearchResult, asked: Asked) -> Chart | None:
    """Over the span asked for, or over nearly all that was found and two weeks at least; None where nothing was."""
    counts = {each.day: each.count for each in result.days}
    if not counts:
        return None
    extent = extent_of(counts, asked, deps.clock.now())
    of = await all_coverage(deps, asked, extent) if asked.share else None
    return bar_chart(counts, first=extent.first, last=extent.last, interval=extent.interval, coverage=of)


def extent_of(counts: Mapping[date, int], asked: Asked, now: Micros) -> Extent:
    """Of a chart of these counts."""
    today = from_micros(now).date()
    last = min(_day(asked.until, now) or today, today)
    usual = from_micros(now - (DEFAULT_DAYS - 1) * DAY).date()
    first = _day(asked.since, now) or (min(first_of_most(counts), usual) if counts else usual)
    first, last = min(first, last), max(first, last)
    return Extent(first, last, Interval(asked.by) if asked.by else fitting(first, last))


async def all_coverage(deps: WebDependencies, asked: Asked, extent: Extent) -> dict[date, int]:
    """What passes the filters on these days, whatever the query."""
    within = replace(asked, since=extent.first.isoformat(), until=extent.last.isoformat())
    return {each.day: each.count for each in (await coverage(deps, within)).days}


def _day(text: str, now: Micros) -> date | None:
    try:
        return from_micros(parse_moment(text, now=now)).date() if text.strip() else None
    except BadInput:
        # Said already, where the search refused it.
        return None
