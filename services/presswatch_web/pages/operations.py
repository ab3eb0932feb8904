"""The page for who runs it: how each part is, what went through the pipeline, and what was set aside."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from presswatch_shared.health import answers_of
from presswatch_web.dependencies import Deps
from presswatch_web.pages.templating import render

__all__ = ["router"]

SHOWN = 50

router = APIRouter(include_in_schema=False)


@router.api_route("/operations", methods=["GET", "HEAD"])
async def operations_page(request: Request, deps: Deps) -> Response:
    """As it is now."""
    checks = await answers_of(deps.checks)
    return render(
        request,
        "operations.html",
        status=200,
        checks=checks,
        figures=await deps.status(),
        letters=await deps.dead_letters.listed(limit=SHOWN),
        now=deps.clock.now(),
    )
