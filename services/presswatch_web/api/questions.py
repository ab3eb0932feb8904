"""Questions before something is made: `/api/v1/queries/check`, `/api/v1/queries/backtest` and `/api/v1/previews`."""

from __future__ import annotations

from fastapi import APIRouter

from presswatch_query import check
from presswatch_shared.store import aliases
from presswatch_web import sourcing
from presswatch_web.api.backtest_shapes import BacktestBody, BacktestOut
from presswatch_web.api.source_shapes import PreviewBody, PreviewOut
from presswatch_web.api.watch_shapes import CheckBody, CheckOut
from presswatch_web.dependencies import Deps
from presswatch_web.problems import documented
from presswatch_web.queries import parse_query, query_items

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["questions"])


@router.post("/queries/check", response_model=CheckOut, response_model_exclude_none=True, responses=documented())
async def check_query(body: CheckBody, deps: Deps) -> CheckOut:
    """What is wrong with a query, and what to know of it."""
    found = check(body.query, await deps.store.read(aliases.all_aliases))
    return CheckOut(ok=found.ok, errors=query_items(found.errors), warnings=query_items(found.warnings))


@router.post("/queries/backtest", response_model=BacktestOut, responses=documented())
async def backtest(body: BacktestBody, deps: Deps) -> BacktestOut:
    """What a watch with this query would have fired on in the last days."""
    query = await parse_query(deps, body.query)
    return BacktestOut.model_validate(dict(await deps.backtest(body.query, query, body.days)))


@router.post("/previews", response_model=PreviewOut, responses=documented())
async def preview_source(body: PreviewBody, deps: Deps) -> PreviewOut:
    """One look at an address: what would be crawled there."""
    return await sourcing.preview(deps, body.url)
