"""The page `/`: search, beside it what fired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request, Response

from presswatch_query import check
from presswatch_shared.clock import Micros, from_micros
from presswatch_shared.errors import BadInput
from presswatch_shared.index.port import SearchResult
from presswatch_shared.moments import DAY, parse_moment
from presswatch_shared.store import alert_counts, alerts, aliases, watches
from presswatch_shared.store.alert_counts import AlertCount
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.database import Tx
from presswatch_shared.store.ownership import Owners
from presswatch_shared.store.watches import Watch
from presswatch_web.access.principal import Who
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.pages.chart import Chart, day_chart
from presswatch_web.pages.links import Links, asked_from
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem
from presswatch_web.queries import query_items
from presswatch_web.searching import Asked, search

__all__ = ["router"]

IN_RAIL = 8
WATCHES_IN_RAIL = 12
DEFAULT_CHART_DAYS = 14

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Rail:
    """What stands beside the results."""

    alerts: list[AlertRow]
    watches: list[Watch]
    counts: dict[str, AlertCount]
    watch_total: int


@router.api_route("/", methods=["GET", "HEAD"])
async def search_page(request: Request, deps: Deps, who: Who) -> Response:
    """Results, or what is wrong with the question, in place."""
    asked = asked_from(request.query_params)
    now = deps.clock.now()
    result, problem = await _result(deps, asked)
    return render(
        request,
        "search.html",
        status=200 if problem is None else problem.status,
        asked=asked,
        links=Links(asked),
        result=result,
        problem=problem,
        chart=None if result is None else _chart(result, asked, now),
        rail=await deps.store.read(_rail, who.owners),
        articles=await deps.index.count(),
        now=now,
    )


@router.get("/check")
async def check_fragment(request: Request, deps: Deps, q: str = "") -> Response:
    """What is wrong with a query, as a piece of a page."""
    text = q[:20_000].replace("\x00", "")
    found = check(text, await deps.store.read(aliases.all_aliases)) if text.strip() else None
    errors = query_items(found.errors) if found else []
    warnings = query_items(found.warnings) if found else []
    return render(request, "_check.html", query=text, errors=errors, warnings=warnings)


async def _result(deps: WebDependencies, asked: Asked) -> tuple[SearchResult | None, Problem | None]:
    try:
        return await search(deps, asked), None
    except Problem as problem:
        return None, problem


def _rail(tx: Tx, owners: Owners) -> Rail:
    listed = list(watches.list_watches(tx, owners=owners, limit=WATCHES_IN_RAIL))
    return Rail(
        alerts=list(alerts.list_alerts(tx, owners=owners, limit=IN_RAIL)),
        watches=listed,
        counts=dict(alert_counts.alert_counts(tx, [watch.id for watch in listed])),
        watch_total=watches.count_watches(tx, owners=owners),
    )


def _chart(result: SearchResult, asked: Asked, now: Micros) -> Chart | None:
    """Over the span asked for, or the last two weeks."""
    counts = {each.day: each.count for each in result.days}
    today = from_micros(now).date()
    last = _day(asked.until, now) or today
    first = _day(asked.since, now) or from_micros(now - (DEFAULT_CHART_DAYS - 1) * DAY).date()
    return day_chart(counts, first=first, last=max(first, min(last, today)))


def _day(text: str, now: Micros) -> date | None:
    try:
        return from_micros(parse_moment(text, now=now)).date() if text else None
    except BadInput:
        # Said already, where the search refused it.
        return None
