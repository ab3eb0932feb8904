"""The index in a dictionary: each question asks the reference evaluator about every article. Right by construction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from presswatch_query import Query
from presswatch_shared.clock import Micros
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.counts import count_days, count_facets
from presswatch_shared.index.cursor import BEST, NEWEST, AfterRank, read_cursor
from presswatch_shared.index.dates import sort_key
from presswatch_shared.index.filters import passes
from presswatch_shared.index.hits import evaluation, make_hits
from presswatch_shared.index.newest import decide
from presswatch_shared.index.pages import Batch, NewestOf, Ranked, newest_of_articles, take_page
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
        ranked = (_best if request.sort is Sort.RELEVANCE else _newest)(found, request)
        page, cursor = take_page([Batch(ranked)], request.limit, _folding(found, request))
        return SearchResult(
            hits=make_hits(page, request),
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


def _newest(found: Sequence[ArticleEnriched], request: SearchRequest) -> list[Ranked]:
    place = read_cursor(request.cursor, NEWEST)
    ranked: list[Ranked] = []
    for article in found:
        if sort_key(article) <= place.key and article.article_id not in place.shown:
            place = place.behind(sort_key(article), article.article_id)
            ranked.append(Ranked(article, place))
    return ranked


def _best(found: Sequence[ArticleEnriched], request: SearchRequest) -> list[Ranked]:
    begin = read_cursor(request.cursor, BEST).rank
    scored = sorted(((_score(article, request.query), article) for article in found), key=lambda row: -row[0])
    ranked = [Ranked(article, AfterRank(rank), score) for rank, (score, article) in enumerate(scored, 1)]
    return ranked[begin:]


def _folding(found: Sequence[ArticleEnriched], request: SearchRequest) -> NewestOf | None:
    if not request.fold:
        return None
    top = read_cursor(request.cursor, NEWEST).top if request.sort is Sort.NEWEST else NEWEST.top
    by_story = newest_of_articles(article for article in found if sort_key(article) <= top)
    return lambda stories: {story: by_story[story] for story in stories if story in by_story}


def _score(article: ArticleEnriched, query: Query | None) -> float:
    return float(len(evaluation(query, article).spans)) if query else 0.0
