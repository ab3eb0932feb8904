from __future__ import annotations

import asyncio
import subprocess
import sys
import time

from presswatch_cli.loop_watch import EXIT_CODE, LoopWatchSettings, watched_loop

QUICK = LoopWatchSettings(every_seconds=0.02, looks=25)
SPINS = """
import asyncio
from presswatch_cli.loop_watch import LoopWatchSettings
from presswatch_cli.supervise import supervise
from presswatch_shared.logs import configure

class Spins:
    name = "spins"

    async def run(self, stop: asyncio.Event) -> None:
        while True:
            pass

configure()
asyncio.run(supervise([Spins()], asyncio.Event(), LoopWatchSettings(every_seconds=0.05, looks=4)))
"""


def test_a_process_whose_loop_stands_still_says_where_and_ends() -> None:
    ended = subprocess.run([sys.executable, "-c", SPINS], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == EXIT_CODE
    assert "stands still" in ended.stderr
    assert "in run" in ended.stderr


async def test_a_loop_that_is_busy_and_comes_back_goes_on() -> None:
    codes: list[int] = []
    with watched_loop(QUICK, codes.append):
        for _ in range(8):
            # Longer in all than the looks that are allowed.
            time.sleep(0.1)  # the loop has to stand still
            await asyncio.sleep(0.05)
    assert codes == []


async def test_whoever_does_not_watch_any_more_ends_nothing() -> None:
    codes: list[int] = []
    with watched_loop(QUICK, codes.append):
        await asyncio.sleep(0)
    time.sleep(0.8)  # the loop has to stand still
    assert codes == []
