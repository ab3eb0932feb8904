"""`/api/v1/sources`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from presswatch_shared.store import sources
from presswatch_shared.store.database import Tx
from presswatch_shared.store.source_polls import last_polls
from presswatch_web import sourcing
from presswatch_web.api.fields import IdempotencyKey, Limit, PathId
from presswatch_web.api.paging import AfterId
from presswatch_web.api.repeats import create
from presswatch_web.api.source_shapes import (
    NewSourceBody,
    PollList,
    SourceChangesBody,
    SourceOut,
    SourcePage,
    poll_out,
    source_out,
)
from presswatch_web.dependencies import Deps
from presswatch_web.problems import Problem, documented

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/sources", tags=["sources"])


@router.get("", response_model=SourcePage, responses=documented())
async def list_sources(deps: Deps, limit: Annotated[Limit, Query()] = 50, cursor: AfterId = "") -> SourcePage:
    """All sources, those that were found on a home page too."""
    rows = await deps.store.read(sources.list_sources, after=cursor, limit=limit)
    return SourcePage(
        items=[source_out(row) for row in rows],
        next=rows[-1].id if len(rows) == limit else None,
    )


@router.post("", status_code=201, response_model=SourceOut, responses=documented(409))
async def add_source(body: NewSourceBody, request: Request, deps: Deps, key: IdempotencyKey = None) -> Response:
    """Add a source; one that is there already is answered unchanged. It is first polled within seconds."""

    def work(tx: Tx) -> SourceOut:
        return source_out(sourcing.add(tx, **body.model_dump(), now=deps.clock.now()))

    return await create(deps, request, body, key, work)


@router.get("/{source_id}", response_model=SourceOut, responses=documented(404))
async def get_source(source_id: PathId, deps: Deps) -> SourceOut:
    """One source."""
    return source_out(await deps.store.read(sourcing.look_up, source_id))


@router.patch("/{source_id}", response_model=SourceOut, responses=documented(404))
async def change_source(source_id: PathId, body: SourceChangesBody, deps: Deps) -> SourceOut:
    """Pause or resume a source and those found on it. A resumed one is polled at once."""

    def work(tx: Tx) -> SourceOut:
        sources.set_state(tx, source_id, body.state, now=deps.clock.now())
        return source_out(sourcing.look_up(tx, source_id))

    return await deps.store.run(work)


@router.post("/{source_id}/poll", status_code=202, response_model=SourceOut, responses=documented(404, 409))
async def poll_source(source_id: PathId, deps: Deps) -> SourceOut:
    """Look at a source now, as soon as its host may be asked, and not when its turn comes."""
    return source_out(await deps.store.run(sourcing.poll_now, source_id, now=deps.clock.now()))


@router.get("/{source_id}/polls", response_model=PollList, responses=documented(404))
async def list_polls(source_id: PathId, deps: Deps, limit: Annotated[Limit, Query()] = 50) -> PollList:
    """The last polls of a source, the newest first: how each ended, and why."""

    def work(tx: Tx) -> PollList:
        sourcing.look_up(tx, source_id)
        return PollList(items=[poll_out(poll) for poll in last_polls(tx, source_id, limit=limit)])

    return await deps.store.read(work)


@router.delete("/{source_id}", status_code=204, response_class=Response, responses=documented(404))
async def remove_source(source_id: PathId, deps: Deps) -> Response:
    """Forget a source and those found on it. What was fetched stays."""
    if not await deps.store.run(sources.remove_source, source_id):
        raise Problem(404, "there is no such source")
    return Response(status_code=204)
