"""Pages of watches: list, make (with a back-test), look at, change."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from presswatch_query import check
from presswatch_shared.store import alerts, aliases, watches
from presswatch_shared.store.watches import NewWatch, Watch, WatchChanges
from presswatch_shared.watch_policy import WEEKDAYS
from presswatch_web import kibana, telling, watching
from presswatch_web.access.principal import Who
from presswatch_web.api.backtest_shapes import BacktestOut, DifferenceOut
from presswatch_web.api.channel_shapes import feed_addresses
from presswatch_web.api.fields import Name, PathId
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.pages.chart import day_chart
from presswatch_web.pages.templating import render
from presswatch_web.pages.watch_forms import Refused, as_form
from presswatch_web.problems import Problem
from presswatch_web.queries import parse_query, query_items

__all__ = ["router", "watch_response"]

MOST = 200
BACKTEST_DAYS = 30
FormText = Annotated[str, Form(max_length=20_000)]
FormName = Annotated[Name, Form()]

router = APIRouter(include_in_schema=False)


@router.api_route("/watches", methods=["GET", "HEAD"])
async def watches_page(request: Request, deps: Deps, who: Who) -> Response:
    """All watches, with what they caught."""
    views = await deps.store.read(watching.page_of, owners=who.owners, after=None, limit=MOST)
    total = await deps.store.read(watches.count_watches, owners=who.owners)
    return render(request, "watches.html", views=views, total=total, now=deps.clock.now())


@router.api_route("/watches/new", methods=["GET", "HEAD"])
async def new_watch_page(request: Request, deps: Deps, query: str = "", name: str = "") -> Response:
    """A watch before it is saved: is the query right, and what would it have caught?"""
    return await _new_watch(request, deps, query[:20_000].replace("\x00", "").strip(), name[:200], webhook="")


@router.post("/watches")
async def add_watch(
    request: Request, deps: Deps, who: Who, query: FormText = "", name: FormName = "", webhook: FormText = ""
) -> Response:
    """Save a watch; what is wrong with it is said on the form."""
    text, address = query.replace("\x00", "").strip(), webhook.strip()
    new = NewWatch(query=text, name=name.strip(), owner=who.user_id)
    webhooks = [watching.NewWebhook(url=address)] if address else []
    try:
        view = await deps.store.run(watching.add, new, webhooks, now=deps.clock.now())
    except Problem as problem:
        return await _new_watch(request, deps, text, name, webhook=address, problem=problem)
    return RedirectResponse(f"/watches/{view.watch.id}?{urlencode({'saved': 1})}", 303)


@router.api_route("/watches/{watch_id}", methods=["GET", "HEAD"])
async def watch_page(request: Request, watch_id: PathId, deps: Deps, query: str = "", name: str = "") -> Response:
    """One watch: its query, where it tells, what it caught. With another query: what that would change."""
    view = await deps.store.read(watching.look_up, watch_id)
    text = query[:20_000].replace("\x00", "").strip()
    if not text:
        return await watch_response(request, deps, view, query=view.watch.query, name=view.watch.name)
    try:
        difference = await _difference(deps, view.watch, text)
    except Problem as problem:
        return await watch_response(request, deps, view, query=text, name=name[:200], problem=problem)
    return await watch_response(request, deps, view, query=text, name=name[:200], difference=difference)


@router.post("/watches/{watch_id}")
async def change_watch(
    request: Request, watch_id: PathId, deps: Deps, query: FormText = "", name: FormName = ""
) -> Response:
    """Change query and name."""
    text = query.replace("\x00", "").strip()
    changes: WatchChanges = {"query": text, "name": name.strip() or text[:80]}
    try:
        await deps.store.run(watching.change, watch_id, changes, now=deps.clock.now())
    except Problem as problem:
        if problem.status == 404:
            raise
        view = await deps.store.read(watching.look_up, watch_id)
        return await watch_response(request, deps, view, query=text, name=name, problem=problem)
    return RedirectResponse(f"/watches/{watch_id}", 303)


@router.post("/watches/{watch_id}/state")
async def set_watch_state(watch_id: PathId, deps: Deps, state: Annotated[str, Form(max_length=20)]) -> Response:
    """Pause, resume or remove."""
    now = deps.clock.now()
    if state == watches.REMOVED:
        await deps.store.run(watches.remove_watch, watch_id, now=now)
        return RedirectResponse("/watches", 303)
    if state not in (watches.ACTIVE, watches.PAUSED):
        raise Problem(422, "a watch is active or paused")
    await deps.store.run(watching.change, watch_id, WatchChanges(state=state), now=now)
    return RedirectResponse(f"/watches/{watch_id}", 303)


async def _new_watch(
    request: Request, deps: WebDependencies, query: str, name: str, *, webhook: str, problem: Problem | None = None
) -> Response:
    found = check(query, await deps.store.read(aliases.all_aliases)) if query else None
    result = await _backtest(deps, query) if found is not None and found.ok else None
    return render(
        request,
        "watch_new.html",
        status=200 if problem is None else problem.status,
        query=query,
        name=name,
        webhook=webhook,
        problem=problem,
        errors=query_items(found.errors) if found else [],
        warnings=query_items(found.warnings) if found else [],
        backtest=result,
        chart=None if result is None else day_chart({day.day: day.alerts for day in result.by_day}),
        now=deps.clock.now(),
    )


async def _backtest(deps: WebDependencies, query: str) -> BacktestOut:
    found = await deps.backtest(query, await parse_query(deps, query), BACKTEST_DAYS)
    return BacktestOut.model_validate(dict(found))


async def _difference(deps: WebDependencies, watch: Watch, query: str) -> DifferenceOut:
    new = await parse_query(deps, query)
    found = await deps.compare(watch, await parse_query(deps, watch.query), new, BACKTEST_DAYS)
    return DifferenceOut.model_validate(dict(found))


async def watch_response(
    request: Request,
    deps: WebDependencies,
    view: watching.WatchView,
    *,
    query: str,
    name: str,
    problem: Problem | None = None,
    difference: DifferenceOut | None = None,
    telling_problem: Problem | None = None,
    typed: Refused | None = None,
    secret: str = "",
) -> Response:
    """The page of a watch: with what is wrong with a change of it, or the secret that was just made."""
    typed = typed or Refused()
    policy, now = await deps.store.read(telling.policy_of, view.watch.id), deps.clock.now()
    values: dict[str, Any] = {"view": view, "query": query, "name": name, "problem": problem, "difference": difference}
    worst = problem or telling_problem
    links = {channel.id: feed_addresses(channel, deps.settings.link_base) for channel in view.channels}
    fired = await deps.store.read(alerts.list_alerts, watch_id=view.watch.id, limit=20)
    return render(
        request,
        "watch.html",
        status=200 if worst is None else worst.status,
        **values,
        alerts=fired,
        policy=policy,
        when=typed.policy or as_form(policy, now),
        typed=typed,
        weekdays=WEEKDAYS,
        feeds=links,
        telling_problem=telling_problem,
        secret=secret,
        saved="saved" in request.query_params,
        tested="tested" in request.query_params,
        kibana=kibana.one_document(deps.settings.kibana, kibana.ALERTS, "watch_id", view.watch.id),
        now=now,
    )
