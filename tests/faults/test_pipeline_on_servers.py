"""Faults of servers and workers while the whole product runs on real servers: nothing lost, nothing told twice.

All tests share one running product; each leaves it whole, or the next one makes it whole again.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.fixtures.pipeline import Pipeline, pipeline_on_servers
from tests.fixtures.settling import settled, told
from tests.fixtures.waiting import until

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.timeout(540),
    pytest.mark.asyncio(loop_scope="module"),
]

SEED = 20261124
KILLS = 2
BATCH = 8
# How long a server stays away.
AWAY = float(os.environ.get("PRESSWATCH_TEST_AWAY_SECONDS", "20"))
TOLD_SECONDS = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pipeline]:
    async with pipeline_on_servers(tmp_path_factory.mktemp("pipeline")) as pipeline:
        yield pipeline


@pytest_asyncio.fixture(loop_scope="module")
async def pipeline(running: Pipeline) -> Pipeline:
    """Whole, with some pages that are in all places, and others under way."""
    await running.make_whole()
    running.press.publish(BATCH)
    await until(lambda: set(told(running)) >= running.press.watched, within=2 * TOLD_SECONDS)
    running.press.edit()
    running.press.publish(BATCH)
    return running


async def test_the_broker_is_killed_and_comes_back(pipeline: Pipeline) -> None:
    for _ in range(KILLS):
        await asyncio.to_thread(pipeline.servers.kafka.kill)
        pipeline.press.publish(BATCH)
        await asyncio.to_thread(pipeline.servers.kafka.start)
    await settled(pipeline, "broker kill -9", KILLS)
