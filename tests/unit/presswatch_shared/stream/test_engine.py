"""What the engine does with the messages of a stage, and with the order to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
import structlog

from presswatch_shared.errors import BadInput, Poison, Retry
from presswatch_shared.events import Heartbeat
from presswatch_shared.stream.engine import EngineSettings
from presswatch_shared.stream.health import StageState
from presswatch_shared.stream.port import Out, Record
from tests.fixtures.clocks import FakeClock
from tests.fixtures.stages import STAGE, Bench, FunctionStage, enrich, failing_on, heartbeat, raw_page
from tests.fixtures.waiting import until


async def test_messages_are_handled_and_their_outputs_written(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(enrich))
    await bench.stream.publish([raw_page(number) for number in range(250)])
    async with bench.running():
        await bench.drained()
    assert bench.stage.handled == list(range(250))
    assert [len(batch) for batch in bench.stage.batches] == [100, 100, 50]
    assert len(await bench.events("articles.enriched")) == 250
    assert bench.count("messages_consumed_total", stage=STAGE, outcome="handled") == 250
    assert bench.count("messages_produced_total", topic="articles.enriched", outcome="written") == 250
    assert bench.health.state is StageState.STOPPED


async def test_a_trace_goes_from_the_message_to_its_output_and_into_the_logs(tmp_path: Path) -> None:
    bound: list[dict[str, object]] = []

    async def handle(batch: Sequence[Record]) -> Sequence[Out]:
        bound.append(dict(structlog.contextvars.get_contextvars()))
        return await enrich(batch)

    bench = Bench(tmp_path, FunctionStage(handle))
    await bench.stream.publish([raw_page(7)])
    async with bench.running():
        await bench.drained()
    assert [envelope.trace for envelope in await bench.events("articles.enriched")] == ["trace-7"]
    assert bound == [{"stage": STAGE, "trace": "trace-7"}]
    assert structlog.contextvars.get_contextvars() == {}


async def test_heartbeats_pass_the_stage_by(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(enrich))
    await bench.stream.publish([raw_page(1), heartbeat(5), raw_page(2)])
    async with bench.running():
        await bench.drained()
    assert bench.stage.handled == [1, 2]
    for topic in ("articles.enriched", "alerts.fired"):
        beats = [envelope.event for envelope in await bench.events(topic) if isinstance(envelope.event, Heartbeat)]
        assert beats == [Heartbeat(sequence=5, sent_at=5)]
    assert bench.count("heartbeat_seen_timestamp_seconds", stage=STAGE) > 0
    assert bench.count("messages_consumed_total", stage=STAGE, outcome="heartbeat") == 1


async def test_told_to_stop_in_an_endless_retry_the_batch_is_given_up_uncommitted(tmp_path: Path) -> None:
    async def handle(batch: Sequence[Record]) -> Sequence[Out]:
        raise Retry("the index is away")

    bench = Bench(tmp_path, FunctionStage(handle))
    await bench.stream.publish([raw_page(1)])
    async with bench.running():
        await until(lambda: len(bench.rests) > 3)
        assert bench.health.state is StageState.RETRYING
    assert await bench.lag() == 1
    assert await bench.letters() == []


async def test_told_to_stop_while_the_stage_hangs_it_is_cancelled_uncommitted(tmp_path: Path) -> None:
    ended: list[str] = []

    async def handle(batch: Sequence[Record]) -> Sequence[Out]:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")
        return ()

    bench = Bench(tmp_path, FunctionStage(handle), settings=EngineSettings(poll_wait=0.05, stop_within=0.05))
    await bench.stream.publish([raw_page(1)])
    async with bench.running():
        await until(lambda: bench.stage.batches)
    assert ended == ["cancelled"]
    assert await bench.lag() == 1


async def test_told_to_stop_a_batch_in_hand_is_finished(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage())

    async def handle(batch: Sequence[Record]) -> Sequence[Out]:
        bench.stop.set()
        await asyncio.sleep(0.02)
        return await enrich(batch)

    bench.stage.function = handle
    await bench.stream.publish([raw_page(1)])
    async with bench.running():
        await until(lambda: bench.stage.handled)
    assert await bench.lag() == 0


async def test_a_damaged_log_ends_the_stage_with_its_sentence(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(enrich))

    class Damaged(type(bench.stream)):  # type: ignore[misc]  # the twin, with one method that fails
        async def consumer(self, group: str, topics: Sequence[str]) -> object:
            raise BadInput("the stream log is damaged")

    bench.stream = Damaged(clock=FakeClock())
    with pytest.raises(BadInput, match="damaged"):
        await bench.runner().run(bench.stop)


async def test_the_ledger_is_told_before_the_offset_is_committed(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(failing_on(1, error=Poison("no"))))
    lags: list[int] = []
    errors = [Retry("store busy")]

    async def tell(envelope: object, stage: str) -> None:
        lags.append(await bench.lag())
        if errors:
            raise errors.pop()

    bench.tell = tell  # type: ignore[method-assign]  # a hook of this test's own
    await bench.stream.publish([raw_page(1)])
    async with bench.running():
        await bench.drained()
    assert lags == [1, 1]
    assert len(await bench.letters()) == 1
