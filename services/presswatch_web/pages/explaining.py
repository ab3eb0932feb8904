"""Why a query matches an article or does not, for the page of the article."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from presswatch_query import Query, analyse_article, explain
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.query_article import query_article
from presswatch_shared.store.watches import Watch
from presswatch_web.dependencies import WebDependencies
from presswatch_web.queries import parse_query

__all__ = ["explanation_of"]


async def explanation_of(
    deps: WebDependencies, article: ArticleEnriched, text: str, watch: Watch | None
) -> Mapping[str, Any]:
    """`verdict` (of a watch), and `query`: its clauses with what was found where."""
    query = await parse_query(deps, text)
    if watch is not None:
        return await deps.explain(watch, query, article)
    # A very long article takes seconds.
    return {"verdict": "", "query": await asyncio.to_thread(_clauses, query, article)}


def _clauses(query: Query, article: ArticleEnriched) -> Mapping[str, Any]:
    return explain(query, analyse_article(query_article(article))).as_json()
