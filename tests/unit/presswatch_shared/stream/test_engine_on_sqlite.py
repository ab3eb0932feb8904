"""The engine on the embedded log: what needs several processes, played by several openings of one file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from presswatch_shared.clock import SystemClock
from presswatch_shared.stream.engine import EngineSettings
from presswatch_shared.stream.port import Consumer, Out, RawOut, RawRecord, Record
from presswatch_shared.stream.sqlite_log import SqliteLog, SqliteLogSettings, open_sqlite_log
from presswatch_shared.topics import ALERTS_FIRED, PAGES_FETCHED
from tests.fixtures.stages import STAGE, Bench, FunctionStage, heartbeat, page, raw_page
from tests.fixtures.waiting import until

Open = Callable[[], SqliteLog]
INPUTS = [PAGES_FETCHED.name, f"{PAGES_FETCHED.name}.retry.{STAGE}"]
COPIED = "pages.copied"


@pytest.fixture
async def reopen(tmp_path: Path) -> AsyncIterator[Open]:
    opened: list[SqliteLog] = []

    def again() -> SqliteLog:
        settings = SqliteLogSettings(share_every=0.05)
        opened.append(open_sqlite_log(tmp_path / "stream.db", clock=SystemClock(), settings=settings))
        return opened[-1]

    yield again
    for log in opened:
        await log.close()


def bench_on(log: SqliteLog, folder: Path, stage: FunctionStage, *, batch: int = 100) -> Bench:
    settings = EngineSettings(batch=batch, poll_wait=0.05)
    return Bench(folder, stage, stream=log, settings=settings, outputs=(ALERTS_FIRED,))


async def test_two_processes_share_a_stage_and_each_message_is_done_once(reopen: Open, tmp_path: Path) -> None:
    async def slowly(batch: Sequence[Record]) -> Sequence[Out]:
        await asyncio.sleep(0.002)
        return ()

    stages = FunctionStage(slowly), FunctionStage(slowly)
    benches = [bench_on(reopen(), tmp_path / str(number), stage, batch=5) for number, stage in enumerate(stages)]
    log = reopen()
    async with benches[0].running(), benches[1].running():
        async with asyncio.timeout(20):
            number = 0
            while not all(stage.handled for stage in stages):
                await log.publish([raw_page(n) for n in range(number, number + 20)])
                number += 20
                await benches[0].drained()
        await log.publish([raw_page(n) for n in range(number, number + 100)])
        await benches[0].drained()
    done = stages[0].handled + stages[1].handled
    assert sorted(done) == list(range(number + 100))


async def take_over(log: SqliteLog) -> tuple[Consumer, Sequence[RawRecord]]:
    """Who held the partitions may be back before the other one comes; then once more."""
    for _ in range(20):
        await log.void_leases()
        heir = await log.consumer(STAGE, INPUTS)
        batch = await heir.poll(10, 0.5)
        if batch:
            return heir, batch
        await heir.close()
    raise AssertionError("the partitions were not taken over in 20 tries")


async def test_a_batch_whose_partitions_were_lost_is_given_up_and_its_outputs_are_not_written(
    reopen: Open, tmp_path: Path
) -> None:
    release = asyncio.Event()

    async def hang(batch: Sequence[Record]) -> Sequence[Out]:
        await release.wait()
        return [Out(PAGES_FETCHED, page(100), at=1)]

    stage = FunctionStage(hang)
    bench = bench_on(reopen(), tmp_path, stage)
    other = reopen()
    await other.publish([raw_page(1)])
    async with bench.running():
        await until(lambda: stage.batches)
        heir, batch = await take_over(other)
        await heir.commit(batch, [RawOut(COPIED, "k", b"by the heir")])
        release.set()
        await until(lambda: stage.handled)
        stage.function = None
        await heir.close()
        # It goes on with what comes next.
        await other.publish([raw_page(2)])
        await until(lambda: 2 in stage.handled)
        await bench.drained()
    assert stage.handled == [1, 2]
    assert await bench.messages(COPIED) == [b"by the heir"]
    # Its own output would have been a third page.
    assert len(await bench.messages(PAGES_FETCHED.name)) == 2


async def test_a_dead_letter_is_written_with_the_offset_of_its_message(reopen: Open, tmp_path: Path) -> None:
    async def fail(batch: Sequence[Record]) -> Sequence[Out]:
        raise KeyError("no such thing")

    log = reopen()
    bench = bench_on(log, tmp_path, FunctionStage(fail))
    await log.publish([raw_page(1), heartbeat(1), raw_page(2)])
    async with bench.running():
        await bench.drained()
    assert [letter.reason for letter in await bench.letters()] == ["failed", "failed"]
    assert len(await bench.messages(ALERTS_FIRED.name)) == 1


async def test_a_page_of_ten_mebibytes_goes_through_and_is_kept_whole_as_a_dead_letter(
    reopen: Open, tmp_path: Path
) -> None:
    async def fail(batch: Sequence[Record]) -> Sequence[Out]:
        raise KeyError("too much")

    log = reopen()
    bench = bench_on(log, tmp_path, FunctionStage(fail))
    large = raw_page(1, body=bytes(range(256)) * (10 * 2**12))
    await log.publish([large])
    async with bench.running():
        await bench.drained()
    (letter,) = await bench.letters()
    assert letter.raw == large.value
