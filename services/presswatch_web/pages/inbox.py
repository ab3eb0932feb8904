"""The inbox: every alert, newest first; new ones come in live."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from presswatch_shared.store import alerts
from presswatch_web.access.principal import Who
from presswatch_web.api.paging import BeforeNumber, number_in
from presswatch_web.dependencies import Deps
from presswatch_web.pages.templating import render

__all__ = ["router"]

PAGE = 40
LATEST = 8

router = APIRouter(include_in_schema=False)


@router.api_route("/inbox", methods=["GET", "HEAD"])
async def inbox_page(request: Request, deps: Deps, who: Who, cursor: BeforeNumber = "", watch: str = "") -> Response:
    """All alerts, or those of one watch."""
    before = number_in(cursor)
    watch_id = watch[:64].replace("\x00", "") or None
    rows = await deps.store.read(alerts.list_alerts, before=before, watch_id=watch_id, owners=who.owners, limit=PAGE)
    more = str(rows[-1].seq) if len(rows) == PAGE else ""
    return render(
        request,
        "inbox.html",
        alerts=rows,
        more=more,
        is_first=before is None,
        watch=watch_id or "",
        now=deps.clock.now(),
    )


@router.get("/inbox/latest")
async def latest_fragment(request: Request, deps: Deps, who: Who, limit: int = LATEST, watch: str = "") -> Response:
    """The newest alerts, as a piece of a page."""
    watch_id = watch[:64].replace("\x00", "") or None
    rows = await deps.store.read(
        alerts.list_alerts, watch_id=watch_id, owners=who.owners, limit=max(1, min(limit, PAGE))
    )
    return render(request, "_alerts.html", alerts=rows, now=deps.clock.now())
