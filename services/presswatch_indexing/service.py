"""The indexing stage: `articles.enriched` in, nothing out; its effects are the index and the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_shared.clock import Clock, Micros
from presswatch_shared.events import ArticleEnriched, Event
from presswatch_shared.index.port import ArticleIndex, PutOutcome
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.ledger import set_indexed, set_superseded
from presswatch_shared.stream.port import Out, Record
from presswatch_shared.topics import ARTICLES_ENRICHED, Topic

__all__ = ["IndexingStage"]


class IndexingStage:
    """Makes articles searchable. The index first, then the ledger, then the offset: each may be repeated."""

    name = "indexing"
    inputs: Sequence[Topic[Event]] = (ARTICLES_ENRICHED,)

    def __init__(self, index: ArticleIndex, store: Store, metrics: Metrics, clock: Clock) -> None:
        self._index = index
        self._store = store
        self._metrics = metrics
        self._clock = clock

    async def handle(self, batch: Sequence[Record]) -> Sequence[Out]:
        given = [(record.event, record.envelope.trace) for record in batch if isinstance(record.event, ArticleEnriched)]
        articles = [article for article, _ in given]
        if articles:
            outcomes = await self._index.put(articles)
            now = self._clock.now()
            await self._store.run(record_outcomes, articles, outcomes, now=now)
            self._count(given, outcomes, now)
        return ()

    def _count(self, given: Sequence[tuple[ArticleEnriched, str]], outcomes: Sequence[PutOutcome], now: Micros) -> None:
        for (article, trace), outcome in zip(given, outcomes, strict=True):
            self._metrics.index_documents.labels(outcome.value).inc()
            if outcome is PutOutcome.INDEXED and article.published_at is not None and not article.reprocessed:
                self._metrics.see_article("searchable", article.published_at, now, trace)


def record_outcomes(
    tx: Tx, articles: Sequence[ArticleEnriched], outcomes: Sequence[PutOutcome], *, now: Micros
) -> None:
    """Close the visits of the articles in the ledger. Sorted, so that two writers cannot wait for each other."""
    keys: dict[bool, set[tuple[str, int]]] = {True: set(), False: set()}
    for article, outcome in zip(articles, outcomes, strict=True):
        keys[outcome is PutOutcome.SUPERSEDED].add((article.url_hash, article.visit))
    set_indexed(tx, sorted(keys[False]), now=now)
    set_superseded(tx, sorted(keys[True] - keys[False]), now=now)
