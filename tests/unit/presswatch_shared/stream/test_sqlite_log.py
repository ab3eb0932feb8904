from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from presswatch_shared.clock import SystemClock
from presswatch_shared.errors import BadInput, Retry
from presswatch_shared.stream import sqlite_file
from presswatch_shared.stream.port import RawOut, RawRecord, Revoked
from presswatch_shared.stream.sqlite_log import SqliteLog, SqliteLogSettings, open_sqlite_log
from tests.fixtures.clocks import FakeClock

KILLS = 15
SCRIPT = Path(__file__).parents[3] / "fixtures" / "killable_stage.py"
QUICK = SqliteLogSettings(share_every=0.05, lease=10.0)
Open = Callable[[], SqliteLog]


def numbered(count: int, first: int = 0) -> list[RawOut]:
    return [RawOut("in", f"key-{number}", str(number).encode()) for number in range(first, first + count)]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def reopen(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Open]:
    """Opens the one log as another process would."""
    opened: list[SqliteLog] = []

    def again() -> SqliteLog:
        opened.append(open_sqlite_log(tmp_path / "stream.db", clock=clock, settings=QUICK))
        return opened[-1]

    yield again
    for log in opened:
        await log.close()


async def everything(log: SqliteLog, topic: str) -> list[RawRecord]:
    ends = await log.end_offsets(topic)
    return [record for number in ends for record in await log.read(topic, number, 0, 100_000)]


async def test_what_was_acknowledged_is_there_after_a_restart(reopen: Open) -> None:
    first = reopen()
    await first.publish(numbered(10))
    await first.close()
    assert len(await everything(reopen(), "in")) == 10


async def test_the_file_is_made_as_it_should_be(reopen: Open, tmp_path: Path) -> None:
    reopen()
    with sqlite3.connect(tmp_path / "stream.db") as raw:
        assert raw.execute("PRAGMA page_size").fetchone() == (8192,)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()
    connection = sqlite_file.connect(tmp_path / "stream.db")
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


async def test_an_append_in_another_process_wakes_within_a_moment(reopen: Open) -> None:
    reader, writer = reopen(), reopen()
    consumer = await reader.consumer("group", ["in"])
    waiting = asyncio.create_task(consumer.poll(10, 30.0))
    await asyncio.sleep(0.06)
    await writer.publish(numbered(1))
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert len(await waiting) == 1
    assert loop.time() - began < 1.0


async def test_two_processes_share_a_group(reopen: Open) -> None:
    one, two = reopen(), reopen()
    first, second = await one.consumer("group", ["in"]), await two.consumer("group", ["in"])
    seen: tuple[set[int], set[int]] = set(), set()
    got: list[bytes] = []
    total = 0
    async with asyncio.timeout(20):
        while not (len(seen[0]) == len(seen[1]) == 2 and len(got) == total):
            await one.publish(numbered(8, total))
            total += 8
            for consumer, partitions in zip((first, second), seen, strict=True):
                batch = await consumer.poll(1000, 0.05)
                if batch:
                    partitions.clear()
                    partitions.update(record.position.partition for record in batch)
                await consumer.commit(batch, [])
                got.extend(record.value for record in batch)
    assert sorted(map(int, got)) == list(range(total))


async def test_the_partitions_of_a_member_without_a_sign_of_life_go_to_another(reopen: Open, clock: FakeClock) -> None:
    dead, alive = reopen(), reopen()
    lost = await dead.consumer("group", ["in"])
    await dead.publish(numbered(20))
    batch = await lost.poll(100, 1.0)
    assert len(batch) == 20
    # Its process hangs: nothing is renewed any more.
    assert dead._attendant is not None
    dead._attendant.cancel()
    heir = await alive.consumer("group", ["in"])
    assert await heir.poll(100, 0.15) == []
    clock.forward(11)
    found: list[RawRecord] = []
    async with asyncio.timeout(10):
        while len(found) < 20:
            found.extend(await heir.poll(100, 0.1))
    await heir.commit(found, [])
    with pytest.raises(Revoked):
        await lost.commit(batch, [RawOut("out", "k", b"twice")])
    assert await everything(alive, "out") == []
    dead._attendant = None


