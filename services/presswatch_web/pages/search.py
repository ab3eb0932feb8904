"""The page `/`: search, beside it what fired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import QueryParams

from presswatch_query import Aliases, check
from presswatch_shared.index.port import SearchResult
from presswatch_shared.store import alert_counts, alerts, aliases, saved_searches, watches
from presswatch_shared.store.alert_counts import AlertCount
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.database import Tx
from presswatch_shared.store.ownership import Owners
from presswatch_shared.store.saved_searches import SavedSearch
from presswatch_shared.store.watches import Watch
from presswatch_web import saving
from presswatch_web.access.principal import Who
from presswatch_web.api.fields import PathId
from presswatch_web.building import Built, build, taken_apart
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.pages.coverage import chart_of
from presswatch_web.pages.links import Links, asked_from
from presswatch_web.pages.own_paths import own_path
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem
from presswatch_web.queries import query_items
from presswatch_web.searching import Asked, kibana_link, search, unknown

__all__ = ["router"]

IN_RAIL = 8
WATCHES_IN_RAIL = 12
MOST_SAVED = 50
LONGEST = 20_000
Text = Annotated[str, Form(max_length=LONGEST)]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Rail:
    """What stands beside the results."""

    alerts: list[AlertRow]
    watches: list[Watch]
    counts: dict[str, AlertCount]
    watch_total: int
    saved: Sequence[SavedSearch]


@router.api_route("/", methods=["GET", "HEAD"])
async def search_page(request: Request, deps: Deps, who: Who) -> Response:
    """Results, or what is wrong with the question, in place."""
    asked = asked_from(request.query_params)
    now = deps.clock.now()
    result, problem = await _result(deps, asked)
    known = await _aliases(deps)
    rail = await deps.store.read(_rail, who.owners)
    links = Links(asked)
    return render(
        request,
        "search.html",
        status=200 if problem is None else problem.status,
        asked=asked,
        links=links,
        result=result,
        problem=problem,
        chart=None if result is None else await chart_of(deps, result, asked),
        unknown=await unknown(deps, asked) if result is not None and not result.total else [],
        builder=taken_apart(asked.q, known),
        kibana=None if result is None else await kibana_link(deps, asked, result.days),
        rail=rail,
        saved_addresses={saved.id: saving.address_of(saved) for saved in rail.saved},
        is_saved=links.parameters in [list(saved.parameters) for saved in rail.saved],
        articles=await deps.index.count(),
        now=now,
    )


@router.get("/check")
async def check_fragment(request: Request, deps: Deps, q: str = "") -> Response:
    """What is wrong with a query, as a piece of a page."""
    return await _checked(request, deps, "_check.html", q[:LONGEST].replace("\x00", ""))


@router.get("/build")
async def build_query(request: Request, deps: Deps) -> Response:
    """The builder's form without a script: on to the search for what was built."""
    built = build(_fields(request.query_params), await _aliases(deps))
    return RedirectResponse(Links(asked_from(request.query_params)).to(q=built), 303)


@router.get("/built")
async def built_fragment(request: Request, deps: Deps) -> Response:
    """What the fields of the builder make, as a piece of a page: the search box, and what is wrong with it."""
    built = build(_fields(request.query_params), await _aliases(deps))
    return await _checked(request, deps, "_built.html", built)


@router.post("/searches")
async def save_search(deps: Deps, who: Who, search: Text = "", name: Text = "") -> Response:
    """Keep what the page shows; `search` is its address without the question mark."""
    asked = asked_from(QueryParams(search))
    await deps.store.run(saving.save, asked, name.replace("\x00", ""), owner=who.user_id, now=deps.clock.now())
    return RedirectResponse(Links(asked).to(), 303)


@router.post("/searches/{search_id}/remove")
async def remove_search(search_id: PathId, deps: Deps, back: Text = "/") -> Response:
    """Keep it no longer."""
    await deps.store.run(saving.remove, search_id)
    return RedirectResponse(own_path(back), 303)


async def _checked(request: Request, deps: WebDependencies, template: str, text: str) -> Response:
    found = check(text, await _aliases(deps)) if text.strip() else None
    errors = query_items(found.errors) if found else []
    warnings = query_items(found.warnings) if found else []
    return render(request, template, query=text, errors=errors, warnings=warnings)


async def _result(deps: WebDependencies, asked: Asked) -> tuple[SearchResult | None, Problem | None]:
    try:
        return await search(deps, asked), None
    except Problem as problem:
        return None, problem


async def _aliases(deps: WebDependencies) -> Aliases:
    return Aliases(await deps.store.read(aliases.all_aliases))


def _fields(parameters: QueryParams) -> Built:
    texts = (parameters.get(name, "")[:LONGEST].replace("\x00", "") for name in ("all", "any", "none", "base"))
    return Built(*texts)


def _rail(tx: Tx, owners: Owners) -> Rail:
    listed = list(watches.list_watches(tx, owners=owners, limit=WATCHES_IN_RAIL))
    return Rail(
        alerts=list(alerts.list_alerts(tx, owners=owners, limit=IN_RAIL)),
        watches=listed,
        counts=dict(alert_counts.alert_counts(tx, [watch.id for watch in listed])),
        watch_total=watches.count_watches(tx, owners=owners),
        saved=saved_searches.list_searches(tx, owners=owners, limit=MOST_SAVED),
    )
