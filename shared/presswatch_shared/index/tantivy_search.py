"""Questions to one state of the embedded index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

from presswatch_query import Query
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.cursor import BEST, NEWEST, OLDEST, AfterKey, AfterRank, read_cursor
from presswatch_shared.index.dates import sort_key
from presswatch_shared.index.estimates import days_estimated, facet_estimated
from presswatch_shared.index.hits import make_hits
from presswatch_shared.index.pages import Batch, NewestOf, Ranked, StoryFound, newest_of_articles, take_page
from presswatch_shared.index.port import (
    EXACT_LIMIT,
    DayCount,
    FacetCount,
    Filters,
    SearchRequest,
    SearchResult,
    Sort,
)
from presswatch_shared.index.tantivy_found import Finder, Found
from presswatch_shared.index.tantivy_query import QueryBuilder
from presswatch_shared.index.tantivy_schema import facet_field, read_article, split_facet
from presswatch_shared.index.verdicts import STRIDE, Verdicts, condition

if TYPE_CHECKING:
    import tantivy

    Hits = Sequence[tuple[Any, tantivy.DocAddress]]

__all__ = ["Snapshot"]

BUCKETS = 65_000
"""tantivy's own limit of buckets of an aggregation."""
SCAN_CHUNK = 200
FEW_MEMBERS = 300
"""Articles of the stories of a page up to which all of them are read, rather than asked for story by story."""
TRIED = 50
"""Newest candidates of a large story of which the first that matches is looked for."""