async def test_a_member_that_lives_keeps_its_partitions_beyond_the_lease(reopen: Open, clock: FakeClock) -> None:
    settings = SqliteLogSettings(lease=0.3, share_every=0.02)
    log, other = reopen(), reopen()
    log.settings = other.settings = settings
    holder = await log.consumer("group", ["in"])
    await log.publish(numbered(4))
    batch = await holder.poll(10, 1.0)
    for _ in range(20):
        clock.forward(0.05)
        await asyncio.sleep(0.05)
    rival = await other.consumer("group", ["in"])
    assert await rival.poll(10, 0.1) == []
    await holder.commit(batch, [])


async def test_leases_of_a_killed_process_are_voided_by_whoever_holds_the_folder(reopen: Open) -> None:
    killed = reopen()
    await killed.consumer("group", ["in"])
    await killed.publish(numbered(5))
    heir = reopen()
    await heir.void_leases()
    consumer = await heir.consumer("group", ["in"])
    assert len(await consumer.poll(10, 1.0)) == 5


async def test_a_failed_commit_leaves_neither_outputs_nor_offset_and_can_be_made_again(reopen: Open) -> None:
    log = reopen()
    await log.publish(numbered(3))
    consumer = await log.consumer("group", ["in"])
    batch = await consumer.poll(10, 1.0)
    outs = [RawOut("out", "small", b"1"), RawOut("out", "big", b"x" * 500_000)]
    log.writer._connection.execute("PRAGMA max_page_count=30")
    with pytest.raises(Retry):
        await consumer.commit(batch, outs)
    assert await everything(log, "out") == []
    assert (await log.lag("group", ["in"]))["in"].records == 3
    log.writer._connection.execute("PRAGMA max_page_count=1000000")
    await consumer.commit(batch, outs)
    assert len(await everything(log, "out")) == 2
    assert (await log.lag("group", ["in"]))["in"].records == 0


async def test_one_job_that_fails_does_not_spoil_those_that_share_its_transaction(reopen: Open) -> None:
    log = reopen()

    def fail(_: sqlite3.Connection) -> None:
        raise ZeroDivisionError

    results = await asyncio.gather(
        log.publish(numbered(1)), log.writer.run(fail), log.publish(numbered(1, 1)), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), ZeroDivisionError, type(None)]
    assert len(await everything(log, "in")) == 2


async def test_a_busy_log_is_a_retry_and_nothing_was_appended(reopen: Open, tmp_path: Path) -> None:
    log = reopen()
    await log.publish(numbered(1))
    await log.writer.run(lambda connection: None)
    log.writer._connection.execute("PRAGMA busy_timeout=50")
    other = sqlite_file.connect(tmp_path / "stream.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Retry, match="locked"):
        await log.publish(numbered(1, 1))
    other.execute("ROLLBACK")
    other.close()
    await log.publish(numbered(1, 1))
    assert len(await everything(log, "in")) == 2


async def test_a_full_disk_is_a_retry_and_the_log_goes_on_when_there_is_room(reopen: Open) -> None:
    log = reopen()
    await log.publish(numbered(1))
    pages = log.writer._connection.execute("PRAGMA page_count").fetchone()[0]
    log.writer._connection.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(Retry, match="full"):
        await log.publish([RawOut("in", "big", b"x" * 200_000)])
    log.writer._connection.execute("PRAGMA max_page_count=1000000")
    await log.publish([RawOut("in", "big", b"x" * 200_000)])
    assert len(await everything(log, "in")) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"this is not a database" * 500, "damaged", id="not a database"),
        pytest.param(b"SQLite format 3\0" + b"\xff" * 8176, "", id="garbage behind the head"),
    ],
)
def test_a_damaged_file_is_named_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "stream.db"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=str(path)) as refused:
        open_sqlite_log(path, clock=FakeClock())
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert path.read_bytes() == content


