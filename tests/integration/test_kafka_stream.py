"""What only a real broker shows: topics, headers, dead letters, and what is said when it is away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from presswatch_shared.clock import SystemClock
from presswatch_shared.errors import ServerUnreachable
from presswatch_shared.ids import derived_id
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.dead_letters import DeadLetter, encode_entry
from presswatch_shared.stream.dlq import count_dead_letters, replay
from presswatch_shared.stream.kafka.address import parse_address
from presswatch_shared.stream.kafka.kafka_log import KafkaLog
from presswatch_shared.stream.kafka.settings import KafkaSettings
from presswatch_shared.stream.kafka.topic_rules import TopicRules, all_topics
from presswatch_shared.stream.port import MESSAGE_BYTES, Out, RawOut
from presswatch_shared.stream.publisher import Publisher
from presswatch_shared.topics import ARTICLES_ENRICHED, PAGES_FETCHED, dead_letter_topic, retry_topic
from tests.fixtures.dead_letters import dead_letter_entries
from tests.fixtures.enriched import enriched
from tests.fixtures.kafka_streams import fresh_prefix, kafka_stream
from tests.servers.addresses import KafkaAddress
from tests.servers.ports import free_ports

pytestmark = pytest.mark.servers


@pytest.fixture
def prefix() -> str:
    return fresh_prefix()


@pytest.fixture
async def stream(kafka: KafkaAddress, tmp_path: Path, prefix: str) -> AsyncIterator[KafkaLog]:
    opened = kafka_stream(kafka.bootstrap, tmp_path, host="aiokafka", prefix=prefix)
    yield opened
    await opened.close()


def with_rules(kafka: KafkaAddress, folder: Path, prefix: str, rules: TopicRules) -> KafkaLog:
    settings = KafkaSettings(
        address=parse_address(f"kafka://{kafka.bootstrap}"), prefix=prefix, rules=rules, folder=folder
    )
    return KafkaLog(settings, clock=SystemClock())


async def test_topics_are_made_once_and_mended_when_the_settings_change(
    kafka: KafkaAddress, stream: KafkaLog, tmp_path: Path, prefix: str
) -> None:
    made = await stream.apply_topics(all_topics())
    assert {change.what for change in made} == {"made"}
    assert list(await stream.topics()) == sorted(all_topics())
    assert {change.what for change in await stream.apply_topics(all_topics())} == {"kept"}
    other = with_rules(kafka, tmp_path, prefix, TopicRules(pages=3_600.0, partitions=8))
    try:
        changed = {change.topic: change for change in await other.apply_topics(all_topics())}
    finally:
        await other.close()
    assert changed[PAGES_FETCHED.name].what == "mended"
    assert "retention.ms=3600000" in changed[PAGES_FETCHED.name].details
    assert changed[ARTICLES_ENRICHED.name].what == "differs"
    assert "4 partitions instead of 8" in changed[ARTICLES_ENRICHED.name].details
    back = {change.topic: change.what for change in await stream.apply_topics(all_topics())}
    assert back.pop(PAGES_FETCHED.name) == "mended"
    assert set(back.values()) == {"kept"}


async def test_a_topic_that_is_missing_is_made_as_the_command_makes_it(stream: KafkaLog) -> None:
    await stream.publish([RawOut(PAGES_FETCHED.name, "k", b"x" * MESSAGE_BYTES)])
    assert [change.what for change in await stream.apply_topics([PAGES_FETCHED.name])] == ["kept"]


async def test_looking_makes_no_topics(stream: KafkaLog) -> None:
    assert await stream.end_offsets("pages.fetched") == {}
    assert await count_dead_letters(stream) == 0
    assert await stream.topics() == []


async def test_the_trace_goes_along_as_a_header(kafka: KafkaAddress, stream: KafkaLog, prefix: str) -> None:
    article = enriched()
    await Publisher(stream, Metrics()).publish([Out(ARTICLES_ENRICHED, article, at=1)])
    reader = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap, enable_auto_commit=False)
    await reader.start()
    try:
        places = [TopicPartition(prefix + ARTICLES_ENRICHED.name, number) for number in range(4)]
        reader.assign(places)
        await reader.seek_to_beginning(*places)
        record = await reader.getone()
    finally:
        await reader.stop()
    expected = f"00-{derived_id('trace', article.identity)}-"
    assert dict(record.headers)["traceparent"].decode().startswith(expected)


async def test_a_dead_letter_is_put_back_for_its_stage_alone(stream: KafkaLog) -> None:
    letter = DeadLetter(
        stage="indexing",
        topic=ARTICLES_ENRICHED.name,
        partition=0,
        offset=0,
        key="k",
        error="broken",
        reason="failed",
        attempts=3,
        at=1,
        raw=b"message",
        size=7,
    )
    await stream.publish([RawOut(dead_letter_topic(letter.topic, letter.stage), letter.key, encode_entry(letter))])
    (entry,) = await dead_letter_entries(stream)
    await replay(stream, entry, clock=SystemClock())
    assert await dead_letter_entries(stream) == []
    again = retry_topic(letter.topic, letter.stage)
    ends = await stream.end_offsets(again)
    found = [record for number in ends for record in await stream.read(again, number, 0, 10)]
    assert [(record.key, record.value) for record in found] == [("k", b"message")]


@pytest.mark.parametrize("host", ["aiokafka", "faust"])
async def test_a_replica_that_was_killed_is_not_waited_for(
    kafka: KafkaAddress, tmp_path: Path, prefix: str, host: str
) -> None:
    """The same id again: no rebalance, and no wait for the end of the session."""
    first = kafka_stream(kafka.bootstrap, tmp_path, host=host, prefix=prefix)
    await first.publish([RawOut("things", "k", b"1")])
    assert await (await first.consumer("group", ["things"])).poll(10, 20.0)
    await first.close()
    second = kafka_stream(kafka.bootstrap, tmp_path, host=host, prefix=prefix)
    try:
        consumer = await second.consumer("group", ["things"])
        assert await consumer.poll(10, 5.0)
    finally:
        await second.close()


async def test_a_broker_that_is_away_is_named(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    stream = kafka_stream(f"127.0.0.1:{port}", tmp_path, host="aiokafka")
    with pytest.raises(ServerUnreachable, match=f"127.0.0.1:{port}"):
        await stream.connect()
    await stream.close()