class Snapshot:
    """One state of the index: what is written meanwhile does not show."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, verdicts: Verdicts) -> None:
        import tantivy

        self._query = tantivy.Query
        self._order = tantivy.Order
        self._must = tantivy.Occur.Must
        self._schema = schema
        self._searcher = searcher
        self._finder = Finder(schema, searcher, verdicts)

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer to a request."""
        found = self._finder.find(request)
        batches = self._newest(found, request) if request.sort is Sort.NEWEST else self._best(found, request)
        page, cursor = take_page(batches, request.limit, self._folding(found, request))
        return SearchResult(
            hits=make_hits(page, request),
            total=max(found.total, len(page)),
            approximate=found.sample is not None,
            facets=self._facets(found, request.facets, request.facet_size),
            days=self._days(found) if request.days else (),
            cursor=cursor,
        )

    def scan(self, query: Query | None, filters: Filters) -> Iterator[list[ArticleEnriched]]:
        """All matching articles in chunks, oldest first."""
        builder, base, _ = self._finder.base(query, filters)
        matches = None if query is None or builder.exact else condition(query.tree)
        place = OLDEST
        while chunk := self._chunk(builder, base, place):
            for article in chunk:
                place = place.behind(sort_key(article), article.article_id)
            yield chunk if matches is None else [article for article in chunk if matches(article)]

    def get(self, article_ids: Collection[str]) -> dict[str, ArticleEnriched]:
        """Those of the articles that are stored, by id."""
        if not article_ids:
            return {}
        query = self._query.term_set_query(self._schema, "id", list(article_ids))
        hits = self._searcher.search(query, limit=len(article_ids)).hits
        articles = (self._article(address) for _, address in hits)
        return {article.article_id: article for article in articles}

    def count(self) -> int:
        """How many articles are stored."""
        return self._searcher.num_docs

    def _newest(self, found: Found, request: SearchRequest) -> Iterator[Batch]:
        """What was found, newest first; one article more than a page has, and on where that does not fill it."""
        place = read_cursor(request.cursor, NEWEST)
        builder = QueryBuilder(self._schema, self._searcher)
        for wanted in _strides(found, request, self.count()):
            begun = [] if place == NEWEST else [builder.number_range("order", highest=place.key)]
            wanted += len(place.shown)
            query = builder.all_of([found.query, *begun])
            hits = self._searcher.search(query, limit=wanted, order_by_field="order").hits
            batch: list[Ranked] = []
            for article, matches in (found.read(self._searcher.doc(address)) for _, address in hits):
                if article.article_id not in place.shown:
                    place = place.behind(sort_key(article), article.article_id)
                    batch += [Ranked(article, place)] if matches else []
            is_last = len(hits) < wanted
            yield Batch(batch, None if is_last or found.sample is None else place)
            if is_last:
                return

    def _best(self, found: Found, request: SearchRequest) -> Iterator[Batch]:
        rank = read_cursor(request.cursor, BEST).rank
        for wanted in _strides(found, request, EXACT_LIMIT):
            wanted = min(wanted, EXACT_LIMIT - rank)
            hits = self._searcher.search(found.query, limit=wanted, offset=rank).hits if wanted > 0 else []
            read = [(score, *found.read(self._searcher.doc(address))) for score, address in hits]
            batch = [
                Ranked(article, AfterRank(number), score)
                for number, (score, article, matches) in enumerate(read, rank + 1)
                if matches
            ]
            rank += wanted
            is_last = len(hits) < wanted or rank >= EXACT_LIMIT
            yield Batch(batch, None if is_last or found.sample is None else AfterRank(rank))
            if is_last:
                return

    def _folding(self, found: Found, request: SearchRequest) -> NewestOf | None:
        if not request.fold:
            return None
        top = read_cursor(request.cursor, NEWEST).top if request.sort is Sort.NEWEST else NEWEST.top
        builder = QueryBuilder(self._schema, self._searcher)
        bound = [] if top == NEWEST.top else [builder.number_range("order", highest=top)]

        def newest_of(stories: Collection[str]) -> Mapping[str, StoryFound]:
            members = self._query.term_set_query(self._schema, "story", list(stories))
            query = builder.all_of([members, found.query, *bound])
            if self._finder.total(query) <= FEW_MEMBERS:
                hits = self._searcher.search(query, limit=FEW_MEMBERS).hits
                return newest_of_articles(article for article, matches in self._read(found, hits) if matches)
            return {story: one for story in stories if (one := self._newest_of_one(story, query, found))}

        return newest_of

    def _newest_of_one(self, story: str, among: tantivy.Query, found: Found) -> StoryFound | None:
        both = [(self._must, self._query.term_query(self._schema, "story", story)), (self._must, among)]
        query = self._query.boolean_query(both)
        hits = self._searcher.search(query, limit=TRIED if found.sample else 1, order_by_field="order").hits
        newest = next((article for article, matches in self._read(found, hits) if matches), None)
        return StoryFound(sort_key(newest), self._finder.total(query)) if newest else None

    def _read(self, found: Found, hits: Hits) -> Iterator[tuple[ArticleEnriched, bool]]:
        return (found.read(self._searcher.doc(address)) for _, address in hits)

    def _chunk(self, builder: QueryBuilder, base: tantivy.Query, place: AfterKey) -> list[ArticleEnriched]:
        query = builder.all_of([base, builder.number_range("order", lowest=place.key)])
        wanted = SCAN_CHUNK + len(place.shown)
        hits = self._searcher.search(query, limit=wanted, order_by_field="order", order=self._order.Asc).hits
        return [a for _, address in hits if (a := self._article(address)).article_id not in place.shown]

    def _facets(self, found: Found, facets: Collection[str], size: int) -> dict[str, tuple[FacetCount, ...]]:
        if not facets:
            return {}
        fields = {facet: facet_field(facet) for facet in facets}
        counts, sure = self._counts(found.query, fields), self._counts(found.sure, fields)
        return {
            facet: facet_estimated(facet, _split(counts[facet]), _split(sure[facet]), found.sample, size)
            for facet in facets
        }

    def _days(self, found: Found) -> tuple[DayCount, ...]:
        fields = {"days": "day"}
        days, sure = (self._counts(query, fields)["days"] for query in (found.query, found.sure))
        return days_estimated(days, sure, found.sample)

    def _counts(self, query: tantivy.Query | None, fields: Mapping[str, str]) -> Mapping[str, Counter[Any]]:
        """How many documents have each value of each field; none without a query."""
        if query is None:
            return {name: Counter() for name in fields}
        asked = {name: {"terms": {"field": field, "size": BUCKETS}} for name, field in fields.items()}
        answer = self._searcher.aggregate(query, asked)
        return {
            name: Counter({_as_stored(row["key"]): row["doc_count"] for row in answer[name]["buckets"]})
            for name in fields
        }

    def _article(self, address: tantivy.DocAddress) -> ArticleEnriched:
        return read_article(self._searcher.doc(address))


def _split(counts: Counter[str]) -> Counter[tuple[str, str]]:
    return Counter({split_facet(key): count for key, count in counts.items()})


def _as_stored(key: str | float) -> str | int:
    """Numbers come as floats."""
    return key if isinstance(key, str) else int(key)


def _strides(found: Found, request: SearchRequest, stored: int) -> Iterator[int]:
    """How many articles a walk reads at a time; where only some of them match it is given up after a while."""
    if found.verifier is None:
        yield from repeat(min(request.limit + 1, max(1, stored)))
        return
    stride = max(request.limit + 1, STRIDE)
    yield from repeat(stride, max(1, found.verifier.limit(quick=request.quick) // stride))
