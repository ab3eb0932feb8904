from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from presswatch_cli.commands.dlq import (
    Chosen,
    discard_chosen,
    list_document,
    render_letter,
    render_list,
    replay_chosen,
    resume,
    show_document,
)
from presswatch_shared.errors import BadInput
from presswatch_shared.stream.dlq import count_dead_letters, waiting
from presswatch_shared.stream.encoding import EVENT_BYTES
from presswatch_shared.stream.memory_log import MemoryLog
from presswatch_shared.stream.pause_mark import PauseMark
from presswatch_shared.stream.port import Position, RawRecord
from tests.fixtures.clocks import FakeClock
from tests.fixtures.dead_letters import set_aside
from tests.fixtures.stages import raw_page

CLOCK = FakeClock()


@pytest.fixture
async def stream() -> MemoryLog:
    log = MemoryLog(clock=CLOCK)
    await set_aside(log, CLOCK, 1)
    await set_aside(log, CLOCK, 2)
    await set_aside(log, CLOCK, 3, reason="undecodable", value=b"\xff no event \x1b[2J")
    await set_aside(log, CLOCK, 4, stage="indexing")
    return log


def printed(document: object, render: object) -> str:
    console = Console(file=io.StringIO(), width=200, force_terminal=False)
    render(document, console)  # type: ignore[operator]  # one of the two renderers
    text: str = console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO above
    return text


async def test_the_list_counts_and_shows_the_newest_first(stream: MemoryLog, tmp_path: Path) -> None:
    document = await list_document(stream, tmp_path, Chosen(), limit=3)
    assert document["total"] == 4
    assert document["counts"][0] == {"topic": "pages.fetched", "stage": "enrichment", "reason": "failed", "count": 2}
    assert [row["offset"] for row in document["entries"]] == [4, 3, 2]
    json.dumps(document)
    text = printed(document, render_list)
    assert "error 4" in text
    assert "1 older ones are not shown" in text


@pytest.mark.parametrize(
    ("chosen", "offsets"),
    [
        pytest.param(Chosen(stage="indexing"), [4], id="stage"),
        pytest.param(Chosen(reason="failed"), [4, 2, 1], id="reason"),
        pytest.param(Chosen(stage="enrichment", reason="undecodable"), [3], id="both"),
        pytest.param(Chosen(stage="nobody"), [], id="none"),
    ],
)
async def test_the_list_can_be_narrowed(stream: MemoryLog, tmp_path: Path, chosen: Chosen, offsets: list[int]) -> None:
    document = await list_document(stream, tmp_path, chosen)
    assert [row["offset"] for row in document["entries"]] == offsets


async def test_no_dead_letters_are_said_in_words(tmp_path: Path) -> None:
    document = await list_document(MemoryLog(clock=CLOCK), tmp_path, Chosen())
    assert printed(document, render_list) == "no dead letters\n"


async def test_one_is_shown_with_its_event_and_traceback(stream: MemoryLog, tmp_path: Path) -> None:
    listed = await list_document(stream, tmp_path, Chosen())
    document = await show_document(stream, listed["entries"][-1]["id"])
    assert document["message"]["type"] == "PageFetched"
    assert document["message"]["data"]["url"] == "https://fjord.example/1"
    assert document["attempts"] == 3
    text = printed(document, render_letter)
    assert "Traceback" in text
    assert "\x1b" not in text


async def test_what_is_no_event_is_shown_as_it_is_without_control_characters(stream: MemoryLog, tmp_path: Path) -> None:
    listed = await list_document(stream, tmp_path, Chosen(reason="undecodable"))
    text = printed(await show_document(stream, listed["entries"][0]["id"]), render_letter)
    assert "no event" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("entry_id", ["", "nonsense", "pages.fetched.dlq.enrichment/0/999"])
async def test_an_unknown_id_is_named(stream: MemoryLog, entry_id: str) -> None:
    with pytest.raises(BadInput, match="no dead letter"):
        await show_document(stream, entry_id)
    with pytest.raises(BadInput, match="no dead letter"):
        await replay_chosen(stream, Chosen(ids=[entry_id]), clock=CLOCK)


async def test_a_replay_puts_back_what_was_chosen_once(stream: MemoryLog) -> None:
    steps: list[tuple[int, int]] = []
    outcome = await replay_chosen(
        stream, Chosen(stage="enrichment"), clock=CLOCK, progress=lambda *step: steps.append(step)
    )
    assert (outcome.replayed, outcome.cut) == (3, [])
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert sum((await stream.end_offsets("pages.fetched.retry.enrichment")).values()) == 3
    assert await count_dead_letters(stream) == 1
    again = await replay_chosen(stream, Chosen(stage="enrichment"), clock=CLOCK)
    assert again.replayed == 0


