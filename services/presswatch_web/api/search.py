"""`/api/v1/search` and `/api/v1/articles`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from presswatch_web.api.article_shapes import (
    ArticleOut,
    SearchOut,
    SearchParameters,
    article_out,
    search_out,
)
from presswatch_web.api.fields import PathId
from presswatch_web.dependencies import Deps
from presswatch_web.problems import Problem, documented
from presswatch_web.searching import search

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["articles"])


@router.get("/search", response_model=SearchOut, responses=documented())
async def search_articles(deps: Deps, parameters: Annotated[SearchParameters, Query()]) -> SearchOut:
    """Articles that match, with their matches marked. Faults of a query are told with their place in it."""
    return search_out(await search(deps, parameters.asked()))


@router.get("/articles/{article_id}", response_model=ArticleOut, responses=documented(404))
async def get_article(article_id: PathId, deps: Deps) -> ArticleOut:
    """One article, its newest version."""
    article = await deps.index.get(article_id)
    if article is None:
        raise Problem(404, "there is no such article")
    return article_out(article)
