"""The indexing stage while its search server is killed and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from presswatch_indexing.service import IndexingStage
from presswatch_shared.clock import SystemClock
from presswatch_shared.envelope import encode, wrap
from presswatch_shared.events import Event
from presswatch_shared.index.elastic.index import open_elastic
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.database import Store
from presswatch_shared.stream.dlq import count_dead_letters
from presswatch_shared.stream.engine import EngineSettings
from presswatch_shared.stream.port import Out, RawOut, Record, Stage
from presswatch_shared.stream.sqlite_log import open_sqlite_log
from presswatch_shared.stream.stage_service import stage_service
from presswatch_shared.topics import ARTICLES_ENRICHED, Topic
from tests.fixtures.enriched import NOON, enriched
from tests.fixtures.search_servers import fresh_prefix, settings_at
from tests.fixtures.waiting import until
from tests.servers.search_node import SearchNode

BEFORE, MEANWHILE = 20, 60


class Beside:
    """Reads the same articles as alerting does, in a group of its own."""

    name = "beside"
    inputs: Sequence[Topic[Event]] = (ARTICLES_ENRICHED,)

    def __init__(self) -> None:
        self.handled = 0

    async def handle(self, batch: Sequence[Record]) -> Sequence[Out]:
        self.handled += len(batch)
        return ()


@pytest.mark.servers
async def test_articles_wait_for_a_server_that_is_away_and_nobody_waits_with_them(
    own_elasticsearch: SearchNode, store: Store, tmp_path: Path
) -> None:
    settings = settings_at(own_elasticsearch.address, fresh_prefix(tmp_path))
    index = open_elastic(settings, write=True, now=NOON)
    stream = open_sqlite_log(tmp_path / "stream.db", clock=SystemClock())
    beside, metrics, stop = Beside(), Metrics(), asyncio.Event()
    engine = EngineSettings(poll_wait=0.05, retry_first=0.05, retry_most=0.5)
    stages: tuple[Stage, ...] = (IndexingStage(index, store, metrics, SystemClock()), beside)
    services = [
        stage_service(stage, stream, folder=tmp_path, clock=SystemClock(), metrics=metrics, settings=engine)
        for stage in stages
    ]
    running = [asyncio.create_task(service.run(stop)) for service in services]

    async def publish(first: int, count: int) -> None:
        articles = [enriched(f"a{number}") for number in range(first, first + count)]
        await stream.publish([RawOut(ARTICLES_ENRICHED.name, a.article_id, encode(wrap(a, at=0))) for a in articles])

    async def drained() -> None:
        async with asyncio.timeout(60):
            while (await stream.lag("indexing", [ARTICLES_ENRICHED.name]))[ARTICLES_ENRICHED.name].records:
                await asyncio.sleep(0.05)

    await publish(0, BEFORE)
    await drained()
    await asyncio.to_thread(own_elasticsearch.kill)
    await publish(BEFORE, MEANWHILE)
    await until(lambda: beside.handled == BEFORE + MEANWHILE)
    retries = metrics.stage_retries.labels("indexing")._value
    await until(lambda: retries.get() >= 3)
    lag = (await stream.lag("indexing", [ARTICLES_ENRICHED.name]))[ARTICLES_ENRICHED.name]
    assert lag.records == MEANWHILE
    await asyncio.to_thread(own_elasticsearch.start)
    await drained()
    assert await index.count() == BEFORE + MEANWHILE
    assert await count_dead_letters(stream) == 0
    stop.set()
    async with asyncio.timeout(10):
        await asyncio.gather(*running)
    await stream.close()
    await index.close()
