from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator

import psutil
import pytest

from presswatch_shared.killable import KillablePool, WorkerKilled
from tests.fixtures.waiting import until

TARGET = "tests.fixtures.killable_targets:behave"


@pytest.fixture
async def pool() -> AsyncIterator[KillablePool]:
    made = KillablePool(TARGET, workers=2, deadline_seconds=0.3, memory_bytes=1024**3)
    yield made
    await made.close()


async def test_a_worker_answers_and_what_it_prints_does_not_reach_the_answer(pool: KillablePool) -> None:
    assert await pool.call(b"shout hello") == b"HELLO"


async def test_a_large_payload_goes_there_and_back(pool: KillablePool) -> None:
    payload = b"a" * (12 * 1024 * 1024)
    assert await pool.call(b"shout " + payload) == payload.upper()


async def test_a_worker_is_used_again(pool: KillablePool) -> None:
    assert await pool.call(b"pid") == await pool.call(b"pid")


async def test_calls_run_side_by_side_up_to_the_number_of_workers(pool: KillablePool) -> None:
    assert len(set(await asyncio.gather(*(pool.call(b"sleep 0.05") for _ in range(6))))) == 1
    pids = await asyncio.gather(*(pool.call(b"pid") for _ in range(6)))
    assert len(set(pids)) <= 2


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        pytest.param(b"spin", "timeout", id="a loop"),
        pytest.param(b"spin-in-c", "timeout", id="C code that holds the interpreter"),
        pytest.param(b"swallow", "memory", id="too much memory"),
        pytest.param(b"die", "crash", id="a segmentation fault"),
        pytest.param(b"fail because", "crash", id="an exception"),
    ],
)
async def test_what_overruns_is_killed_with_its_reason_and_the_next_call_works(
    pool: KillablePool, order: bytes, reason: str
) -> None:
    with pytest.raises(WorkerKilled) as caught:
        await pool.call(order)
    assert caught.value.reason == reason
    assert await pool.call(b"shout still here") == b"STILL HERE"


async def test_waiting_is_no_cpu_time(pool: KillablePool) -> None:
    assert await pool.call(b"sleep 0.8") == b"slept"


async def test_a_cancelled_call_leaves_no_stale_answer(pool: KillablePool) -> None:
    call = asyncio.create_task(pool.call(b"sleep 30"))
    await asyncio.sleep(0.3)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert await pool.call(b"shout fresh") == b"FRESH"


async def test_secrets_of_the_product_are_not_in_a_workers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSWATCH_SECRET_KEY", "hush")
    pool = KillablePool(TARGET)
    assert await pool.call(b"environment PRESSWATCH_SECRET_KEY") == b"absent"
    await pool.close()


async def test_a_target_that_is_not_there_is_said_so() -> None:
    pool = KillablePool("tests.fixtures.killable_targets:missing")
    with pytest.raises(WorkerKilled, match="missing"):
        await pool.call(b"")
    await pool.close()


PARENT = """
import asyncio, sys
from presswatch_shared.killable import KillablePool
async def main():
    pool = KillablePool("tests.fixtures.killable_targets:behave", workers=2, deadline_seconds=60)
    print((await pool.call(b"pid")).decode(), flush=True)
    await asyncio.gather(pool.call(b"sleep 60"), pool.call(b"spin"))
asyncio.run(main())
"""


async def test_no_worker_outlives_a_parent_that_was_killed() -> None:
    paths = os.pathsep.join(sys.path)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}
    )
    assert parent.stdout is not None
    worker = psutil.Process(int(parent.stdout.readline()))
    children: list[psutil.Process] = []

    def both_started() -> bool:
        children[:] = psutil.Process(parent.pid).children()
        return len(children) == 2

    await until(both_started)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    await until(lambda: not any(child.is_running() for child in (worker, *children)))


def test_a_worker_whose_parent_is_gone_before_it_is_ready_ends_without_a_word() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "presswatch_shared.killable_worker", TARGET, "0", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert worker.stdout is not None
    worker.stdout.close()
    assert (worker.communicate(timeout=60)[1], worker.returncode) == (b"", 0)
