from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from presswatch_shared.stream.log_keeper import LogKeeper, keep_rules
from presswatch_shared.stream.port import RawOut
from presswatch_shared.stream.sqlite_keeping import Keep
from presswatch_shared.stream.sqlite_log import SqliteLog, SqliteLogSettings, open_sqlite_log
from tests.fixtures.clocks import FakeClock

PAGES, ARTICLES = "pages.fetched", "articles.enriched"
DAY = 86_400
RULES = keep_rules(pages=3 * DAY, alerts=30 * DAY)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def log(tmp_path: Path, clock: FakeClock) -> AsyncIterator[SqliteLog]:
    opened = open_sqlite_log(
        tmp_path / "stream.db", clock=clock, settings=SqliteLogSettings(partitions=2, lease=1e9, share_every=0.05)
    )
    yield opened
    await opened.close()


async def keep(log: SqliteLog) -> None:
    await LogKeeper(log, RULES).keep(asyncio.Event())


async def kept(log: SqliteLog, topic: str) -> list[str]:
    ends = await log.end_offsets(topic)
    records = [record for number in ends for record in await log.read(topic, number, 0, 100_000)]
    return sorted(record.value.decode() for record in records)


async def append(log: SqliteLog, topic: str, *values: str, key: str = "") -> None:
    await log.publish([RawOut(topic, key or value, value.encode()) for value in values])


async def finish(log: SqliteLog, group: str, topic: str) -> None:
    """The group commits everything there is."""
    consumer = await log.consumer(group, [topic])
    while batch := await consumer.poll(1000, 0.0):
        await consumer.commit(batch, [])
    await consumer.close()


async def test_what_is_too_old_goes_and_offsets_still_grow(log: SqliteLog, clock: FakeClock) -> None:
    await append(log, PAGES, "a", "b", "c")
    clock.forward(4 * DAY)
    ends = await log.end_offsets(PAGES)
    await keep(log)
    assert await kept(log, PAGES) == []
    await append(log, PAGES, "a", "d")
    assert await kept(log, PAGES) == ["a", "d"]
    after = await log.end_offsets(PAGES)
    assert sum(after.values()) == sum(ends.values()) + 2
    assert all(after[number] >= ends[number] for number in ends)


async def test_what_is_young_stays(log: SqliteLog, clock: FakeClock) -> None:
    await append(log, PAGES, "old")
    clock.forward(2 * DAY)
    await append(log, PAGES, "young")
    clock.forward(1.5 * DAY)
    await keep(log)
    assert await kept(log, PAGES) == ["young"]


async def test_what_a_living_group_has_yet_to_read_is_not_removed(log: SqliteLog, clock: FakeClock) -> None:
    consumer = await log.consumer("enrichment", [PAGES])
    await append(log, PAGES, "a", "b", "c")
    clock.forward(4 * DAY)
    rejoined = await log.consumer("enrichment", [PAGES])
    await keep(log)
    assert await kept(log, PAGES) == ["a", "b", "c"]
    await consumer.close()
    await rejoined.close()
    await finish(log, "enrichment", PAGES)
    await keep(log)
    assert await kept(log, PAGES) == []


async def test_a_group_that_is_long_gone_holds_nothing_back(log: SqliteLog, clock: FakeClock) -> None:
    await (await log.consumer("gone", [PAGES])).close()
    await append(log, PAGES, "a")
    clock.forward(4 * DAY)
    await keep(log)
    assert await kept(log, PAGES) == []


async def test_of_a_compacted_topic_the_newest_of_each_key_stays_for_ever(log: SqliteLog, clock: FakeClock) -> None:
    for number in range(5):
        await append(log, ARTICLES, f"one {number}", key="one")
    await append(log, ARTICLES, "two 0", key="two")
    await keep(log)
    assert await kept(log, ARTICLES) == ["one 4", "two 0"]
    await append(log, ARTICLES, "two 1", key="two")
    clock.forward(900 * DAY)
    await keep(log)
    await keep(log)
    assert await kept(log, ARTICLES) == ["one 4", "two 1"]


async def test_a_version_that_a_living_group_has_yet_to_read_is_not_compacted_away(log: SqliteLog) -> None:
    await append(log, ARTICLES, "v1", key="one")
    await finish(log, "indexing", ARTICLES)
    consumer = await log.consumer("alerting", [ARTICLES])
    await append(log, ARTICLES, "v2", key="one")
    await append(log, ARTICLES, "v3", key="one")
    await finish(log, "indexing", ARTICLES)
    await keep(log)
    assert await kept(log, ARTICLES) == ["v1", "v2", "v3"]
    await consumer.close()
    await finish(log, "alerting", ARTICLES)
    await keep(log)
    assert await kept(log, ARTICLES) == ["v3"]


async def test_more_than_one_step_is_taken_where_there_is_more(log: SqliteLog, clock: FakeClock) -> None:
    await append(log, PAGES, *(str(number) for number in range(1000)))
    clock.forward(4 * DAY)
    await keep(log)
    assert await kept(log, PAGES) == []


async def test_reading_goes_on_behind_what_was_removed(log: SqliteLog, clock: FakeClock) -> None:
    await append(log, PAGES, "a", key="k")
    clock.forward(4 * DAY)
    await keep(log)
    await append(log, PAGES, "b", key="k")
    consumer = await log.consumer("late", [PAGES])
    batch = await consumer.poll(10, 1.0)
    assert [record.value for record in batch] == [b"b"]
    assert (await log.lag("late", [PAGES]))[PAGES].records == 1


@pytest.mark.parametrize(
    ("topic", "rule"),
    [
        pytest.param("pages.fetched", Keep(age=3 * DAY), id="pages"),
        pytest.param("articles.enriched", Keep(compacted=True), id="articles"),
        pytest.param("alerts.fired", Keep(age=30 * DAY), id="alerts"),
        pytest.param("pages.fetched.dlq.enrichment", Keep(age=30 * DAY), id="dead letters"),
        pytest.param("articles.enriched.retry.indexing", Keep(age=30 * DAY), id="replayed"),
        pytest.param("something.else", Keep(), id="unknown topics are kept"),
    ],
)
def test_each_topic_has_its_rule(topic: str, rule: Keep) -> None:
    assert RULES(topic) == rule


def test_zero_keeps_for_ever() -> None:
    assert keep_rules(pages=0, alerts=0)("pages.fetched") == Keep()
