from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from presswatch_shared.clock import SystemClock
from presswatch_shared.stream.dlq import load
from presswatch_shared.stream.sqlite_log import SqliteLogSettings, open_sqlite_log
from tests.fixtures.dead_letters import dead_letter_entries
from tests.fixtures.stages import page, raw_page

SCRIPT = Path(__file__).parents[3] / "fixtures" / "deadly_stage.py"
PAGES, DEADLY = 24, 13
NONE = -1
KILLS = 6


def start(folder: Path, deadly: int, seconds: float) -> subprocess.Popen[bytes]:
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    command = [sys.executable, str(SCRIPT), str(folder), str(deadly), str(seconds)]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


async def publish_pages(folder: Path, count: int) -> None:
    one_partition = SqliteLogSettings(partitions=1)
    log = open_sqlite_log(folder / "stream.db", clock=SystemClock(), settings=one_partition)
    await log.publish([raw_page(number) for number in range(count)])
    await log.close()


def handled(folder: Path) -> list[int]:
    notes = folder / "notes"
    return [int(line) for line in notes.read_text().split()] if notes.exists() else []


async def test_a_message_that_kills_the_process_is_set_aside_and_all_others_are_handled(tmp_path: Path) -> None:
    await publish_pages(tmp_path, PAGES)
    codes: list[int] = []
    while 0 not in codes and len(codes) < 8:
        codes.append(start(tmp_path, DEADLY, 0.0).wait(60))

    # Once in its batch, three times alone, and then the process lives.
    assert codes == [-9, -9, -9, -9, 0]
    assert set(handled(tmp_path)) == set(range(PAGES)) - {DEADLY}
    # Only the batch that was in hand at the first death came twice, as far as it had come.
    assert len(handled(tmp_path)) == PAGES - 1 + DEADLY % 10
    log = open_sqlite_log(tmp_path / "stream.db", clock=SystemClock())
    (entry,) = await dead_letter_entries(log)
    assert (entry.letter.reason, entry.letter.attempts, entry.letter.offset) == ("killed", 3, DEADLY)
    assert page(DEADLY).url_hash.encode() in (await load(log, entry)).raw
    await log.close()


@pytest.mark.slow
async def test_kills_from_outside_set_no_good_message_aside(tmp_path: Path) -> None:
    await publish_pages(tmp_path, 60)
    chance = random.Random(4)
    for _ in range(KILLS):
        process = start(tmp_path, NONE, 0.02)
        _wait_for_work(tmp_path, process)
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.wait()
    assert start(tmp_path, NONE, 0.0).wait(60) == 0
    assert set(handled(tmp_path)) == set(range(60))
    log = open_sqlite_log(tmp_path / "stream.db", clock=SystemClock())
    assert await dead_letter_entries(log) == []
    await log.close()


def _wait_for_work(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the process has handled something, or has nothing left to do."""
    before = len(handled(folder))
    deadline = time.monotonic() + 30
    while len(handled(folder)) == before and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