async def test_what_is_discarded_is_gone_and_goes_to_no_stage(stream: MemoryLog, tmp_path: Path) -> None:
    listed = await list_document(stream, tmp_path, Chosen(stage="indexing"))
    assert await discard_chosen(stream, Chosen(ids=[listed["entries"][0]["id"]]), clock=CLOCK) == 1
    assert await discard_chosen(stream, Chosen(reason="failed"), clock=CLOCK) == 2
    (left,) = (await list_document(stream, tmp_path, Chosen()))["entries"]
    assert left["reason"] == "undecodable"
    assert [topic for topic in await stream.topics() if ".retry." in topic] == []
    with pytest.raises(BadInput, match="no dead letter"):
        await discard_chosen(stream, Chosen(ids=[listed["entries"][0]["id"]]), clock=CLOCK)


async def test_one_id_is_put_back_as_it_came(stream: MemoryLog, tmp_path: Path) -> None:
    listed = await list_document(stream, tmp_path, Chosen(stage="indexing"))
    await replay_chosen(stream, Chosen(ids=[listed["entries"][0]["id"]]), clock=CLOCK)
    topic = "pages.fetched.retry.indexing"
    ends = await stream.end_offsets(topic)
    (record,) = [record for number in ends for record in await stream.read(topic, number, 0, 10)]
    assert (record.key, record.value) == (raw_page(4).key, raw_page(4).value)


async def test_a_message_that_was_cut_is_not_put_back(tmp_path: Path) -> None:
    stream = MemoryLog(clock=CLOCK)
    await set_aside(stream, CLOCK, 1, value=b"x" * (EVENT_BYTES + 1))
    outcome = await replay_chosen(stream, Chosen(), clock=CLOCK)
    assert outcome.replayed == 0
    assert len(outcome.cut) == 1
    assert await count_dead_letters(stream) == 1


async def test_a_message_of_fourteen_mebibytes_is_kept_whole(tmp_path: Path) -> None:
    stream = MemoryLog(clock=CLOCK)
    await set_aside(stream, CLOCK, 1, value=b"x" * EVENT_BYTES)
    assert (await replay_chosen(stream, Chosen(), clock=CLOCK)).replayed == 1


async def test_paused_stages_are_listed_and_resumed(stream: MemoryLog, tmp_path: Path) -> None:
    PauseMark(tmp_path, "indexing").set("90 of 100 failed", 1_790_000_000_000_000)
    PauseMark(tmp_path, "alerting").set("91 of 100 failed", 1_790_000_000_000_000)
    document = await list_document(stream, tmp_path, Chosen())
    assert [pause["stage"] for pause in document["paused"]] == ["alerting", "indexing"]
    assert "presswatch dlq resume indexing" in printed(document, render_list)
    assert resume(tmp_path, "indexing") == ["indexing"]
    assert resume(tmp_path) == ["alerting"]
    assert resume(tmp_path) == []


def test_a_stage_that_is_not_paused_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="'indexing' is not paused"):
        resume(tmp_path, "indexing")


class CountingLog(MemoryLog):
    """Remembers the most that one read gave."""

    most = 0

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[RawRecord]:
        found = await super().read(topic, partition, offset, limit)
        self.most = max(self.most, len(found))
        return found


async def test_very_many_are_counted_though_few_are_read_at_a_time(tmp_path: Path) -> None:
    log = CountingLog(clock=CLOCK)
    for number in range(1_100):
        await set_aside(log, CLOCK, number, reason="failed" if number % 10 else "undecodable")
    await replay_chosen(log, Chosen(reason="undecodable"), clock=CLOCK)
    assert await count_dead_letters(log) == 990
    document = await list_document(log, tmp_path, Chosen(), limit=5)
    assert document["total"] == 990
    assert document["counts"] == [{"topic": "pages.fetched", "stage": "enrichment", "reason": "failed", "count": 990}]
    assert [row["error"] for row in document["entries"]] == [f"error {number}" for number in range(1_099, 1_094, -1)]
    assert log.most <= 200


@pytest.mark.parametrize(
    "name", ["", "x", "pages.fetched.dlq.enrichment/0/999", "pages.fetched/0/0", "a/b/c", "a/１/２"]
)
async def test_an_id_that_names_nothing_is_said(stream: MemoryLog, name: str) -> None:
    with pytest.raises(BadInput, match="no dead letter"):
        await show_document(stream, name)


class SummingLog(MemoryLog):
    """Counts the records that are read of it."""

    records_read = 0

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[RawRecord]:
        found = await super().read(topic, partition, offset, limit)
        self.records_read += len(found)
        return found


async def test_a_count_reads_a_bounded_part_of_a_long_log() -> None:
    log = SummingLog(clock=CLOCK)
    for number in range(60):
        await set_aside(log, CLOCK, number)
    found = [entry async for entry in waiting(log, newest=2)]
    partitions = await log.end_offsets(found[0].position.topic)
    assert len(found) == log.records_read == sum(min(end, 2) for end in partitions.values()) < 60
    newest = {entry.position for entry in found}
    assert all(
        Position(found[0].position.topic, number, end - 1) in newest for number, end in partitions.items() if end
    )
