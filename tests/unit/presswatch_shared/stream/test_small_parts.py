from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from presswatch_shared.clock import SystemClock
from presswatch_shared.envelope import decode
from presswatch_shared.errors import Poison, Retry
from presswatch_shared.events import Heartbeat
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.backoff import backoff, rest
from presswatch_shared.stream.failure_window import FailureWindow
from presswatch_shared.stream.heartbeat import HeartbeatService
from presswatch_shared.stream.memory_log import MemoryLog
from presswatch_shared.stream.partitioner import murmur2, partition_of
from presswatch_shared.stream.pause_mark import PauseMark, paused_stages
from presswatch_shared.stream.port import Out, RawOut
from presswatch_shared.stream.publisher import Publisher
from presswatch_shared.stream.sharing import Share, next_share, quota
from presswatch_shared.topics import ARTICLES_ENRICHED, PAGES_FETCHED
from tests.fixtures.clocks import FakeClock
from tests.fixtures.stages import page
from tests.fixtures.waiting import until


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ("abc", 479470107),
    ],
)
def test_the_hash_is_the_one_of_kafkas_own_tests(text: str, signed: int) -> None:
    assert murmur2(text.encode()) == signed & 0xFFFFFFFF


def test_keys_spread_over_the_partitions() -> None:
    counts = [0] * 4
    for number in range(4000):
        counts[partition_of(f"key-{number}", 4)] += 1
    assert min(counts) > 900


@pytest.mark.parametrize("members", range(1, 7))
@pytest.mark.parametrize("total", [1, 4, 8, 9])
def test_quotas_add_up_and_differ_by_one_at_most(total: int, members: int) -> None:
    names = {f"member-{number}" for number in range(members)}
    quotas = [quota(total, names, name) for name in names]
    assert sum(quotas) == total
    assert max(quotas) - min(quotas) <= 1


@pytest.mark.parametrize(
    ("held", "taken", "idle", "most", "step"),
    [
        pytest.param([], [], [], 4, Share(take=(0, 1, 2, 3)), id="alone takes all"),
        pytest.param([0, 1, 2, 3], [], [0, 1, 2, 3], 2, Share(give=(0, 1)), id="gives up what is over"),
        pytest.param([0, 1, 2, 3], [], [3], 2, Share(give=(3,)), id="only what is idle"),
        pytest.param([0, 1, 2, 3], [], [], 2, Share(), id="nothing while all is in hand"),
        pytest.param([], [0, 1, 2, 3], [], 2, Share(), id="takes nothing that another holds"),
        pytest.param([0], [2, 3], [0], 2, Share(take=(1,)), id="fills up"),
        pytest.param([0, 1], [2], [0], 2, Share(), id="has its part"),
    ],
)
def test_a_step_towards_an_even_share(
    held: list[int], taken: list[int], idle: list[int], most: int, step: Share
) -> None:
    assert next_share(range(4), held=held, taken=taken, idle=idle, most=most) == step


def test_waits_double_up_to_the_longest_and_are_spread() -> None:
    def wait(attempt: int, chance: float, after: float | None = None) -> float:
        return backoff(attempt, first=0.5, most=60.0, chance=lambda: chance, after=after)

    assert [wait(attempt, 1.0) for attempt in (1, 2, 3, 8, 2000)] == [0.5, 1.0, 2.0, 60.0, 60.0]
    assert [wait(attempt, 0.0) for attempt in (1, 2, 3, 8)] == [0.25, 0.5, 1.0, 30.0]
    assert wait(1, 1.0, after=120.0) == 120.0
    assert wait(8, 1.0, after=2.0) == 60.0


async def test_a_rest_ends_at_once_when_told_to_stop() -> None:
    stop = asyncio.Event()
    resting = asyncio.create_task(rest(stop, 60.0))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(resting, 1)


def test_the_window_forgets_what_is_long_past() -> None:
    window = FailureWindow(size=10, least=5, share=0.2)
    verdicts = []
    for failed, count in ((True, 4), (False, 1), (False, 9)):
        window.add(failed=failed, count=count)
        verdicts.append((window.failures, window.seen, window.too_many))
    assert verdicts == [(4, 4, False), (4, 5, True), (0, 10, False)]


