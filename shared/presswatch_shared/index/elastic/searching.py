"""Questions to the search server: one request where it can say exactly what matches, else candidates and verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from elastic_transport import ApiError

from presswatch_query import Query as WatchQuery
from presswatch_query.index_form import indexed_token
from presswatch_query.plan import make_plan
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.counts import top_values
from presswatch_shared.index.cursor import NEWEST, read_cursor
from presswatch_shared.index.dates import day_of
from presswatch_shared.index.elastic.documents import BETWEEN_VALUE_AND_LABEL, read_article
from presswatch_shared.index.elastic.failures import status_of
from presswatch_shared.index.elastic.ordering import BEST_FIRST, NEWEST_FIRST, Order, order_of
from presswatch_shared.index.elastic.queries import Query, QueryCompiler, all_of
from presswatch_shared.index.hits import make_hits, matches
from presswatch_shared.index.pages import NewestOf, Ranked, StoryFound, take_page
from presswatch_shared.index.port import DayCount, FacetCount, Filters, SearchRequest, SearchResult
from presswatch_shared.index.port import Sort as SortBy
from presswatch_shared.index.verdicts import Verdicts

if TYPE_CHECKING:
    from elasticsearch9 import Elasticsearch

__all__ = ["Searcher", "count_articles"]

BUCKETS = 10_000
"""Values of a facet, and days: the more frequent, if ever there are more."""
CHUNK = 500
KEEP_ALIVE = "5m"
OLDEST_FIRST = [
    {"search.order": {"order": "asc", "unmapped_type": "long"}},
    {"article_id": {"order": "asc", "unmapped_type": "keyword"}},
]
READABLE = {"excludes": ["search"]}
TOO_MANY = ("too_many", "too many", "maxClauseCount", "max_clause_count")


@dataclass(frozen=True, slots=True)
class _Found:
    """A query that finds exactly what matches (the first of it, if approximate)."""

    query: Query
    total: int | None
    """None: the server counts."""
    approximate: bool = False


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
            compiler, base = _compile(query, filters, loose=loose)
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
        for article in map(_article, hits):
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
        compiler, base = _compile(request.query, request.filters, loose=loose)
        if request.query is None or compiler.exact:
            return self._page(_Found(base, None), request, {})
        with self._view() as view:
            return self._page(self._verified(view, base, request.query, request.sort), request, view)

    def _verified(self, view: Mapping[str, Any], base: Query, query: WatchQuery, sort: SortBy) -> _Found:
        """Of the candidates in the order asked for the first EXACT_LIMIT, of which those that match."""
        order = NEWEST_FIRST if sort is SortBy.NEWEST else BEST_FIRST
        asked = {"query": base, "sort": order, "size": self._verdicts.limit, "track_total_hits": True, **BARE, **view}
        answer = self._ask(asked)
        stored = {hit["_id"]: hash(hit["fields"]["search.digest"][0]) for hit in answer["hits"]["hits"]}
        unknown = [key for key, digest in stored.items() if self._verdicts.known(query, digest) is None]
        for first in range(0, len(unknown), CHUNK):
            chunk = unknown[first : first + CHUNK]
            for hit in self._hits({"query": _ids(chunk), "size": len(chunk), "_source": READABLE, **view}):
                self._verdicts.matches(query, _article(hit), stored[hit["_id"]])
        matching = [key for key, digest in stored.items() if self._verdicts.known(query, digest)]
        total = answer["hits"]["total"]["value"]
        only = {"bool": {"must": [base], "filter": [_ids(matching)]}}
        return _Found(only, len(matching), approximate=total > self._verdicts.limit)

    def _page(self, found: _Found, request: SearchRequest, view: Mapping[str, Any]) -> SearchResult:
        order = order_of(request)
        asked: dict[str, Any] = {"query": found.query, "_source": READABLE, **view}
        answer = self._ask({**asked, "aggs": _counts(request), **order.asked()})
        counts = answer.get("aggregations", {})
        batches = self._batches(order, answer["hits"]["hits"], asked)
        page, cursor = take_page(batches, request.limit, self._folding(found, request, view) if request.fold else None)
        return SearchResult(
            hits=make_hits(page, request),
            total=found.total if found.total is not None else counts.get("found", {}).get("doc_count", 0),
            approximate=found.approximate,
            facets={facet: _facet(counts, facet, request.facet_size) for facet in request.facets},
            days=_days(counts),
            cursor=cursor,
        )

    def _batches(self, order: Order, hits: Sequence[Any], asked: Mapping[str, Any]) -> Iterator[Sequence[Ranked]]:
        """The articles that came, and on from behind them where they do not fill a page."""
        while True:
            ranked = order.take(hits, [_article(hit) for hit in hits])
            yield ranked
            if not ranked or order.is_done:
                return
            hits = self._hits({**asked, **order.asked()})

    def _folding(self, found: _Found, request: SearchRequest, view: Mapping[str, Any]) -> NewestOf:
        top = read_cursor(request.cursor, NEWEST).top if request.sort is SortBy.NEWEST else NEWEST.top

        def newest_of(stories: Collection[str]) -> Mapping[str, StoryFound]:
            names = {indexed_token(story): story for story in stories}
            within = [{"terms": {"search.story": sorted(names)}}, {"range": {"search.order": {"lte": top}}}]
            query = {"bool": {"must": [found.query], "filter": within}}
            newest = {"top_hits": {"size": 1, "_source": False, "sort": NEWEST_FIRST}}
            terms = {"terms": {"field": "search.story", "size": len(names)}, "aggs": {"newest": newest}}
            answer = self._ask({"query": query, "size": 0, "aggs": {"stories": terms}, **view})
            rows = answer.get("aggregations", {}).get("stories", {}).get("buckets", ())
            return {
                names[row["key"]]: StoryFound(row["newest"]["hits"]["hits"][0]["sort"][0], row["doc_count"])
                for row in rows
            }

        return newest_of

    def _chunks(
        self, view: Mapping[str, Any], base: Query, verify: WatchQuery | None
    ) -> Iterator[list[ArticleEnriched]]:
        asked: dict[str, Any] = {"query": base, "sort": OLDEST_FIRST, "size": CHUNK, "_source": READABLE, **view}
        while hits := self._hits(asked):
            articles = map(_article, hits)
            yield [article for article in articles if verify is None or matches(verify, article)]
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


def _arguments(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Our body as the client's arguments."""
    return {"source" if name == "_source" else name: value for name, value in asked.items()}


