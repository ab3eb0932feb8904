"""Questions to one state of the embedded index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from presswatch_query import Query
from presswatch_query.plan import make_plan
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.counts import top_values
from presswatch_shared.index.cursor import BEST, NEWEST, OLDEST, AfterKey, AfterRank, read_cursor, write_cursor
from presswatch_shared.index.dates import day_of, sort_key
from presswatch_shared.index.hits import make_hit, matches
from presswatch_shared.index.port import (
    EXACT_LIMIT,
    DayCount,
    FacetCount,
    Filters,
    Hit,
    SearchRequest,
    SearchResult,
    Sort,
)
from presswatch_shared.index.tantivy_query import QueryBuilder
from presswatch_shared.index.tantivy_schema import facet_field, read_article, split_facet, stored_form
from presswatch_shared.index.verdicts import Verdicts

if TYPE_CHECKING:
    import tantivy

__all__ = ["Snapshot"]

BUCKETS = 65_000
"""tantivy's own limit of buckets of an aggregation."""
SCAN_CHUNK = 200


@dataclass(frozen=True, slots=True)
class _Found:
    """A query that finds exactly what matches (the newest of it, if approximate), and how many that are."""

    query: tantivy.Query
    total: int
    approximate: bool


class Snapshot:
    """One state of the index: what is written meanwhile does not show."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, verdicts: Verdicts) -> None:
        import tantivy

        self._query = tantivy.Query
        self._order = tantivy.Order
        self._schema = schema
        self._searcher = searcher
        self._verdicts = verdicts

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer to a request."""
        found = self._found(request.query, request.filters, newest=request.sort is Sort.NEWEST)
        hits, cursor = self._newest(found, request) if request.sort is Sort.NEWEST else self._best(found, request)
        return SearchResult(
            hits=tuple(hits),
            total=found.total,
            approximate=found.approximate,
            facets=self._facets(found.query, request.facets, request.facet_size),
            days=self._days(found.query) if request.days else (),
            cursor=cursor,
        )

    def scan(self, query: Query | None, filters: Filters) -> Iterator[list[ArticleEnriched]]:
        """All matching articles in chunks, oldest first."""
        builder, base = self._base(query, filters)
        place = OLDEST
        while chunk := self._chunk(builder, base, place):
            for article in chunk:
                place = place.behind(sort_key(article), article.article_id)
            yield [a for a in chunk if builder.exact or query is None or matches(query, a)]

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

    def _base(self, query: Query | None, filters: Filters) -> tuple[QueryBuilder, tantivy.Query]:
        builder = QueryBuilder(self._schema, self._searcher)
        asked = [builder.plan(make_plan(query.tree))] if query else []
        return builder, builder.all_of([*asked, *builder.filters(filters)])

    def _found(self, query: Query | None, filters: Filters, *, newest: bool) -> _Found:
        builder, base = self._base(query, filters)
        if query is None or builder.exact:
            return _Found(base, self._total(base), approximate=False)
        order = "order" if newest else None
        candidates = self._searcher.search(base, limit=self._verdicts.limit, order_by_field=order).hits
        verified = [key for _, address in candidates if (key := self._verified(query, address))]
        only = self._query.const_score_query(self._query.term_set_query(self._schema, "id", verified), 0.0)
        return _Found(builder.all_of([base, only]), len(verified), approximate=self._total(base) > self._verdicts.limit)

    def _total(self, query: tantivy.Query) -> int:
        found = self._searcher.search(query, limit=1)
        total: int = found.count  # type: ignore[attr-defined]  # the stub of tantivy leaves it out
        return total

    def _verified(self, query: Query, address: tantivy.DocAddress) -> str | None:
        """The id of the article if it matches."""
        document = self._searcher.doc(address)
        article = read_article(document)
        matches = self._verdicts.matches(query, article, hash(stored_form(document)))
        return article.article_id if matches else None

    def _newest(self, found: _Found, request: SearchRequest) -> tuple[list[Hit], str]:
        place = read_cursor(request.cursor, NEWEST)
        builder = QueryBuilder(self._schema, self._searcher)
        begun = [] if place == NEWEST else [builder.number_range("order", highest=place.key)]
        wanted = min(request.limit + 1 + len(place.shown), max(1, self.count()))
        hits = self._searcher.search(builder.all_of([found.query, *begun]), limit=wanted, order_by_field="order").hits
        articles = [a for _, address in hits if (a := self._article(address)).article_id not in place.shown]
        page = articles[: request.limit]
        for article in page:
            place = place.behind(sort_key(article), article.article_id)
        more = len(articles) > len(page)
        return [make_hit(a, request.query, marked=request.snippets) for a in page], write_cursor(place) if more else ""

    def _best(self, found: _Found, request: SearchRequest) -> tuple[list[Hit], str]:
        begin = read_cursor(request.cursor, BEST).rank
        end = min(begin + request.limit, EXACT_LIMIT)
        if begin >= end:
            return [], ""
        scored = self._searcher.search(found.query, limit=end - begin, offset=begin).hits
        hits = [
            make_hit(self._article(address), request.query, marked=request.snippets, score=score)
            for score, address in scored
        ]
        return hits, write_cursor(AfterRank(end)) if end < min(found.total, EXACT_LIMIT) else ""

    def _chunk(self, builder: QueryBuilder, base: tantivy.Query, place: AfterKey) -> list[ArticleEnriched]:
        query = builder.all_of([base, builder.number_range("order", lowest=place.key)])
        wanted = SCAN_CHUNK + len(place.shown)
        hits = self._searcher.search(query, limit=wanted, order_by_field="order", order=self._order.Asc).hits
        return [a for _, address in hits if (a := self._article(address)).article_id not in place.shown]

    def _facets(self, query: tantivy.Query, facets: Collection[str], size: int) -> dict[str, tuple[FacetCount, ...]]:
        if not facets:
            return {}
        asked = {facet: {"terms": {"field": facet_field(facet), "size": BUCKETS}} for facet in facets}
        answer = self._searcher.aggregate(query, asked)
        return {
            facet: top_values(
                Counter({split_facet(row["key"]): row["doc_count"] for row in answer[facet]["buckets"]}), size
            )
            for facet in facets
        }

    def _days(self, query: tantivy.Query) -> tuple[DayCount, ...]:
        answer = self._searcher.aggregate(query, {"days": {"terms": {"field": "day", "size": BUCKETS}}})
        rows = sorted((int(row["key"]), row["doc_count"]) for row in answer["days"]["buckets"])
        return tuple(DayCount(day_of(number), count) for number, count in rows)

    def _article(self, address: tantivy.DocAddress) -> ArticleEnriched:
        return read_article(self._searcher.doc(address))