async def test_damage_found_while_running_is_named_too(reopen: Open, tmp_path: Path) -> None:
    log = reopen()
    await log.publish([RawOut("in", f"key-{number}", b"x" * 5000) for number in range(200)])
    await log.close()
    path = tmp_path / "stream.db"
    raw = bytearray(path.read_bytes())
    raw[8192 * 20 : 8192 * 60] = b"\xee" * (8192 * 40)
    path.write_bytes(raw)
    damaged = reopen()
    with pytest.raises(BadInput, match="damaged"):
        await everything(damaged, "in")


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stream.db"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE recipes (name)")
    raw.close()
    with pytest.raises(BadInput, match="something else"):
        open_sqlite_log(path, clock=FakeClock())


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "stream.db"
    sqlite_file.create_file(path)
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version=99")
    raw.close()
    with pytest.raises(BadInput, match="newer"):
        open_sqlite_log(path, clock=FakeClock())


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        open_sqlite_log(tmp_path / "nowhere" / "stream.db", clock=FakeClock())


async def test_the_loop_is_not_blocked_while_the_log_is_busy(reopen: Open, tmp_path: Path) -> None:
    log = reopen()
    await log.publish(numbered(1))
    other = sqlite_file.connect(tmp_path / "stream.db")
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(log.publish(numbered(1, 1)))
    turns = 0
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() - began < 0.1:
        await asyncio.sleep(0.001)
        turns += 1
    assert not waiting.done()
    assert turns > 10
    other.execute("ROLLBACK")
    other.close()
    await asyncio.wait_for(waiting, 10)


@pytest.mark.slow
async def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_twice(tmp_path: Path) -> None:
    path = tmp_path / "stream.db"
    chance = random.Random(20)
    acknowledged = 0
    for _ in range(KILLS):
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(SCRIPT), str(path), str(acknowledged), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 20)
        await asyncio.sleep(chance.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        lines = [line, *(await process.stdout.read()).splitlines()]
        await process.wait()
        acknowledged = int([text for text in lines if text.strip()][-1])

    log = open_sqlite_log(path, clock=SystemClock())
    try:
        await log.void_leases()
        consumer = await log.consumer("copier", ["in"])
        while batch := await consumer.poll(1000, 0.2):
            await consumer.commit(batch, [RawOut("out", record.key, record.value) for record in batch])
        came_in = [int(record.value) for record in await everything(log, "in")]
        went_out = [int(record.value) for record in await everything(log, "out")]
        assert set(range(acknowledged)) <= set(came_in)
        assert sorted(went_out) == sorted(came_in)
        assert acknowledged > KILLS
    finally:
        await log.close()


async def test_a_closed_log_says_so(reopen: Open) -> None:
    log = reopen()
    await log.close()
    with pytest.raises(RuntimeError, match="closed"):
        await log.publish(numbered(1))


async def test_the_age_of_what_waits_is_measured(reopen: Open, clock: FakeClock) -> None:
    log = reopen()
    await log.publish(numbered(1))
    clock.forward(30)
    await log.publish(numbered(5, 1))
    lag = (await log.lag("group", ["in"]))["in"]
    assert (lag.records, lag.seconds) == (6, 30.0)


async def test_a_topic_made_by_another_process_is_found(reopen: Open) -> None:
    one, two = reopen(), reopen()
    assert await one.end_offsets("in") == {}
    await two.publish(numbered(3))
    assert len(await everything(one, "in")) == 3


async def test_many_may_make_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "stream.db"
    await asyncio.gather(*(asyncio.to_thread(sqlite_file.create_file, path) for _ in range(12)))
    log = open_sqlite_log(path, clock=SystemClock())
    await log.publish(numbered(1))
    await log.close()


async def test_opening_a_file_does_not_wait_for_its_writer(reopen: Open, tmp_path: Path) -> None:
    reopen()
    other = sqlite_file.connect(tmp_path / "stream.db")
    other.execute("BEGIN IMMEDIATE")
    assert await reopen().topics() == []
    other.execute("ROLLBACK")
    other.close()
