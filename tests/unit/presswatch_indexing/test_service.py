from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from presswatch_indexing.service import IndexingStage
from presswatch_shared.clock import SECOND
from presswatch_shared.envelope import wrap
from presswatch_shared.errors import Retry
from presswatch_shared.events import ArticleEnriched, Event, Heartbeat
from presswatch_shared.index.in_memory import InMemoryIndex
from presswatch_shared.index.port import PutOutcome
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.database import Store
from presswatch_shared.store.ledger import ARTICLE, FETCHED, balance, open_visit, set_article, set_fetch
from presswatch_shared.stream.port import Record
from presswatch_shared.topics import ARTICLES_ENRICHED
from tests.fixtures.clocks import FakeClock
from tests.fixtures.enriched import enriched


def record(event: Event) -> Record:
    return Record(ARTICLES_ENRICHED.name, wrap(event, at=0))


def visited(store: Store, article: ArticleEnriched) -> Record:
    """The record of an article whose visit is in the ledger."""
    key = (article.url_hash, article.visit)
    store.run_now(open_visit, url_hash=key[0], visit=key[1], url=article.url, source_id="s", found_in="f", now=1)
    store.run_now(set_fetch, *key, outcome=FETCHED, now=2)
    store.run_now(set_article, *key, outcome=ARTICLE, article_id=article.article_id, now=3)
    return record(article)


class BusyIndex(InMemoryIndex):
    """Too busy to take anything."""

    async def put(self, articles: Sequence[ArticleEnriched]) -> tuple[PutOutcome, ...]:
        raise Retry("the index is busy")


@pytest.fixture
async def index() -> AsyncIterator[InMemoryIndex]:
    opened = InMemoryIndex()
    yield opened
    await opened.close()


async def test_an_article_is_indexed_and_its_visit_closed(store: Store, index: InMemoryIndex) -> None:
    stage = IndexingStage(index, store, Metrics(), FakeClock())
    assert await stage.handle([visited(store, enriched())]) == ()
    assert await index.get("a1") == enriched()
    assert store.read_now(balance).indexed == 1


async def test_an_older_version_is_counted_as_superseded(store: Store, index: InMemoryIndex) -> None:
    stage = IndexingStage(index, store, Metrics(), FakeClock())
    older = visited(store, enriched(version=1, visit=1))
    newer = visited(store, enriched(version=2, visit=2))
    await stage.handle([newer])
    await stage.handle([older])
    terms = store.read_now(balance)
    assert (terms.indexed, terms.superseded, terms.articles) == (1, 1, 0)


async def test_a_replay_changes_nothing(store: Store, index: InMemoryIndex) -> None:
    stage = IndexingStage(index, store, Metrics(), FakeClock())
    batch = [visited(store, enriched(version=n, visit=n)) for n in (1, 2)] + [visited(store, enriched("b"))]
    await stage.handle(batch)
    before = store.read_now(balance)
    await stage.handle(batch)
    await stage.handle(batch[1:])
    assert store.read_now(balance) == before
    assert (before.indexed, before.superseded) == (2, 1)


async def test_an_article_indexed_before_a_crash_is_closed_by_the_replay(store: Store, index: InMemoryIndex) -> None:
    batch = [visited(store, enriched())]
    await index.put([enriched()])
    await IndexingStage(index, store, Metrics(), FakeClock()).handle(batch)
    assert store.read_now(balance).indexed == 1


async def test_a_busy_index_leaves_the_ledger_alone(store: Store) -> None:
    stage = IndexingStage(BusyIndex(), store, Metrics(), FakeClock())
    with pytest.raises(Retry):
        await stage.handle([visited(store, enriched())])
    assert store.read_now(balance).articles == 1


async def test_a_heartbeat_is_neither_indexed_nor_counted(store: Store, index: InMemoryIndex) -> None:
    metrics = Metrics()
    await IndexingStage(index, store, metrics, FakeClock()).handle([record(Heartbeat(sequence=1, sent_at=1))])
    assert await index.count() == 0
    assert b"presswatch_index_documents_total{" not in metrics.expose()


async def test_outcomes_and_the_age_of_new_articles_are_measured(store: Store, index: InMemoryIndex) -> None:
    metrics, clock = Metrics(), FakeClock()
    stage = IndexingStage(index, store, metrics, clock)
    fresh = enriched("fresh", published_at=clock.now() - 4 * SECOND)
    undated = enriched("undated", published_at=None)
    again = enriched("again", published_at=clock.now() - 9 * SECOND, reprocessed=True)
    await stage.handle([record(event) for event in (fresh, undated, again, fresh)])
    await stage.handle([record(fresh)])
    sample = metrics.registry.get_sample_value
    assert sample("presswatch_index_documents_total", {"outcome": "indexed"}) == 4
    assert sample("presswatch_index_documents_total", {"outcome": "unchanged"}) == 1
    assert sample("presswatch_article_freshness_seconds_sum", {"stage": "searchable"}) == 8
