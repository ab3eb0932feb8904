from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import msgspec
import psutil
import pytest

from presswatch_enrichment.page import Page
from presswatch_enrichment.transform import HandOver
from presswatch_enrichment.workers import InProcess, in_order, transform_pages
from presswatch_shared.killable import KillablePool, WorkerKilled
from tests.fixtures.killing import CRASH, HUNGRY, SLOW
from tests.fixtures.saved_pages import page, saved_page

GOOD = saved_page("harbour_lantern")
TEXT = b"<html><body><p>The text that is left.</p></body></html>"


def worker_seconds() -> float:
    """CPU time of the processes that this one has started, and of those they have started."""
    times = (process.cpu_times() for process in psutil.Process().children(recursive=True))
    return float(sum(t.user + t.system + t.children_user + t.children_system for t in times))


@pytest.fixture
async def pool() -> AsyncIterator[KillablePool]:
    opened = KillablePool(
        "tests.fixtures.killing:work_or_die", workers=1, deadline_seconds=1.0, memory_bytes=2 * 1024**3
    )
    yield opened
    await opened.close()


@pytest.mark.parametrize(
    ("mark", "outcome"),
    [pytest.param(SLOW, "timeout", id="too slow"), pytest.param(HUNGRY, "memory", id="too big")],
)
async def test_a_killed_worker_costs_its_page_alone_and_the_text_is_kept(
    pool: KillablePool, mark: bytes, outcome: str
) -> None:
    pages = [GOOD, page(mark + TEXT), GOOD]
    found = [one.extracted for one in await transform_pages(pool, pages)]
    assert [one.outcome for one in found] == ["article", outcome, "article"]
    assert found[1].body == "The text that is left."
    assert found[0] == found[2]


async def test_pages_that_kill_workers_cost_their_deadlines_and_nothing_more(pool: KillablePool) -> None:
    """Of one worker: four deadlines of a second, and no start of a process that loads everything anew."""
    await pool.call(msgspec.msgpack.encode(HandOver(pages=(GOOD,))))
    before = worker_seconds()
    found = await transform_pages(pool, [*[page(SLOW + TEXT)] * 4, GOOD])
    assert [one.extracted.outcome for one in found] == ["timeout"] * 4 + ["article"]
    assert worker_seconds() - before < 4 * 1.0 + 2.0


async def test_a_crash_is_our_fault_and_goes_to_the_engine(pool: KillablePool) -> None:
    with pytest.raises(WorkerKilled):
        await transform_pages(pool, [page(CRASH + TEXT)])


async def test_a_crash_does_not_end_a_run_over_many_pages(pool: KillablePool) -> None:
    pages = [GOOD, page(CRASH + TEXT), GOOD]
    found = [one.extracted async for one in in_order(pool, pages, workers=1)]
    assert [(one.outcome, one.reason) for one in found] == [("article", ""), ("too_complex", "crash"), ("article", "")]


@pytest.mark.parametrize("workers", [1, 2, 7])
async def test_answers_come_in_the_order_of_the_pages_whatever_the_workers(workers: int) -> None:
    pages = [page(f"<html><head><title>Number {i}</title></head></html>") for i in range(20)]
    found = [one.extracted.title async for one in in_order(InProcess(), pages, workers=workers)]
    assert found == [f"Number {i}" for i in range(20)]


class Remembering(InProcess):
    """A pool of one worker that knows what it was given, in order."""

    def __init__(self) -> None:
        self.given: list[str] = []

    async def call(self, payload: bytes) -> bytes:
        self.given += [one.url for one in msgspec.msgpack.decode(payload, type=HandOver).pages]
        return await super().call(payload)


async def test_the_largest_pages_of_a_batch_go_first_and_answers_keep_its_order() -> None:
    pages = [
        Page(url=f"https://a.example/{size}", body=f"<title>Number {size}</title>{'<p>' * size}".encode(), fetched_at=0)
        for size in (2, 30, 1, 400, 3)
    ]
    pool = Remembering()
    found = await transform_pages(pool, pages)
    assert [url.rpartition("/")[2] for url in pool.given] == ["400", "30", "3", "2", "1"]
    assert [one.extracted.title for one in found] == [f"Number {size}" for size in (2, 30, 1, 400, 3)]


async def test_pages_are_read_only_as_far_ahead_as_workers_need() -> None:
    taken = 0

    def endless() -> Iterator[Page]:
        nonlocal taken
        while True:
            taken += 1
            yield Page(url="https://a.example/", body=b"", fetched_at=0)

    answers = in_order(InProcess(), endless(), workers=1)
    await anext(answers)
    assert taken < 20
