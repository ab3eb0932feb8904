"""Questions to one state of the embedded index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from presswatch_query import Query
from presswatch_query.plan import make_plan
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.counts import top_values
from presswatch_shared.index.cursor import BEST, NEWEST, OLDEST, AfterKey, AfterRank, read_cursor
from presswatch_shared.index.dates import day_of, sort_key
from presswatch_shared.index.hits import make_hits, matches
from presswatch_shared.index.pages import NewestOf, Ranked, StoryFound, newest_of_articles, take_page
from presswatch_shared.index.port import (
    EXACT_LIMIT,
    DayCount,
    FacetCount,
    Filters,
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
FEW_MEMBERS = 300
"""Articles of the stories of a page up to which all of them are read, rather than asked for story by story."""


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
        self._must = tantivy.Occur.Must
        self._schema = schema
        self._searcher = searcher
        self._verdicts = verdicts

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer to a request."""
        found = self._found(request.query, request.filters, newest=request.sort is Sort.NEWEST)
        batches = self._newest(found, request) if request.sort is Sort.NEWEST else self._best(found, request)
        page, cursor = take_page(batches, request.limit, self._folding(found, request))
        return SearchResult(
            hits=make_hits(page, request),
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

    def _newest(self, found: _Found, request: SearchRequest) -> Iterator[list[Ranked]]:
        """What was found, newest first; one article more than a page has, and on where that does not fill it."""
        place = read_cursor(request.cursor, NEWEST)
        builder = QueryBuilder(self._schema, self._searcher)
        while True:
            begun = [] if place == NEWEST else [builder.number_range("order", highest=place.key)]
            wanted = min(request.limit + 1 + len(place.shown), max(1, self.count()))
            query = builder.all_of([found.query, *begun])
            hits = self._searcher.search(query, limit=wanted, order_by_field="order").hits
            batch: list[Ranked] = []
            for article in (self._article(address) for _, address in hits):
                if article.article_id not in place.shown:
                    place = place.behind(sort_key(article), article.article_id)
                    batch.append(Ranked(article, place))
            yield batch
            if not batch or len(hits) < wanted:
                return

    def _best(self, found: _Found, request: SearchRequest) -> Iterator[list[Ranked]]:
        rank = read_cursor(request.cursor, BEST).rank
        while (wanted := min(request.limit + 1, EXACT_LIMIT - rank)) > 0:
            hits = self._searcher.search(found.query, limit=wanted, offset=rank).hits
            yield [
                Ranked(self._article(address), AfterRank(number), score)
                for number, (score, address) in enumerate(hits, rank + 1)
            ]
            rank += wanted
            if len(hits) < wanted:
                return

    def _folding(self, found: _Found, request: SearchRequest) -> NewestOf | None:
        if not request.fold:
            return None
        top = read_cursor(request.cursor, NEWEST).top if request.sort is Sort.NEWEST else NEWEST.top
        builder = QueryBuilder(self._schema, self._searcher)
        bound = [] if top == NEWEST.top else [builder.number_range("order", highest=top)]

        def newest_of(stories: Collection[str]) -> Mapping[str, StoryFound]:
            members = self._query.term_set_query(self._schema, "story", list(stories))
            query = builder.all_of([members, found.query, *bound])
            if self._total(query) <= FEW_MEMBERS:
                hits = self._searcher.search(query, limit=FEW_MEMBERS).hits
                return newest_of_articles(self._article(address) for _, address in hits)
            return {story: one for story in stories if (one := self._newest_of_one(story, query))}

        return newest_of

    def _newest_of_one(self, story: str, among: tantivy.Query) -> StoryFound | None:
        both = [(self._must, self._query.term_query(self._schema, "story", story)), (self._must, among)]
        query = self._query.boolean_query(both)
        hits = self._searcher.search(query, limit=1, order_by_field="order").hits
        return StoryFound(sort_key(self._article(hits[0][1])), self._total(query)) if hits else None

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
