"""The index in a dictionary: each question asks the reference evaluator about every article. Right by construction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from presswatch_query import Query
from presswatch_shared.clock import Micros
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.counts import count_days, count_facets
from presswatch_shared.index.cursor import BEST, NEWEST, AfterRank, read_cursor, write_cursor
from presswatch_shared.index.dates import sort_key
from presswatch_shared.index.filters import passes
from presswatch_shared.index.hits import evaluation, make_hit
from presswatch_shared.index.newest import decide
from presswatch_shared.index.port import Filters, PutOutcome, SearchRequest, SearchResult, Sort

__all__ = ["InMemoryIndex"]


class InMemoryIndex:
    """An `ArticleIndex` that forgets everything when it goes."""

    def __init__(self) -> None:
        self._articles: dict[str, ArticleEnriched] = {}

    async def put(self, articles: Sequence[ArticleEnriched]) -> tuple[PutOutcome, ...]:
        decision = decide(articles, self._articles)
        self._articles.update({article.article_id: article for article in decision.write})
        return decision.outcomes

    async def search(self, request: SearchRequest) -> SearchResult:
        found = sorted(self._matching(request.query, request.filters), key=sort_key, reverse=True)
        page, cursor = (_best if request.sort is Sort.RELEVANCE else _newest)(found, request)
        return SearchResult(
            hits=tuple(
                make_hit(article, request.query, marked=request.snippets, score=score) for score, article in page
            ),
            total=len(found),
            facets=count_facets(found, request.facets, request.facet_size),
            days=count_days(found) if request.days else (),
            cursor=cursor,
        )

    async def scan(
        self, query: Query | None, *, since: Micros | None = None, until: Micros | None = None
    ) -> AsyncIterator[ArticleEnriched]:
        for article in sorted(self._matching(query, Filters(since=since, until=until)), key=sort_key):
            yield article

    async def get(self, article_id: str) -> ArticleEnriched | None:
        return self._articles.get(article_id)

    async def versions(self, article_ids: Collection[str]) -> Mapping[str, int]:
        return {key: self._articles[key].version for key in article_ids if key in self._articles}

    async def count(self) -> int:
        return len(self._articles)

    async def delete(self, article_ids: Sequence[str]) -> int:
        return sum(self._articles.pop(key, None) is not None for key in dict.fromkeys(article_ids))

    async def close(self) -> None:
        pass

    def _matching(self, query: Query | None, filters: Filters) -> list[ArticleEnriched]:
        return [
            article
            for article in self._articles.values()
            if passes(article, filters) and (query is None or evaluation(query, article).matched)
        ]


Page = list[tuple[float | None, ArticleEnriched]]


def _newest(found: Sequence[ArticleEnriched], request: SearchRequest) -> tuple[Page, str]:
    cursor = read_cursor(request.cursor, NEWEST)
    rest = [article for article in found if sort_key(article) <= cursor.key and article.article_id not in cursor.shown]
    page = rest[: request.limit]
    for article in page:
        cursor = cursor.behind(sort_key(article), article.article_id)
    return [(None, article) for article in page], write_cursor(cursor) if len(rest) > len(page) else ""


def _best(found: Sequence[ArticleEnriched], request: SearchRequest) -> tuple[Page, str]:
    begin = read_cursor(request.cursor, BEST).rank
    ranked = sorted(((_score(article, request.query), article) for article in found), key=lambda row: -row[0])
    end = begin + request.limit
    return [*ranked[begin:end]], write_cursor(AfterRank(end)) if end < len(ranked) else ""


def _score(article: ArticleEnriched, query: Query | None) -> float:
    return float(len(evaluation(query, article).spans)) if query else 0.0
