"""`/api/v1/watches`."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from fastapi import APIRouter, Query, Request, Response

from presswatch_shared.store import watches
from presswatch_shared.store.database import Tx
from presswatch_shared.store.ownership import SHARED
from presswatch_shared.store.watches import NewWatch, WatchChanges
from presswatch_web import watching
from presswatch_web.access.principal import Who
from presswatch_web.api.backtest_shapes import ComparisonBody, DifferenceOut
from presswatch_web.api.explanation_shapes import ExplanationOut
from presswatch_web.api.fields import IdempotencyKey, Limit, PathId
from presswatch_web.api.paging import AfterPlace, place, place_in
from presswatch_web.api.repeats import create
from presswatch_web.api.watch_shapes import (
    NewWatchBody,
    WatchChangesBody,
    WatchOut,
    WatchPage,
    watch_out,
)
from presswatch_web.dependencies import Deps
from presswatch_web.problems import Problem, documented
from presswatch_web.queries import parse_query

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/watches", tags=["watches"])


@router.get("", response_model=WatchPage, responses=documented())
async def list_watches(
    deps: Deps, who: Who, limit: Annotated[Limit, Query()] = 50, cursor: AfterPlace = ""
) -> WatchPage:
    """All watches, in the order they were made."""
    views = await deps.store.read(watching.page_of, owners=who.owners, after=place_in(cursor), limit=limit)
    last = views[-1].watch if len(views) == limit else None
    return WatchPage(
        items=[
            watch_out(view.watch, view.channels, view.alerts, public_url=deps.settings.link_base, failure=view.failure)
            for view in views
        ],
        next=place(last.created_at, last.id) if last else None,
    )


@router.post("", status_code=201, response_model=WatchOut, responses=documented(409))
async def add_watch(body: NewWatchBody, request: Request, deps: Deps, who: Who, key: IdempotencyKey = None) -> Response:
    """Make a watch. Its webhooks' secrets are told in this answer only."""
    new = NewWatch(
        query=body.query,
        name=body.name,
        owner=SHARED if body.shared else who.user_id,
        max_age_seconds=body.max_age_seconds,
        include_sources=watching.hosts(body.include_sources, "body.include_sources"),
        exclude_sources=watching.hosts(body.exclude_sources, "body.exclude_sources"),
    )
    webhooks = [watching.NewWebhook(url=webhook.url, secret=webhook.secret) for webhook in body.webhooks]

    def work(tx: Tx) -> WatchOut:
        view = watching.add(tx, new, webhooks, now=deps.clock.now())
        return watch_out(
            view.watch,
            view.channels,
            view.alerts,
            public_url=deps.settings.link_base,
            failure=view.failure,
            with_secrets=True,
        )

    return await create(deps, request, body, key, work)


@router.get("/{watch_id}", response_model=WatchOut, responses=documented(404))
async def get_watch(watch_id: PathId, deps: Deps) -> WatchOut:
    """One watch."""
    view = await deps.store.read(watching.look_up, watch_id)
    return watch_out(view.watch, view.channels, view.alerts, public_url=deps.settings.link_base, failure=view.failure)


@router.patch("/{watch_id}", response_model=WatchOut, responses=documented(404))
async def change_watch(watch_id: PathId, body: WatchChangesBody, deps: Deps, who: Who) -> WatchOut:
    """Change a watch. What decides about firing holds from now on."""
    given = body.model_dump(exclude_unset=True)
    if (shared := given.pop("shared", None)) is not None:
        given["owner"] = SHARED if shared else who.user_id
    changes = cast(WatchChanges, given)
    names: tuple[Literal["include_sources", "exclude_sources"], ...] = ("include_sources", "exclude_sources")
    for name in names:
        if name in changes:
            changes[name] = watching.hosts(changes[name], f"body.{name}")
    view = await deps.store.run(watching.change, watch_id, changes, now=deps.clock.now())
    return watch_out(view.watch, view.channels, view.alerts, public_url=deps.settings.link_base, failure=view.failure)


@router.delete("/{watch_id}", status_code=204, response_class=Response, responses=documented(404))
async def remove_watch(watch_id: PathId, deps: Deps) -> Response:
    """Remove a watch and what still waits to be delivered for it. Its alerts stay."""
    if not await deps.store.run(watches.remove_watch, watch_id, now=deps.clock.now()):
        raise Problem(404, "there is no such watch")
    return Response(status_code=204)


@router.get("/{watch_id}/explain", response_model=ExplanationOut, responses=documented(404))
async def explain_watch(
    watch_id: PathId,
    deps: Deps,
    article: Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Its id.")],
) -> ExplanationOut:
    """Why the watch did or did not fire on an article: its query clause by clause, and what withheld an alert."""
    watch = (await deps.store.read(watching.look_up, watch_id)).watch
    found = await deps.index.get(article)
    if found is None:
        raise Problem(404, "there is no such article")
    explained = await deps.explain(watch, await parse_query(deps, watch.query), found)
    return ExplanationOut.model_validate(dict(explained))


@router.post("/{watch_id}/compare", response_model=DifferenceOut, responses=documented(404))
async def compare_watch(watch_id: PathId, body: ComparisonBody, deps: Deps) -> DifferenceOut:
    """What another query for the watch would have added and removed in the last days. Nothing is changed."""
    watch = (await deps.store.read(watching.look_up, watch_id)).watch
    new = await parse_query(deps, body.query)
    found = await deps.compare(watch, await parse_query(deps, watch.query), new, body.days)
    return DifferenceOut.model_validate(dict(found))
