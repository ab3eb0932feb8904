"""The page of sources: list with health, add with a preview. One source has a page of its own: `source.py`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from presswatch_shared.store import sources
from presswatch_web import sourcing
from presswatch_web.api.fields import Name
from presswatch_web.api.source_shapes import PreviewOut
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem

__all__ = ["router"]

MOST = 500
FormUrl = Annotated[str, Form(max_length=2000)]
FormName = Annotated[Name, Form()]
FormCountry = Annotated[str, Form(pattern=r"^\s*([A-Za-z]{2})?\s*$")]

router = APIRouter(include_in_schema=False)


@router.api_route("/sources", methods=["GET", "HEAD"])
async def sources_page(request: Request, deps: Deps) -> Response:
    """All sources and how their polling goes."""
    return await _page(request, deps)


@router.post("/sources/preview")
async def preview_source(
    request: Request, deps: Deps, url: FormUrl = "", name: FormName = "", country: FormCountry = ""
) -> Response:
    """One look at an address before it is added."""
    form = {"url": url.strip(), "name": name.strip(), "country": country.strip()}
    try:
        found = await sourcing.preview(deps, form["url"])
    except Problem as problem:
        return await _page(request, deps, form=form, problem=problem)
    return await _page(request, deps, form=form, preview=found)


@router.post("/sources")
async def add_source(
    request: Request, deps: Deps, url: FormUrl = "", name: FormName = "", country: FormCountry = ""
) -> Response:
    """Add a source; what is wrong with it is said on the form."""
    form = {"url": url.strip(), "name": name.strip(), "country": country.strip()}
    try:
        await deps.store.run(sourcing.add, **form, collection="", now=deps.clock.now())
    except Problem as problem:
        return await _page(request, deps, form=form, problem=problem)
    return RedirectResponse("/sources", 303)


async def _page(
    request: Request,
    deps: WebDependencies,
    *,
    form: dict[str, str] | None = None,
    preview: PreviewOut | None = None,
    problem: Problem | None = None,
) -> Response:
    rows = await deps.store.read(sources.list_sources, limit=MOST)
    return render(
        request,
        "sources.html",
        status=200 if problem is None else problem.status,
        sources=sorted(rows, key=lambda row: row.shown_name.casefold()),
        total=await deps.store.read(sources.count_sources),
        form=form or {"url": "", "name": "", "country": ""},
        preview=preview,
        problem=problem,
        now=deps.clock.now(),
    )
