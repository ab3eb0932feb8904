from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from presswatch_shared.errors import BadInput
from presswatch_shared.logs import configure
from presswatch_shared.stream.kafka.address import KafkaAddress, parse_address
from presswatch_shared.stream.kafka.driver_logs import FewLines
from presswatch_shared.stream.kafka.held import Held
from presswatch_shared.stream.kafka.member import take_member
from presswatch_shared.stream.kafka.topic_rules import TopicRules, all_topics
from presswatch_shared.stream.port import POLL_BYTES, Position, RawRecord, Revoked


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param("kafka://a:1", KafkaAddress(("a:1",)), id="one server"),
        pytest.param("kafka://a,b:2", KafkaAddress(("a:9092", "b:2")), id="several, one without port"),
        pytest.param("kafka://[::1]:9", KafkaAddress(("[::1]:9",)), id="IPv6"),
        pytest.param("kafka+tls://a:1?ca=/x.pem", KafkaAddress(("a:1",), tls=True, ca=Path("/x.pem")), id="TLS"),
        pytest.param(
            "kafka+tls://me:p%40ss@a:1",
            KafkaAddress(("a:1",), tls=True, sasl="SCRAM-SHA-512", user="me", password="p@ss"),
            id="user and password",
        ),
        pytest.param("kafka://me@a:1?sasl=plain", KafkaAddress(("a:1",), sasl="PLAIN", user="me"), id="kind of login"),
    ],
)
def test_an_address_is_read(text: str, address: KafkaAddress) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("http://a:1", "kafka://host:9092", id="other scheme"),
        pytest.param("kafka://a:x", "'a:x'", id="port is no number"),
        pytest.param("kafka://", "''", id="no server"),
        pytest.param("kafka://a:1/topic", "ends after the port", id="a path"),
        pytest.param("kafka://a:1?tls=1", "'tls'", id="unknown option"),
        pytest.param("kafka://u:geheim@a:1?sasl=magic", "sasl=magic", id="unknown login"),
    ],
)
def test_a_wrong_address_is_refused_without_its_password(text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_address(text)
    assert said in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_password_does_not_show_in_a_trace() -> None:
    assert "geheim" not in repr(parse_address("kafka://u:geheim@a:1"))


def test_the_topics_keep_what_the_settings_say() -> None:
    rules = TopicRules(pages=86_400.0, alerts=0.0, partitions=6)
    pages, articles, alerts = (
        rules.spec(name, brokers=5) for name in ("pages.fetched", "articles.enriched", "alerts.fired")
    )
    assert (pages.partitions, pages.replicas, pages.configs["retention.ms"]) == (6, 3, "86400000")
    assert pages.configs["min.insync.replicas"] == "2"
    assert articles.configs["cleanup.policy"] == "compact"
    assert alerts.configs["retention.ms"] == "-1"
    assert rules.spec("pages.fetched.dlq.enrichment", brokers=1).configs["retention.ms"] == str(30 * 86_400_000)
    assert int(pages.configs["max.message.bytes"]) > 16 * 2**20
    assert {"articles.enriched.dlq.alerting", "articles.enriched.retry.indexing"} <= set(all_topics())


def test_replicas_of_one_folder_have_ids_of_their_own_and_get_them_again(tmp_path: Path) -> None:
    first, second = take_member(tmp_path, "alerting"), take_member(tmp_path, "alerting")
    other = take_member(tmp_path / "other", "alerting")
    assert len({first.id, second.id, other.id}) == 3
    first.give_back()
    assert take_member(tmp_path, "alerting").id == first.id


def test_a_replica_may_be_named(tmp_path: Path) -> None:
    assert take_member(tmp_path, "alerting", "blue 1").id == "blue-1-alerting-0"


class Lines:
    """A driver's logger whose lines go through `FewLines`, with a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self._handler = FewLines(lambda: self.now, 30.0)

    def say(self, text: str, *arguments: object) -> str:
        record = logging.LogRecord("aiokafka", logging.ERROR, "", 0, text, arguments, None)
        with redirect_stderr(io.StringIO()) as written:
            configure("WARNING", json_lines=True)
            self._handler.handle(record)
        return written.getvalue()


def test_lines_of_one_kind_are_written_once_in_a_while() -> None:
    lines = Lines()
    assert "node 1 is away" in lines.say("node %s is away", 1)
    assert [lines.say("node %s is away", number) for number in range(500)] == [""] * 500
    assert "another matter" in lines.say("another matter")
    lines.now = 31.0
    assert '"left_out": 500' in lines.say("node %s is away", 2)


def record(number: int, offset: int, size: int = 1) -> RawRecord:
    return RawRecord(Position("t", number, offset), "k", b"x" * size, 0)


def offsets(batch: Sequence[RawRecord]) -> list[int]:
    return [message.position.offset for message in batch]


def held(*records: RawRecord) -> Held:
    made = Held()
    for number in {message.position.partition for message in records}:
        made.take(("t", number), 0)
    made.fetched(records)
    return made


def test_what_was_given_and_not_committed_is_fetched_again_after_a_rewind() -> None:
    holding = held(*(record(0, offset) for offset in range(6)))
    batch = holding.give(4)
    holding.done(holding.ends(batch[:2]))
    assert holding.rewind() == {("t", 0): 2}
    assert holding.give(9) == []


def test_a_partition_that_went_to_another_member_is_given_up() -> None:
    holding = held(record(0, 0), record(1, 0))
    batch = holding.give(9)
    holding.keep_only([("t", 0)])
    with pytest.raises(Revoked):
        holding.ends(batch)
    holding.fetched([record(1, 1)])
    assert holding.give(9) == []


def test_an_older_commit_does_not_take_a_newer_one_back() -> None:
    holding = held(*(record(0, offset) for offset in range(4)))
    batch = holding.give(4)
    holding.done(holding.ends(batch))
    holding.done(holding.ends(batch[:2]))
    assert holding.committed(("t", 0)) == 4


def test_the_partitions_take_turns() -> None:
    holding = held(*(record(number, offset) for number in (0, 1) for offset in range(9)))
    first = {message.position.partition for message in holding.give(3)}
    assert first != {message.position.partition for message in holding.give(3)}


def test_large_messages_are_given_a_few_at_a_time() -> None:
    holding = held(*(record(0, offset, POLL_BYTES // 2) for offset in range(5)))
    assert [offsets(holding.give(9)) for _ in range(3)] == [[0, 1], [2, 3], [4]]


async def test_a_rebalance_waits_for_the_batch_in_hand_but_not_for_ever() -> None:
    holding = held(record(0, 0))
    assert await holding.settled(0)
    batch = holding.give(9)
    assert not await holding.settled(0.01)
    holding.done(holding.ends(batch))
    assert await holding.settled(0)
