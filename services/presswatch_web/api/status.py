"""`/api/v1/status`: the figures of `presswatch status`."""

from __future__ import annotations

from fastapi import APIRouter

from presswatch_web.api.fields import Answer
from presswatch_web.dependencies import Deps
from presswatch_web.problems import documented

__all__ = ["StatusOut", "router"]

router = APIRouter(prefix="/api/v1", tags=["status"])


class StatusOut(Answer):
    """Counts through the pipeline."""

    sources: int
    pages_fetched: int
    articles: int
    indexed: int
    watches: int
    alerts: int
    deliveries: dict[str, int]
    dead_letters: int
    lag_records: int
    lag_seconds: float
    not_articles: dict[str, int]


@router.get("/status", response_model=StatusOut, responses=documented())
async def get_status(deps: Deps) -> StatusOut:
    """Counts through the pipeline, as they are now."""
    return StatusOut.model_validate(dict(await deps.status()))
