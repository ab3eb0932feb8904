"""Messages that a stage cannot handle: set aside, tried again, put back; and stages that fail too often."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from presswatch_shared.errors import Poison, Retry, ServerUnreachable
from presswatch_shared.events import PageFetched
from presswatch_shared.stream.dlq import replay
from presswatch_shared.stream.health import StageState
from presswatch_shared.stream.port import Out, RawOut, Record
from presswatch_shared.topics import PAGES_FETCHED, retry_topic
from tests.fixtures.clocks import FakeClock
from tests.fixtures.dead_letters import dead_letter_entries
from tests.fixtures.stages import STAGE, Bench, FunctionStage, enrich, failing_on, page, raw_page
from tests.fixtures.waiting import until


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe not json", id="not text"),
        pytest.param(b'{"id":"x"}', id="no envelope"),
        pytest.param(b"[" * 5000, id="deeply nested"),
        pytest.param(b'{"id":"x","type":"Moon","v":1,"key":"k","at":1,"trace":"","data":{}}', id="unknown type"),
        pytest.param(
            b'{"id":"x","type":"PageFetched","v":9,"key":"k","at":1,"trace":"","data":{}}', id="unknown version"
        ),
        pytest.param(
            b'{"id":"x","type":"AlertFired","v":1,"key":"k","at":1,"trace":"","data":{"alert_id":1}}', id="does not fit"
        ),
    ],
)
async def test_what_cannot_be_decoded_is_a_dead_letter_and_the_rest_is_handled(tmp_path: Path, value: bytes) -> None:
    bench = Bench(tmp_path, FunctionStage(enrich))
    await bench.stream.publish([raw_page(1), RawOut("pages.fetched", "k", value), raw_page(2)])
    async with bench.running():
        await bench.drained()
    assert bench.stage.batches == [[1, 2]]
    (letter,) = await bench.letters()
    assert (letter.reason, letter.raw, letter.key, letter.attempts) == ("undecodable", value, "k", 1)
    assert (letter.topic, letter.partition, letter.offset, letter.stage) == ("pages.fetched", 0, 1, STAGE)
    assert bench.told == [(None, STAGE)]


async def test_an_event_of_another_topic_is_a_dead_letter(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(enrich))
    await bench.stream.publish([raw_page(1)])
    async with bench.running():
        await bench.drained()
        (enriched,) = await bench.messages("articles.enriched")
        await bench.stream.publish([RawOut("pages.fetched", "k", enriched)])
        await bench.drained()
    assert [letter.reason for letter in await bench.letters()] == ["undecodable"]


async def test_poison_is_narrowed_down_to_its_message(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(failing_on(13, error=Poison("a page of lead", reason="too_heavy"))))
    await bench.stream.publish([raw_page(number) for number in range(50)])
    async with bench.running():
        await bench.drained()
    assert bench.stage.handled == [number for number in range(50) if number != 13]
    (letter,) = await bench.letters()
    assert (letter.reason, letter.error, letter.offset) == ("too_heavy", "a page of lead", 13)
    assert (letter.attempts, letter.traceback) == (1, "")
    assert [envelope.event.key for envelope, _ in bench.told if envelope] == [page(13).key]
    assert bench.count("dead_letters_total", stage=STAGE, reason="too_heavy") == 1


async def test_another_error_is_tried_twice_more_and_kept_with_its_traceback(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(failing_on(3, error=ZeroDivisionError("by \ud800 zero"))))
    await bench.stream.publish([raw_page(number) for number in range(8)])
    async with bench.running():
        await bench.drained()
    assert bench.stage.batches.count([3]) == 3
    (letter,) = await bench.letters()
    assert (letter.reason, letter.attempts) == ("failed", 3)
    assert letter.error == "ZeroDivisionError: by \\ud800 zero"
    assert "failing_on" in letter.traceback or "in handle" in letter.traceback
    assert bench.stage.handled == [0, 1, 2, 4, 5, 6, 7]


async def test_an_error_that_is_gone_at_the_next_attempt_loses_nothing(tmp_path: Path) -> None:
    fails = iter([True, True, False])

    async def handle(batch: Sequence[Record]) -> Sequence[Out]:
        if next(fails):
            raise OSError("worker died")
        return await enrich(batch)

    bench = Bench(tmp_path, FunctionStage(handle))
    await bench.stream.publish([raw_page(1)])
    async with bench.running():
        await bench.drained()
    assert await bench.letters() == []
    assert len(await bench.events("articles.enriched")) == 1


async def test_an_output_that_cannot_be_written_is_the_fault_of_its_message(tmp_path: Path) -> None:
    async def handle(batch: Sequence[Record]) -> Sequence[Out]:
        bodies = {1: b"x" * (12 * 2**20)}
        pages = [record.event for record in batch if isinstance(record.event, PageFetched)]
        return [Out(PAGES_FETCHED, page(p.version, body=bodies.get(p.version, b"")), at=1) for p in pages]

    bench = Bench(tmp_path, FunctionStage(handle))
    await bench.stream.publish([raw_page(1)])
    async with bench.running():
        async with asyncio.timeout(10):
            while not await bench.letters():
                await asyncio.sleep(0.01)
    assert [letter.reason for letter in await bench.letters()] == ["too_large"]


@pytest.mark.parametrize(
    "error", [pytest.param(Retry("busy"), id="retry"), pytest.param(ServerUnreachable("away"), id="server away")]
)
async def test_a_retry_gives_the_same_batch_again_and_waits_longer_each_time(tmp_path: Path, error: Exception) -> None:
    failures = 5

    async def handle(batch: Sequence[Record]) -> Sequence[Out]:
        nonlocal failures
        if failures:
            failures -= 1
            raise error
        return await enrich(batch)

    bench = Bench(tmp_path, FunctionStage(handle))
    await bench.stream.publish([raw_page(number) for number in range(3)])
    async with bench.running():
        await bench.drained()
    assert bench.stage.batches == [[0, 1, 2]] * 6
    assert bench.rests == [0.375, 0.75, 1.5, 3.0, 6.0]
    assert await bench.letters() == []
    assert bench.count("stage_retries_total", stage=STAGE) == 5


async def test_a_retry_waits_as_long_as_the_other_side_asked(tmp_path: Path) -> None:
    errors = [Retry("429", after=90.0)]

    async def handle(batch: Sequence[Record]) -> Sequence[Out]:
        if errors:
            raise errors.pop()
        return ()

    bench = Bench(tmp_path, FunctionStage(handle))
    await bench.stream.publish([raw_page(1)])
    async with bench.running():
        await bench.drained()
    assert bench.rests == [90.0]


async def test_a_stage_that_fails_too_often_pauses_and_keeps_its_offsets(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(failing_on(*range(1000), error=KeyError("bad deploy"))))
    await bench.stream.publish([raw_page(number) for number in range(300)])
    async with bench.running():
        await until(lambda: bench.health.state is StageState.PAUSED)
        assert await bench.health.check() == (
            "testing is paused: 100 of the last 100 messages failed, the last one with KeyError: 'bad deploy'"
        )
        assert len(await bench.letters()) == 99
        assert await bench.lag() == 201
        assert bench.count("stage_paused", stage=STAGE) == 1
        # The deploy is mended, and somebody says so.
        bench.stage.function = enrich
        bench.pause.clear()
        await bench.drained()
    assert len(await bench.letters()) == 99
    assert len(await bench.events("articles.enriched")) == 201
    assert bench.count("stage_paused", stage=STAGE) == 0


async def test_a_restart_lifts_the_pause(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(enrich))
    bench.pause.set("earlier", 1)
    await bench.stream.publish([raw_page(1)])
    async with bench.running():
        await bench.drained()
    assert not bench.pause.is_set()


@pytest.mark.parametrize(
    ("bad", "error", "paused"),
    [
        pytest.param(range(0, 300, 4), ValueError("x"), True, id="every fourth"),
        pytest.param(range(0, 300, 6), ValueError("x"), False, id="every sixth"),
        pytest.param(range(99), ValueError("x"), False, id="fewer than a hundred seen"),
        pytest.param(range(300), Poison("x"), False, id="poison does not count"),
    ],
)
async def test_only_a_share_of_unnamed_failures_pauses(
    tmp_path: Path, bad: Sequence[int], error: Exception, paused: bool
) -> None:
    bench = Bench(tmp_path, FunctionStage(failing_on(*bad, error=error)))
    count = 99 if len(bad) == 99 else 300
    await bench.stream.publish([raw_page(number) for number in range(count)])
    async with bench.running():
        if paused:
            await until(lambda: bench.health.state is StageState.PAUSED)
            assert await bench.lag() > 0
        else:
            await bench.drained()
            assert len(await bench.letters()) == len(bad)


async def test_a_replayed_dead_letter_is_read_by_its_stage_as_from_the_first_topic(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(failing_on(1, error=Poison("not yet"))))
    await bench.stream.publish([raw_page(1), raw_page(2)])
    topics: list[str] = []

    async def mended(batch: Sequence[Record]) -> Sequence[Out]:
        topics.extend(record.topic for record in batch)
        return await enrich(batch)

    async with bench.running():
        await bench.drained()
        (entry,) = await dead_letter_entries(bench.stream)
        bench.stage.function = mended
        await replay(bench.stream, entry, clock=FakeClock())
        await bench.drained()
        await until(lambda: topics)
    assert bench.stage.handled == [2, 1]
    assert topics == ["pages.fetched"]
    assert await dead_letter_entries(bench.stream) == []
    assert sum((await bench.stream.end_offsets(retry_topic("pages.fetched", STAGE))).values()) == 1


async def test_a_replayed_message_that_fails_again_is_a_dead_letter_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path, FunctionStage(failing_on(1, error=Poison("never"))))
    await bench.stream.publish([raw_page(1)])
    async with bench.running():
        await bench.drained()
        (entry,) = await dead_letter_entries(bench.stream)
        await replay(bench.stream, entry, clock=FakeClock())
        await bench.drained()
    (again,) = await dead_letter_entries(bench.stream)
    assert (again.topic, again.letter.topic) == ("pages.fetched", "pages.fetched.retry.testing")
    assert again.position != entry.position
