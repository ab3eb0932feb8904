from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from presswatch_shared.stream.attempt_journal import AttemptJournal
from presswatch_shared.stream.port import Position

TOPIC = "pages.fetched"


def at(*offsets: int) -> list[Position]:
    return [Position(TOPIC, 0, offset) for offset in offsets]


class Lives:
    """One process after the other on the same journal."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> AttemptJournal:
        """The journal as the next process finds it."""
        return AttemptJournal(self.path)

    def die_of(self, *offsets: int, resting: bool = False) -> None:
        """A process begins these messages (or the rest before one) and is killed before their end."""
        journal = self()
        with journal.resting(at(*offsets)[0]) if resting else journal.running(at(*offsets)):
            left = self.path.read_bytes()
        journal.close()
        self.path.write_bytes(left)


@pytest.fixture
def reborn(tmp_path: Path) -> Lives:
    return Lives(tmp_path / "stages" / "testing.attempt")


def test_a_batch_that_ended_leaves_no_suspects(reborn: Lives) -> None:
    with reborn().running(at(1, 2, 3)):
        pass
    assert not reborn().is_suspect(at(2)[0])


def test_a_batch_that_raised_leaves_no_suspects(reborn: Lives) -> None:
    with pytest.raises(ZeroDivisionError), reborn().running(at(1, 2, 3)):
        raise ZeroDivisionError
    assert not reborn().is_suspect(at(2)[0])


def test_after_a_death_the_messages_of_the_batch_are_suspects(reborn: Lives) -> None:
    reborn.die_of(5, 6, 7)
    journal = reborn()
    assert [journal.is_suspect(position) for position in at(4, 5, 7, 8)] == [False, True, True, False]
    assert not journal.is_suspect(Position(TOPIC, 1, 6))
    assert journal.deaths(at(5)[0]) == 0


def test_only_deaths_while_alone_count(reborn: Lives) -> None:
    reborn.die_of(5, 6, 7)
    reborn.die_of(5, 6, 7)
    assert reborn().deaths(at(5)[0]) == 0
    for deaths in (1, 2, 3):
        reborn.die_of(5)
        assert reborn().deaths(at(5)[0]) == deaths
    assert reborn().deaths(at(6)[0]) == 0


def test_a_death_at_rest_shows_that_something_else_kills(reborn: Lives) -> None:
    reborn.die_of(5)
    reborn.die_of(5)
    reborn.die_of(5)
    assert reborn().deaths(at(5)[0]) == 2
    reborn.die_of(5, resting=True)
    journal = reborn()
    assert journal.deaths(at(5)[0]) == 0
    assert journal.is_suspect(at(5)[0])


def test_a_message_that_is_done_is_no_suspect(reborn: Lives) -> None:
    reborn.die_of(5, 6, 7)
    journal = reborn()
    journal.cleared(at(5, 6))
    assert [journal.is_suspect(position) for position in at(5, 6, 7)] == [False, False, True]
    again = reborn()
    assert [again.is_suspect(position) for position in at(5, 6, 7)] == [False, False, True]
    again.cleared(at(9))
    assert not again.is_suspect(at(7)[0])


def test_the_count_ends_with_its_message(reborn: Lives) -> None:
    reborn.die_of(5)
    reborn.die_of(5)
    journal = reborn()
    assert journal.deaths(at(5)[0]) == 1
    journal.cleared(at(5))
    assert reborn().deaths(at(5)[0]) == 0


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\0" * 16384, id="zeros after a power failure"),
        pytest.param(b"\xff" * 100, id="garbage"),
        pytest.param(b'{"doing":"batch","suspects":[{"topic"', id="cut off"),
        pytest.param(b'{"doing":"dancing"}\n', id="of another version"),
    ],
)
def test_a_journal_that_cannot_be_read_is_begun_anew(reborn: Lives, content: bytes) -> None:
    reborn().close()
    reborn.path.write_bytes(content)
    assert not reborn().is_suspect(at(0)[0])


def test_a_short_mark_leaves_nothing_of_a_long_one(reborn: Lives) -> None:
    journal = reborn()
    with journal.running([Position(f"topic-{number}", 0, 0) for number in range(100)]):
        pass
    reborn.die_of(1)
    assert reborn().is_suspect(at(1)[0])
    assert not reborn().is_suspect(Position("topic-50", 0, 0))


def test_the_mark_survives_a_kill_without_a_sync(reborn: Lives) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from presswatch_shared.stream.attempt_journal import AttemptJournal\n"
        "from presswatch_shared.stream.port import Position\n"
        "journal = AttemptJournal(Path(sys.argv[1]))\n"
        "with journal.running([Position('pages.fetched', 0, 41)]):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    reborn().close()
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    ended = subprocess.run([sys.executable, "-c", program, str(reborn.path)], check=False, env=environment, timeout=60)
    assert ended.returncode == -9
    assert reborn().is_suspect(at(41)[0])


def test_it_costs_less_than_fifty_microseconds_a_batch(reborn: Lives) -> None:
    journal = reborn()
    positions = [Position(TOPIC, number // 25, number) for number in range(100)]
    fastest = float("inf")
    for _ in range(200):
        began = time.perf_counter()
        with journal.running(positions):
            pass
        fastest = min(fastest, time.perf_counter() - began)
    # The fastest of many, since the machine may be busy with other things.
    assert fastest < 50e-6


def test_replicas_on_one_folder_have_a_journal_each(tmp_path: Path) -> None:
    one, other = (AttemptJournal.of_replica(tmp_path, "testing") for _ in range(2))
    with one.running(at(1, 2)), other.running(at(8, 9)):
        files = sorted(path.name for path in tmp_path.glob("testing.attempt*"))
        kept = [(tmp_path / name).read_bytes().partition(b"\n")[0] for name in files]
    assert files == ["testing.attempt", "testing.attempt-1"]
    assert [b'"first":1' in kept[0], b'"first":8' in kept[1]] == [True, True]


def test_the_journal_of_a_replica_that_is_gone_is_taken_over(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from presswatch_shared.stream.attempt_journal import AttemptJournal\n"
        "from presswatch_shared.stream.port import Position\n"
        "journal = AttemptJournal.of_replica(Path(sys.argv[1]), 'testing')\n"
        "with journal.running([Position('pages.fetched', 0, 5)]):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.defpath}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, timeout=60)
    assert AttemptJournal.of_replica(tmp_path, "testing").is_suspect(at(5)[0])
