"""Dependencies are asked every few seconds, and what they answer is a metric."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from presswatch_cli.probing import Check, Probe, index_check, store_check
from presswatch_shared.errors import Retry
from presswatch_shared.index.in_memory import InMemoryIndex
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.database import Store
from tests.fixtures.waiting import until


async def well() -> str:
    return ""


async def away() -> str:
    raise Retry("the search server does not answer")


async def not_well() -> str:
    return "enrichment is paused"


async def probed(checks: Mapping[str, Check], folder: Path) -> Metrics:
    metrics, stop = Metrics(), asyncio.Event()
    probe = Probe(checks, metrics=metrics, service="all", folder=folder, seconds=0.01)
    running = asyncio.create_task(probe.run(stop))
    await until(
        lambda: metrics.registry.get_sample_value("presswatch_dependency_up", {"dependency": "store"}) is not None
    )
    stop.set()
    await asyncio.wait_for(running, 5)
    return metrics


async def test_each_dependency_has_its_answer_and_stages_are_none(tmp_path: Path) -> None:
    metrics = await probed({"store": well, "index": away, "enrichment": not_well}, tmp_path)
    sample = metrics.registry.get_sample_value
    assert sample("presswatch_dependency_up", {"dependency": "store"}) == 1
    assert sample("presswatch_dependency_up", {"dependency": "index"}) == 0
    assert sample("presswatch_dependency_up", {"dependency": "stream"}) is None
    assert sample("presswatch_dependency_up", {"dependency": "enrichment"}) is None


async def test_who_hangs_is_down_and_asked_once_until_the_answer_comes(tmp_path: Path) -> None:
    asked, answer = [0], asyncio.Event()

    async def slow() -> str:
        asked[0] += 1
        await answer.wait()
        return ""

    metrics, stop = Metrics(), asyncio.Event()

    def index_up() -> float | None:
        return metrics.registry.get_sample_value("presswatch_dependency_up", {"dependency": "index"})

    probe = Probe(
        {"index": slow, "store": well}, metrics=metrics, service="all", folder=tmp_path, seconds=0.01, within=0.01
    )
    running = asyncio.create_task(probe.run(stop))
    await until(lambda: index_up() == 0)
    assert metrics.registry.get_sample_value("presswatch_dependency_up", {"dependency": "store"}) == 1
    assert asked == [1]
    answer.set()
    await until(lambda: index_up() == 1)
    answer.clear()
    await until(lambda: index_up() == 0)
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_the_room_left_is_told_and_a_folder_that_is_not_there_is_no_fault(tmp_path: Path) -> None:
    there = await probed({"store": well}, tmp_path)
    assert (there.registry.get_sample_value("presswatch_data_free_bytes") or 0) > 0
    await probed({"store": well}, tmp_path / "nowhere")


async def test_what_runs_is_told_with_its_version(tmp_path: Path) -> None:
    metrics = Metrics()
    Probe({}, metrics=metrics, service="indexing", folder=tmp_path)
    assert b'service="indexing"' in metrics.expose()


async def test_the_checks_of_store_and_index_answer_nothing_where_all_is_well(store: Store) -> None:
    assert await store_check(store)() == ""
    assert await index_check(InMemoryIndex())() == ""
