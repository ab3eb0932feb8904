from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.fixtures.stages import page, raw_page

from presswatch_shared.clock import SystemClock
from presswatch_shared.stream.dlq import dead_letter_entries, load
from presswatch_shared.stream.sqlite_log import SqliteLogSettings, open_sqlite_log

SCRIPT = Path(__file__).parents[3] / "fixtures" / "deadly_stage.py"
PAGES, DEADLY = 24, 13


async def test_a_message_that_kills_the_process_is_set_aside_and_all_others_are_handled(tmp_path: Path) -> None:
    one_partition = SqliteLogSettings(partitions=1)
    log = open_sqlite_log(tmp_path / "stream.db", clock=SystemClock(), settings=one_partition)
    await log.publish([raw_page(number) for number in range(PAGES)])
    await log.close()
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    codes: list[int] = []
    while 0 not in codes and len(codes) < 8:
        command = [sys.executable, str(SCRIPT), str(tmp_path), str(DEADLY)]
        codes.append(subprocess.run(command, check=False, env=environment, timeout=60, capture_output=True).returncode)

    # Once in its batch, three times alone, and then the process lives.
    assert codes == [-9, -9, -9, -9, 0]
    handled = [int(line) for line in (tmp_path / "notes").read_text().split()]
    assert set(handled) == set(range(PAGES)) - {DEADLY}
    # Only the batch that was in hand at the first death came twice, as far as it had come.
    assert len(handled) == PAGES - 1 + DEADLY % 10
    log = open_sqlite_log(tmp_path / "stream.db", clock=SystemClock())
    (entry,) = await dead_letter_entries(log)
    assert (entry.letter.reason, entry.letter.attempts, entry.letter.offset) == ("killed", 3, DEADLY)
    assert page(DEADLY).url_hash.encode() in (await load(log, entry)).raw
    await log.close()
