"""Questions to the search server: one request where it can say exactly what matches, else candidates and verdicts."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from elastic_transport import ApiError

from presswatch_query import Query as WatchQuery
from presswatch_query.index_form import indexed_token
from presswatch_query.plan import Plan, make_plan
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.cursor import NEWEST, read_cursor
from presswatch_shared.index.elastic.counting import counts_asked, days_counted, facet_counted, found_in
from presswatch_shared.index.elastic.failures import status_of
from presswatch_shared.index.elastic.found import Found, article_of, newest_matching, read, stored_of
from presswatch_shared.index.elastic.ordering import NEWEST_FIRST, Order, order_of
from presswatch_shared.index.elastic.queries import Query, QueryCompiler, all_of
from presswatch_shared.index.estimates import Sample
from presswatch_shared.index.hits import make_hits
from presswatch_shared.index.pages import Batch, NewestOf, StoryFound, take_page
from presswatch_shared.index.port import Filters, SearchRequest, SearchResult
from presswatch_shared.index.port import Sort as SortBy
from presswatch_shared.index.verdicts import STRIDE, Verdicts, Verifier, condition

if TYPE_CHECKING:
    from elasticsearch9 import Elasticsearch

__all__ = ["Searcher", "count_articles"]

CHUNK = 500
TRIED = 20
"""Newest candidates of a story of which the first that matches is looked for."""
KEEP_ALIVE = "5m"
OLDEST_FIRST = [
    {"search.order": {"order": "asc", "unmapped_type": "long"}},
    {"article_id": {"order": "asc", "unmapped_type": "keyword"}},
]
READABLE = {"excludes": ["search"]}
TOO_MANY = ("too_many", "too many", "maxClauseCount", "max_clause_count")


def count_articles(client: Elasticsearch, alias: str) -> int:
    """How many documents are found behind the alias; none where it is not there."""
    return int(client.count(index=alias, ignore_unavailable=True, allow_no_indices=True)["count"])


class Searcher:
    """Asks through the alias of all articles; an alias that is not there is an empty index."""

    def __init__(self, client: Elasticsearch, alias: str, verdicts: Verdicts) -> None:
        self._client = client
        self._alias = alias
        self._verdicts = verdicts

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer to a request."""
        try:
            return self._search(request, loose=False)
        except ApiError as error:
            if not _is_too_many(error):
                raise
        return self._search(request, loose=True)

    def scan(self, query: WatchQuery | None, filters: Filters) -> Generator[list[ArticleEnriched]]:
        """All matching articles in chunks, oldest first, as they are when the first is asked for."""
        loose = False
        while True:
            compiler, base, _ = _compile(query, filters, loose=loose)
            with self._view() as view:
                try:
                    yield from self._chunks(view, base, None if compiler.exact else query)
                    return
                except ApiError as error:
                    # It comes with the first chunk, if it comes.
                    if loose or not _is_too_many(error):
                        raise
                    loose = True

    def get(self, article_ids: Collection[str]) -> dict[str, ArticleEnriched]:
        """Those of the articles that are found, by id; the newest where one is stored in two months."""
        hits = self._hits({"query": _ids(article_ids), "size": len(article_ids) * 2, "_source": READABLE})
        found: dict[str, ArticleEnriched] = {}
        for article in map(article_of, hits):
            rival = found.get(article.article_id)
            if rival is None or rival.version < article.version:
                found[article.article_id] = article
        return found

    def places(self, article_ids: Collection[str]) -> dict[str, list[tuple[str, int]]]:
        """Index and version of each stored document of the articles."""
        asked = {"query": _ids(article_ids), "size": len(article_ids) * 2, "_source": False, "version": True}
        places: dict[str, list[tuple[str, int]]] = {}
        for hit in self._hits(asked):
            places.setdefault(hit["_id"], []).append((hit["_index"], hit["_version"]))
        return places

    def _search(self, request: SearchRequest, *, loose: bool) -> SearchResult:
        compiler, base, plan = _compile(request.query, request.filters, loose=loose)
        if request.query is None or plan is None or compiler.exact:
            return self._page(Found(base, None), request, {})
        verifier = self._verdicts.of(request.query, plan.open if compiler.as_planned else None)
        sure = compiler.sure(plan)
        if sure is not None:
            sure = all_of([sure, {"bool": {"filter": compiler.filters(request.filters)}}])
        with self._view() as view:
            return self._page(self._verified(view, base, sure, verifier, request), request, view)

    def _verified(
        self, view: Mapping[str, Any], base: Query, sure: Query | None, verifier: Verifier, request: SearchRequest
    ) -> Found:
        """What matches of the candidates, each of them verified; a sample where they are too many."""
        doubtful = base if sure is None else {"bool": {"must": [base], "must_not": [sure]}}
        limit = verifier.limit(quick=request.quick)
        first = {"query": doubtful, "sort": NEWEST_FIRST, "size": limit, "track_total_hits": True, **BARE, **view}
        answer = self._ask(first)
        candidates: int = answer["hits"]["total"]["value"]
        known = 0 if sure is None else self._total(sure, view)
        if candidates <= limit:
            ids = _ids(self._matching(answer["hits"]["hits"], verifier, view))
            either = ids if sure is None else {"bool": {"should": [sure, ids], "minimum_should_match": 1}}
            return Found({"bool": {"must": [base], "filter": [either]}}, None)
        sample = self._sample(doubtful, limit, verifier, view)
        return Found(base, known + sample.total(candidates), sure, sample, verifier)

    def _matching(self, hits: Sequence[Any], verifier: Verifier, view: Mapping[str, Any]) -> list[str]:
        stored = {hit["_id"]: stored_of(hit) for hit in hits}
        unknown = [key for key, digest in stored.items() if verifier.known(digest) is None]
        for first in range(0, len(unknown), CHUNK):
            chunk = unknown[first : first + CHUNK]
            for hit in self._hits({"query": _ids(chunk), "size": len(chunk), "_source": READABLE, **view}):
                verifier.holds(article_of(hit), stored[hit["_id"]])
        return [key for key, digest in stored.items() if verifier.known(digest)]

    def _sample(self, doubtful: Query, size: int, verifier: Verifier, view: Mapping[str, Any]) -> Sample:
        # The same one for each page.
        order = {"seed": size, "field": "_seq_no"}
        query = {"function_score": {"query": {"bool": {"filter": [doubtful]}}, "random_score": order}}
        asked = {**WITH_DIGEST, **view}
        return Sample.of(
            read(hit, verifier)
            for first in range(0, size, CHUNK)
            for hit in self._hits({"query": query, "from_": first, "size": min(CHUNK, size - first), **asked})
        )

    def _total(self, query: Query, view: Mapping[str, Any]) -> int:
        return int(self._ask({"query": query, "size": 0, "track_total_hits": True, **view})["hits"]["total"]["value"])

    def _page(self, found: Found, request: SearchRequest, view: Mapping[str, Any]) -> SearchResult:
        wanted = request if found.verifier is None else replace(request, limit=max(request.limit, STRIDE))
        order = order_of(wanted)
        asked: dict[str, Any] = {"query": found.query, **WITH_DIGEST, **view}
        answer = self._ask({**asked, "aggs": counts_asked(request, found.sure), **order.asked()})
        counts = answer.get("aggregations", {})
        batches = self._batches(order, answer["hits"]["hits"], asked, found, request)
        page, cursor = take_page(batches, request.limit, self._folding(found, request, view) if request.fold else None)
        return SearchResult(
            hits=make_hits(page, request),
            total=max(found_in(counts) if found.total is None else found.total, len(page)),
            approximate=found.sample is not None,
            facets={each: facet_counted(counts, each, request.facet_size, found.sample) for each in request.facets},
            days=days_counted(counts, found.sample),
            cursor=cursor,
        )

    def _batches(
        self, order: Order, hits: Sequence[Any], asked: Mapping[str, Any], found: Found, request: SearchRequest
    ) -> Iterator[Batch]:
        """The articles that came, and on from behind them where they do not fill a page; where only some of them match
        this is given up after a while."""
        turns = 0
        while True:
            turns += 1
            read = [found.read(hit) for hit in hits]
            ranked = order.take(hits, [article for article, _ in read])
            matching = {article.article_id for article, matches in read if matches}
            is_last = not hits or order.is_done
            yield Batch(
                [one for one in ranked if one.article.article_id in matching],
                None if is_last or found.verifier is None else order.place,
            )
            if is_last or (found.verifier and turns * STRIDE >= found.verifier.limit(quick=request.quick)):
                return
            hits = self._hits({**asked, **order.asked()})

    def _folding(self, found: Found, request: SearchRequest, view: Mapping[str, Any]) -> NewestOf:
        top = read_cursor(request.cursor, NEWEST).top if request.sort is SortBy.NEWEST else NEWEST.top

        def newest_of(stories: Collection[str]) -> Mapping[str, StoryFound]:
            names = {indexed_token(story): story for story in stories}
            within = [{"terms": {"search.story": sorted(names)}}, {"range": {"search.order": {"lte": top}}}]
            query = {"bool": {"must": [found.query], "filter": within}}
            tried = {"size": 1, "_source": False} if found.verifier is None else {"size": TRIED, **WITH_DIGEST}
            newest = {"top_hits": {"sort": NEWEST_FIRST, **tried}}
            terms = {"terms": {"field": "search.story", "size": len(names)}, "aggs": {"newest": newest}}
            answer = self._ask({"query": query, "size": 0, "aggs": {"stories": terms}, **view})
            rows = answer.get("aggregations", {}).get("stories", {}).get("buckets", ())
            return {names[row["key"]]: story for row in rows if (story := newest_matching(row, found))}

        return newest_of

    def _chunks(
        self, view: Mapping[str, Any], base: Query, verify: WatchQuery | None
    ) -> Iterator[list[ArticleEnriched]]:
        holds = None if verify is None else condition(verify.tree)
        asked: dict[str, Any] = {"query": base, "sort": OLDEST_FIRST, "size": CHUNK, "_source": READABLE, **view}
        while hits := self._hits(asked):
            articles = map(article_of, hits)
            yield [article for article in articles if holds is None or holds(article)]
            asked["search_after"] = hits[-1]["sort"]

    def _hits(self, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        hits: list[dict[str, Any]] = self._ask({"track_total_hits": False, **asked})["hits"]["hits"]
        return hits

    def _ask(self, asked: Mapping[str, Any]) -> Any:
        options: dict[str, Any] = {"allow_partial_search_results": False}
        if "pit" not in asked:
            options |= {"index": self._alias, "ignore_unavailable": True, "allow_no_indices": True}
            # Each copy of a shard has its own statistics: the same one scores for all pages.
            options["preference"] = "presswatch"
        return self._client.search(**_arguments(asked), **options)

    @contextmanager
    def _view(self) -> Iterator[Mapping[str, Any]]:
        """A state of the index that stays, whatever is written meanwhile; nothing where there is no index."""
        try:
            opened = self._client.open_point_in_time(index=self._alias, keep_alive=KEEP_ALIVE)
        except ApiError as error:
            if status_of(error) != 404:
                raise
            yield {}
            return
        pit = {"id": opened["id"], "keep_alive": KEEP_ALIVE}
        try:
            yield {"pit": pit}
        finally:
            self._client.close_point_in_time(id=pit["id"])


BARE = {"_source": False, "docvalue_fields": ["search.digest"]}
WITH_DIGEST = {"_source": READABLE, "docvalue_fields": ["search.digest"]}


def _arguments(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Our body as the client's arguments."""
    return {"source" if name == "_source" else name: value for name, value in asked.items()}


def _compile(query: WatchQuery | None, filters: Filters, *, loose: bool) -> tuple[QueryCompiler, Query, Plan | None]:
    compiler = QueryCompiler(loose=loose)
    plan = make_plan(query.tree) if query else None
    asked = [compiler.plan(plan)] if plan else []
    if narrowing := compiler.filters(filters):
        asked.append({"bool": {"filter": narrowing}})
    return compiler, all_of(asked), plan


def _ids(article_ids: Collection[str]) -> Query:
    return {"ids": {"values": list(article_ids)}}


def _is_too_many(error: ApiError) -> bool:
    """Whether the server gave up because the query expands into more terms than it allows."""
    text = str(error.body)
    return any(sign in text for sign in TOO_MANY)
