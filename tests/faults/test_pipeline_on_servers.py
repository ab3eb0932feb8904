"""Faults of servers and workers while the whole product runs on real servers: nothing lost, nothing told twice.

All tests share one running product; each leaves it whole, or the next one makes it whole again. Faust is the host of
all, and then, the workers having gone over one after another, aiokafka of those that concern Kafka and its workers.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from presswatch_shared.envelope import encode, wrap
from presswatch_shared.stream.dlq import overview
from presswatch_shared.stream.port import RawOut
from presswatch_shared.topics import ARTICLES_ENRICHED, PAGES_FETCHED
from tests.fixtures.enriched import enriched
from tests.fixtures.kafka_streams import kafka_stream
from tests.fixtures.pipeline import PREFIX, Pipeline, pipeline_on_servers
from tests.fixtures.settling import settled, told
from tests.fixtures.trials import AWAY_SECONDS, trials
from tests.fixtures.waiting import until
from tests.servers.postgresql import PostgresqlServer

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.asyncio(loop_scope="module"),
]

SEED = 20261124
KILLS = trials(3)
WORKER_ROUNDS = trials(2)
BATCH = 8
TOLD_SECONDS = 240.0
BEYOND_ALL_MONTHS = 10**18
SET_ASIDE = {
    (PAGES_FETCHED.name, "enrichment", "undecodable"): 1,
    (ARTICLES_ENRICHED.name, "alerting", "undecodable"): 1,
    (ARTICLES_ENRICHED.name, "indexing", "undecodable"): 1,
    (ARTICLES_ENRICHED.name, "indexing", "unindexable"): 1,
}


both_hosts = pytest.mark.both_hosts


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All tests of one host, then those of the other: going over takes its time."""
    both = metafunc.definition.get_closest_marker("both_hosts") is not None
    metafunc.parametrize("host", ["faust", "aiokafka"] if both else ["faust"], scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pipeline]:
    async with pipeline_on_servers(tmp_path_factory.mktemp("pipeline")) as pipeline:
        yield pipeline


@pytest_asyncio.fixture(loop_scope="module")
async def pipeline(running: Pipeline, host: str) -> Pipeline:
    """Whole, with pages that are in all places by now, and others that are under way."""
    await running.make_whole()
    await running.use(host)
    running.press.publish(BATCH)
    await all_told(running)
    running.press.edit()
    running.press.publish(BATCH)
    return running


async def all_told(pipeline: Pipeline) -> None:
    await until(lambda: set(told(pipeline)) >= pipeline.press.watched, within=TOLD_SECONDS)


@both_hosts
async def test_the_broker_is_killed_and_comes_back(pipeline: Pipeline) -> None:
    for _ in range(KILLS):
        await asyncio.to_thread(pipeline.servers.kafka.kill)
        pipeline.press.publish(BATCH)
        await asyncio.to_thread(pipeline.servers.kafka.start)
    await settled(pipeline, "Kafka killed (kill -9)", KILLS)


@both_hosts
async def test_the_broker_is_away_for_a_while(pipeline: Pipeline) -> None:
    await asyncio.to_thread(pipeline.servers.kafka.stop)
    pipeline.press.publish(BATCH)
    await asyncio.sleep(AWAY_SECONDS)
    await asyncio.to_thread(pipeline.servers.kafka.start)
    await settled(pipeline, f"Kafka away for {AWAY_SECONDS:g} s", 1)


@pytest.mark.parametrize(
    "end", [pytest.param(PostgresqlServer.stop, id="stopped"), pytest.param(PostgresqlServer.kill, id="killed")]
)
async def test_the_database_goes_and_comes_back(pipeline: Pipeline, end: Callable[[PostgresqlServer], None]) -> None:
    for _ in range(KILLS):
        await asyncio.to_thread(end, pipeline.servers.postgresql)
        pipeline.press.publish(BATCH)
        await asyncio.to_thread(pipeline.servers.postgresql.start)
    how = "killed (kill -9)" if end is PostgresqlServer.kill else "stopped and started"
    await settled(pipeline, f"PostgreSQL {how}", KILLS)


async def test_alerts_fire_while_the_search_server_is_away_and_the_articles_come_after(pipeline: Pipeline) -> None:
    await asyncio.to_thread(pipeline.servers.search.kill)
    gone = asyncio.get_running_loop().time()
    pipeline.press.publish(BATCH)
    await all_told(pipeline)
    assert not await asyncio.to_thread(pipeline.servers.search.answers)
    await asyncio.sleep(max(0.0, gone + AWAY_SECONDS - asyncio.get_running_loop().time()))
    await asyncio.to_thread(pipeline.servers.search.start)
    await settled(pipeline, f"Elasticsearch killed and away for {AWAY_SECONDS:g} s or more", 1)


async def test_all_workers_are_restarted_in_turn(pipeline: Pipeline) -> None:
    for name in pipeline.workers:
        pipeline.press.publish()
        assert await pipeline.stop(name) == 0, pipeline.log(name)[-3000:]
        await pipeline.start(name)
    await settled(pipeline, "each worker in turn SIGTERM and started", len(pipeline.workers))


@both_hosts
async def test_all_workers_are_killed_in_turn(pipeline: Pipeline) -> None:
    chance = random.Random(SEED)
    turns = chance.sample(pipeline.workers * WORKER_ROUNDS, len(pipeline.workers) * WORKER_ROUNDS)
    for name in turns:
        pipeline.press.publish(2 * BATCH)
        await asyncio.sleep(chance.uniform(0.5, 3.0))
        await pipeline.kill(name)
        await pipeline.start(name)
    await settled(pipeline, "workers killed (kill -9) and started, one after another", len(turns))


@both_hosts
async def test_a_killed_replica_that_stays_away_is_replaced_by_the_other(pipeline: Pipeline) -> None:
    killed = ("enrichment-1", "alerting-2")
    for name in killed:
        await pipeline.kill(name)
    pipeline.press.publish(2 * BATCH)
    await settled(pipeline, "a replica of two stages killed (kill -9), not started", len(killed), away=killed)


async def test_messages_that_cannot_be_handled_are_set_aside_and_the_others_go_on(pipeline: Pipeline) -> None:
    unindexable = enriched("poison", first_seen_at=BEYOND_ALL_MONTHS)
    poison = [
        RawOut(PAGES_FETCHED.name, "poison", b"{no event"),
        RawOut(ARTICLES_ENRICHED.name, "poison", b"{no event"),
        RawOut(ARTICLES_ENRICHED.name, "poison", encode(wrap(unindexable, at=0))),
    ]
    stream = kafka_stream(pipeline.servers.kafka.bootstrap, pipeline.product.data, host="aiokafka", prefix=f"{PREFIX}.")
    try:
        await stream.publish(poison)
        pipeline.press.publish(BATCH)
        pipeline.dead_letters = sum(SET_ASIDE.values())
        await settled(pipeline, "poison messages in two topics", len(poison))
        assert (await overview(stream, lambda _: True, limit=10)).counts == SET_ASIDE
    finally:
        await stream.close()


@both_hosts
async def test_all_servers_and_workers_are_killed_at_once(pipeline: Pipeline) -> None:
    for name in pipeline.workers:
        await pipeline.kill(name)
    for server in pipeline.servers.all():
        await asyncio.to_thread(server.kill)
    pipeline.press.publish(BATCH)
    await pipeline.make_whole()
    await settled(pipeline, "all servers and workers killed (kill -9) and started", 1)