def test_a_pause_is_seen_and_lifted_by_other_processes(tmp_path: Path) -> None:
    PauseMark(tmp_path / "stages", "indexing").set("90 of 100 failed", 5)
    (note,) = paused_stages(tmp_path / "stages")
    assert (note.stage, note.reason, note.since) == ("indexing", "90 of 100 failed", 5)
    mark = PauseMark(tmp_path / "stages", "indexing")
    assert mark.is_set()
    mark.clear()
    mark.clear()
    assert paused_stages(tmp_path / "stages") == []


def test_a_half_written_pause_is_still_a_pause(tmp_path: Path) -> None:
    (tmp_path / "indexing.paused").write_bytes(b'{"stage":"inde')
    assert [note.stage for note in paused_stages(tmp_path)] == ["indexing"]


async def test_what_is_published_has_a_trace_that_is_the_same_for_the_same_event() -> None:
    stream, metrics = MemoryLog(clock=SystemClock(), partitions=1), Metrics()
    publisher = Publisher(stream, metrics)
    await publisher.publish([Out(PAGES_FETCHED, page(1), at=5), Out(PAGES_FETCHED, page(2), at=6, trace="given")])
    await publisher.publish([Out(PAGES_FETCHED, page(1), at=5)])
    first, second, again = [decode(record.value) for record in await stream.read("pages.fetched", 0, 0, 10)]
    assert first == again
    assert first.trace.startswith("00-")
    assert len(first.trace) == 55
    assert (first.at, second.trace) == (5, "given")
    written = metrics.registry.get_sample_value(
        "presswatch_messages_produced_total", {"topic": "pages.fetched", "outcome": "written"}
    )
    assert written == 3


async def test_an_event_on_the_wrong_topic_is_refused() -> None:
    publisher = Publisher(MemoryLog(clock=SystemClock()), Metrics())
    with pytest.raises(TypeError, match=r"articles\.enriched carries ArticleEnriched"):
        await publisher.publish([Out(ARTICLES_ENRICHED, page(1), at=1)])


async def test_a_page_too_large_for_a_message_is_refused_whole() -> None:
    stream = MemoryLog(clock=SystemClock())
    with pytest.raises(Poison) as refused:
        await Publisher(stream, Metrics()).publish([Out(PAGES_FETCHED, page(1, body=bytes(11 * 2**20)), at=1)])
    assert refused.value.reason == "too_large"
    assert await stream.topics() == []


async def test_a_page_of_ten_mebibytes_fits() -> None:
    stream = MemoryLog(clock=SystemClock())
    await Publisher(stream, Metrics()).publish([Out(PAGES_FETCHED, page(1, body=bytes(10 * 2**20)), at=1)])
    assert sum((await stream.end_offsets("pages.fetched")).values()) == 1


async def test_heartbeats_are_sent_until_told_to_stop_and_a_busy_log_does_not_end_them() -> None:
    class SometimesBusy(MemoryLog):
        calls = 0

        async def publish(self, outs: object) -> None:
            self.calls += 1
            if self.calls == 1:
                raise Retry("busy")
            assert isinstance(outs, list)
            assert all(isinstance(out, RawOut) for out in outs)
            await super().publish(outs)

    clock = FakeClock()
    stream, stop, metrics = SometimesBusy(clock=clock, partitions=1), asyncio.Event(), Metrics()
    service = HeartbeatService(Publisher(stream, metrics), clock=clock, metrics=metrics, seconds=0.01)
    task = asyncio.create_task(service.run(stop))
    await until(lambda: stream.calls >= 3)
    stop.set()
    await asyncio.wait_for(task, 5)
    beats = [decode(record.value).event for record in await stream.read("pages.fetched", 0, 0, 10)]
    assert beats[:2] == [Heartbeat(sequence=clock.now(), sent_at=clock.now())] * 2
    seen = metrics.registry.get_sample_value("presswatch_heartbeat_seen_timestamp_seconds", {"stage": "crawler"})
    assert seen == clock.now() / 1_000_000
