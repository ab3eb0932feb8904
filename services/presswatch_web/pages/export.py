"""`/export.csv`, `/export.ndjson`, `/export.atom`: all that a search finds, in its order, streamed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from presswatch_shared.errors import Retry
from presswatch_shared.index.port import SearchResult
from presswatch_shared.logs import get_logger
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.exporting import SearchFormat, atom_view, csv_head, csv_lines, ndjson_lines
from presswatch_web.feeds.atom import atom_feed
from presswatch_web.pages.links import asked_from
from presswatch_web.searching import Asked, search

__all__ = ["router"]

PAGE = 200
IN_A_FEED = 100
MEDIA = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson; charset=utf-8"}

router = APIRouter(include_in_schema=False)


@router.get("/export.{form}")
async def export(form: SearchFormat, request: Request, deps: Deps) -> Response:
    """What the page at the same address shows, and all its further pages; a feed has the newest hundred."""
    asked = replace(asked_from(request.query_params), cursor="", exact=True)
    if form == "atom":
        return await _feed(request, deps, asked)
    # Before the first line is sent, so that a query with a fault is answered as one.
    first = await search(deps, replace(asked, limit=PAGE), facets=(), days=False)
    headers = {"content-disposition": f'attachment; filename="presswatch.{form}"'}
    return StreamingResponse(_lines(deps, asked, first, form), media_type=MEDIA[form], headers=headers)


async def _lines(deps: WebDependencies, asked: Asked, first: SearchResult, form: SearchFormat) -> AsyncIterator[str]:
    write = csv_lines if form == "csv" else ndjson_lines
    if form == "csv":
        yield csv_head()
    result = first
    while True:
        if result.hits:
            yield write(result.hits)
        if not result.cursor:
            return
        try:
            result = await search(deps, replace(asked, limit=PAGE, cursor=result.cursor), facets=(), days=False)
        except Retry as error:
            # The answer has begun: only a broken connection tells that something is missing.
            get_logger("web").warning("an export broke off", reason=str(error))
            raise


async def _feed(request: Request, deps: WebDependencies, asked: Asked) -> Response:
    result = await search(deps, replace(asked, limit=IN_A_FEED), facets=(), days=False)
    base = deps.settings.link_base
    parameters = urlencode(request.query_params.multi_items())
    view = atom_view(
        result.hits,
        asked.q,
        self_url=f"{base}/export.atom?{parameters}",
        home_url=f"{base}/?{parameters}",
        now=deps.clock.now(),
    )
    return Response(atom_feed(view), media_type="application/atom+xml; charset=utf-8")