def _compile(query: WatchQuery | None, filters: Filters, *, loose: bool) -> tuple[QueryCompiler, Query]:
    compiler = QueryCompiler(loose=loose)
    asked = [compiler.plan(make_plan(query.tree))] if query else []
    if narrowing := compiler.filters(filters):
        asked.append({"bool": {"filter": narrowing}})
    return compiler, all_of(asked)


def _ids(article_ids: Collection[str]) -> Query:
    return {"ids": {"values": list(article_ids)}}


def _article(hit: Mapping[str, Any]) -> ArticleEnriched:
    return read_article(hit["_source"])


def _counts(request: SearchRequest) -> dict[str, Any]:
    fields = {f"facet_{facet}": _facet_field(facet) for facet in request.facets}
    if request.days:
        fields["days"] = "search.day"
    terms = {name: {"terms": {"field": field, "size": BUCKETS}} for name, field in fields.items()}
    return {"found": {"filter": {"match_all": {}}}, **terms}


def _facet_field(facet: str) -> str:
    return "search.facet_entity" if facet == "entity" else facet


def _facet(counts: Mapping[str, Any], facet: str, size: int) -> tuple[FacetCount, ...]:
    rows = counts.get(f"facet_{facet}", {}).get("buckets", ())
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        value, _, label = row["key"].partition(BETWEEN_VALUE_AND_LABEL) if facet == "entity" else (row["key"], "", "")
        if value:
            found[(value, label or value)] += row["doc_count"]
    return top_values(found, size)


def _days(counts: Mapping[str, Any]) -> tuple[DayCount, ...]:
    rows = sorted((row["key"], row["doc_count"]) for row in counts.get("days", {}).get("buckets", ()))
    return tuple(DayCount(day_of(number), count) for number, count in rows)


def _is_too_many(error: ApiError) -> bool:
    """Whether the server gave up because the query expands into more terms than it allows."""
    text = str(error.body)
    return any(sign in text for sign in TOO_MANY)
