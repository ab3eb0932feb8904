"""The page of one source: how it does, its last polls and why they failed, what its pages came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from presswatch_shared.clock import DAY, Micros, from_micros
from presswatch_shared.store import hosts, source_visits, sources
from presswatch_shared.store.articles import ArticleRow
from presswatch_shared.store.database import Tx
from presswatch_shared.store.hosts import Host
from presswatch_shared.store.ledger import Visit
from presswatch_shared.store.source_polls import SourcePoll, last_polls
from presswatch_shared.store.source_visits import SourceYield
from presswatch_shared.store.sources import Source
from presswatch_web import sourcing
from presswatch_web.api.fields import PathId
from presswatch_web.dependencies import Deps
from presswatch_web.pages.chart import day_chart
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem
from presswatch_web.source_health import health_of

__all__ = ["router"]

LOOKED_BACK_DAYS = 30
SHOWN_POLLS = 20
SHOWN_ARTICLES = 12
SHOWN_MISSES = 12
MOST_CHILDREN = 100

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """What the store knows of a source. Pages count for it and for the sources found on it."""

    source: Source
    parent: Source | None
    children: Sequence[Source]
    host: Host
    polls: Sequence[SourcePoll]
    found: SourceYield
    articles: Sequence[ArticleRow]
    misses: Sequence[Visit]
    days: float
    """Over how many days the yield is counted."""

    @property
    def a_day(self) -> float:
        """Articles it usually brings."""
        return self.found.total / self.days


@router.api_route("/sources/{source_id}", methods=["GET", "HEAD"])
async def source_page(request: Request, source_id: PathId, deps: Deps, asked: Literal["", "1"] = "") -> Response:
    """One source."""
    now = deps.clock.now()
    view = await deps.store.read(_view, source_id, now)
    first, last = from_micros(now - (LOOKED_BACK_DAYS - 1) * DAY).date(), from_micros(now).date()
    return render(
        request,
        "source.html",
        view=view,
        health=health_of(view.source, view.host, a_day=view.a_day, now=now),
        chart=day_chart(view.found.articles, first=first, last=last),
        asked=bool(asked),
        now=now,
    )


@router.post("/sources/{source_id}/poll")
async def poll_source(source_id: PathId, deps: Deps) -> Response:
    """Look at it now, as soon as its host may be asked."""
    await deps.store.run(sourcing.poll_now, source_id, now=deps.clock.now())
    return RedirectResponse(f"/sources/{source_id}?asked=1", 303)


@router.post("/sources/{source_id}/state")
async def set_source_state(
    source_id: PathId,
    deps: Deps,
    state: Annotated[str, Form(max_length=20)],
    back: Annotated[Literal["", "source"], Form()] = "",
) -> Response:
    """Pause, resume or remove a source and those found on it."""
    if state == "removed":
        await deps.store.run(sources.remove_source, source_id)
        return RedirectResponse("/sources", 303)
    if state not in (sources.ACTIVE, sources.PAUSED):
        raise Problem(422, "a source is active or paused")
    await deps.store.run(sources.set_state, source_id, state, now=deps.clock.now())
    return RedirectResponse(f"/sources/{source_id}" if back else "/sources", 303)


def _view(tx: Tx, source_id: str, now: Micros) -> SourceView:
    source = sourcing.look_up(tx, source_id)
    children = sources.list_sources(tx, parent_id=source.id, limit=MOST_CHILDREN)
    ids = [source.id, *(child.id for child in children)]
    since = max(now - LOOKED_BACK_DAYS * DAY, min(source.created_at, now))
    return SourceView(
        source=source,
        parent=sources.get_source(tx, source.parent_id) if source.parent_id else None,
        children=children,
        host=hosts.get_host(tx, source.politeness_key),
        polls=last_polls(tx, source.id, limit=SHOWN_POLLS),
        found=source_visits.source_yield(tx, ids, since=since),
        articles=source_visits.last_articles(tx, ids, limit=SHOWN_ARTICLES),
        misses=source_visits.last_misses(tx, ids, limit=SHOWN_MISSES),
        days=max(1.0, (now - since) / DAY),
    )
