"""The bulk loop against a server that is busy, blocked or refuses documents; sockets are real, answers scripted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from presswatch_shared.errors import Poison, Retry
from presswatch_shared.index.elastic.bulk import BulkItem, BulkOutcome, BulkResult, BulkWriter, raise_refused
from presswatch_shared.index.elastic.connecting import connect
from presswatch_shared.index.elastic.settings import elastic_settings
from tests.fixtures.scripted_search import ScriptedSearch, item, scripted_search

BUSY = item(429, "es_rejected_execution_exception", "queue full")
AWAY = item(503, "unavailable_shards_exception", "primary is away")
BAD = item(400, "document_parsing_exception", "no such date")
NEWER = item(409, "version_conflict_engine_exception", "current version [7] is higher")
DONE = item(201)
WRITTEN, REFUSED, OUTDATED = BulkOutcome.WRITTEN, BulkOutcome.REFUSED, BulkOutcome.OUTDATED


@dataclass
class Writing:
    """A scripted server and a writer for it; waits are remembered instead of waited."""

    server: ScriptedSearch
    waits: list[float] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    def write(self, *ids: str, chunk_bytes: int = 10_000) -> list[BulkResult]:
        settings = elastic_settings(self.server.url)
        client = connect(settings).client
        writer = BulkWriter(
            client,
            settings.where,
            refresh=False,
            count=lambda outcome, items: self.counted.update({outcome: items}),
            wait=self.waits.append,
            chance=lambda: 0.5,
            chunk_bytes=chunk_bytes,
        )
        try:
            return writer.write([BulkItem(index="i", id=key, version=1, body=b'{"a":1}') for key in ids])
        finally:
            client.close()


@pytest.fixture
def writing() -> Iterator[Writing]:
    with scripted_search(ScriptedSearch()) as server:
        yield Writing(server)


def outcomes(results: list[BulkResult]) -> list[BulkOutcome]:
    return [result.outcome for result in results]


def test_only_the_item_that_met_a_busy_server_is_sent_again(writing: Writing) -> None:
    writing.server.script = [(200, [DONE, BUSY, DONE, AWAY]), (200, [DONE, BUSY]), (200, [DONE])]
    assert outcomes(writing.write("a", "b", "c", "d")) == [WRITTEN] * 4
    assert writing.server.asked == [["a", "b", "c", "d"], ["b", "d"], ["d"]]
    assert writing.waits == [0.1, 0.2]
    assert writing.counted == {"written": 4, "again": 3}


def test_a_server_that_stays_busy_is_a_retry_after_a_bounded_number_of_tries(writing: Writing) -> None:
    writing.server.script = [(200, [DONE, BUSY])] + [(200, [BUSY])] * 9
    with pytest.raises(Retry, match=r"too busy for 1 of 2: 429 es_rejected_execution_exception: queue full"):
        writing.write("a", "b")
    assert len(writing.server.asked) == 5
    assert sum(writing.waits) < 3


def test_a_document_that_is_refused_is_refused_alone_and_says_why(writing: Writing) -> None:
    writing.server.script = [(200, [DONE, BAD, BUSY]), (200, [DONE])]
    results = writing.write("a", "b", "c")
    assert outcomes(results) == [WRITTEN, REFUSED, WRITTEN]
    assert results[1].reason == "document_parsing_exception: no such date"
    items = [BulkItem(index="i", id=key) for key in ("a", "b", "c")]
    with pytest.raises(Poison, match="article b is refused by the search server: document_parsing_exception") as poison:
        raise_refused("article", items, results)
    assert poison.value.reason == "unindexable"


def test_a_newer_version_at_the_server_is_no_failure(writing: Writing) -> None:
    writing.server.script = [(200, [NEWER, DONE])]
    assert outcomes(writing.write("a", "b")) == [OUTDATED, WRITTEN]
    assert writing.counted == {"outdated": 1, "written": 1}


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        pytest.param(
            429, "index [i] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage]", id="disk full"
        ),
        pytest.param(403, "index [i] blocked by: [FORBIDDEN/8/index write (api)]", id="set read-only"),
    ],
)
def test_a_blocked_index_is_a_retry_at_once(writing: Writing, status: int, reason: str) -> None:
    writing.server.script = [(200, [item(status, "cluster_block_exception", reason)])]
    with pytest.raises(Retry) as blocked:
        writing.write("a")
    assert reason in str(blocked.value)
    assert len(writing.server.asked) == 1


def test_a_key_without_the_right_is_a_retry_that_says_so(writing: Writing) -> None:
    writing.server.script = [(200, [item(403, "security_exception", "unauthorized for API key")])]
    with pytest.raises(Retry, match=r"refuses our key or user \(403\): security_exception"):
        writing.write("a")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_request_that_was_turned_away_whole_is_sent_again(writing: Writing, status: int) -> None:
    writing.server.script = [(status, []), (status, [])]
    assert outcomes(writing.write("a", "b")) == [WRITTEN] * 2
    assert writing.server.asked == [["a", "b"]] * 3


def test_a_request_that_is_too_large_is_halved_and_a_single_document_refused(writing: Writing) -> None:
    writing.server.script = [(413, []), (413, []), (413, [])]
    results = writing.write("a", "b", "c", "d")
    assert writing.server.asked == [["a", "b", "c", "d"], ["a", "b"], ["a"], ["b"], ["c", "d"]]
    assert outcomes(results) == [REFUSED, WRITTEN, WRITTEN, WRITTEN]
    assert "http.max_content_length" in results[0].reason


def test_requests_hold_a_bounded_number_of_bytes_and_never_nothing(writing: Writing) -> None:
    writing.write("a", "b", "c", "d", "e", chunk_bytes=14)
    writing.write("f", chunk_bytes=1)
    assert writing.server.asked == [["a", "b"], ["c", "d"], ["e"], ["f"]]


def test_an_answer_for_another_number_of_items_is_not_believed(writing: Writing) -> None:
    writing.server.script = [(200, [DONE])]
    with pytest.raises(Retry, match="answered for 1 of 2"):
        writing.write("a", "b")


def test_a_server_that_went_away_is_a_retry() -> None:
    with scripted_search(ScriptedSearch()) as server:
        client = connect(elastic_settings(server.url)).client
    writer = BulkWriter(client, server.url, refresh=False)
    with pytest.raises(Retry, match="does not answer"):
        writer.write([BulkItem(index="i", id="a", version=1, body=b"{}")])
    client.close()
