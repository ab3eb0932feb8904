"""What a question finds in one state of the embedded index: exactly, or of many candidates by a sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from presswatch_query import Query
from presswatch_query.plan import Plan, make_plan
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.estimates import Sample
from presswatch_shared.index.port import Filters, SearchRequest
from presswatch_shared.index.tantivy_query import QueryBuilder
from presswatch_shared.index.tantivy_schema import read_article, stored_form
from presswatch_shared.index.verdicts import Verdicts, Verifier

if TYPE_CHECKING:
    import tantivy

__all__ = ["Finder", "Found"]

SPAN = 30_000
"""Of so many candidates, the newest, a sample is drawn: to list them takes 10 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`query` finds what matches and nothing else; with a sample it finds all candidates, of which `sure` match."""

    query: tantivy.Query
    total: int
    sure: tantivy.Query | None = None
    sample: Sample | None = None
    verifier: Verifier | None = None

    def read(self, document: tantivy.Document) -> tuple[ArticleEnriched, bool]:
        """The article of a document that `query` finds, and whether it matches."""
        return (read_article(document), True) if self.verifier is None else _read(document, self.verifier)


def _read(document: tantivy.Document, verifier: Verifier) -> tuple[ArticleEnriched, bool]:
    article = read_article(document)
    return article, verifier.holds(article, hash(stored_form(document)))


class Finder:
    """Asks one state of the index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, verdicts: Verdicts) -> None:
        import tantivy

        self._query = tantivy.Query
        self._occur = tantivy.Occur
        self._schema = schema
        self._searcher = searcher
        self._verdicts = verdicts

    def find(self, request: SearchRequest) -> Found:
        """What the query and the filters of a request find, in no order yet."""
        builder, base, plan = self.base(request.query, request.filters)
        if request.query is None or plan is None or builder.exact:
            return Found(query=base, total=self.total(base))
        verifier = self._verdicts.of(request.query, plan.open if builder.as_planned else None)
        sure = builder.sure(plan)
        if sure is not None:
            sure = builder.all_of([sure, *builder.filters(request.filters)])
        return self._verified(base, sure, verifier, verifier.limit(quick=request.quick))

    def base(self, query: Query | None, filters: Filters) -> tuple[QueryBuilder, tantivy.Query, Plan | None]:
        """What finds the candidates; all of them match where the builder says so."""
        builder = QueryBuilder(self._schema, self._searcher)
        plan = make_plan(query.tree) if query else None
        asked = [builder.plan(plan)] if plan else []
        return builder, builder.all_of([*asked, *builder.filters(filters)]), plan

    def total(self, query: tantivy.Query) -> int:
        """How many documents a query finds."""
        found = self._searcher.search(query, limit=1)
        total: int = found.count  # type: ignore[attr-defined]  # the stub of tantivy leaves it out
        return total

    def _verified(self, base: tantivy.Query, sure: tantivy.Query | None, verifier: Verifier, limit: int) -> Found:
        doubtful = base if sure is None else self._but(base, sure)
        known = 0 if sure is None else self.total(sure)
        candidates = self.total(doubtful)
        if candidates <= limit:
            read = self._read(self._newest(doubtful, limit), verifier)
            matching = [article.article_id for article, holds in read if holds]
            ids = self._query.term_set_query(self._schema, "id", matching)
            either = ids if sure is None else self._either(sure, ids)
            only = self._both(base, self._query.const_score_query(either, 0.0))
            return Found(query=only, total=known + len(matching))
        sample = self._sample(doubtful, limit, verifier)
        total = known + sample.total(candidates)
        return Found(query=base, total=total, sure=sure, sample=sample, verifier=verifier)

    def _sample(self, doubtful: tantivy.Query, size: int, verifier: Verifier) -> Sample:
        # The same one for each page: by chance, since what comes at regular intervals may be alike.
        among = self._newest(doubtful, SPAN)
        drawn = sorted(Random(size).sample(range(len(among)), min(size, len(among))))
        return Sample.of(self._read([among[place] for place in drawn], verifier))

    def _newest(self, query: tantivy.Query, most: int) -> Sequence[tantivy.DocAddress]:
        hits = self._searcher.search(query, limit=max(1, most), order_by_field="order").hits
        return [address for _, address in hits]

    def _read(
        self, addresses: Sequence[tantivy.DocAddress], verifier: Verifier
    ) -> Iterator[tuple[ArticleEnriched, bool]]:
        return (_read(document, verifier) for document in map(self._searcher.doc, addresses))

    def _both(self, one: tantivy.Query, other: tantivy.Query) -> tantivy.Query:
        return self._query.boolean_query([(self._occur.Must, one), (self._occur.Must, other)])

    def _either(self, one: tantivy.Query, other: tantivy.Query) -> tantivy.Query:
        return self._query.boolean_query([(self._occur.Should, one), (self._occur.Should, other)])

    def _but(self, query: tantivy.Query, without: tantivy.Query) -> tantivy.Query:
        return self._query.boolean_query([(self._occur.Must, query), (self._occur.MustNot, without)])
