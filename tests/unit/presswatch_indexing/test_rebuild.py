from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from presswatch_indexing.rebuild import Rebuilt, rebuild, was_lost
from presswatch_indexing.settings import IndexingSettings
from presswatch_shared.envelope import encode, wrap
from presswatch_shared.errors import Poison
from presswatch_shared.events import ArticleEnriched, Event, Heartbeat
from presswatch_shared.index.in_memory import InMemoryIndex
from presswatch_shared.index.port import PutOutcome
from presswatch_shared.stream.port import Lag, Position, RawRecord
from presswatch_shared.topics import ARTICLES_ENRICHED
from tests.fixtures.enriched import enriched


class OldLog:
    """A log that is only read: messages a partition, of which the first may be gone."""

    def __init__(self, partitions: Mapping[int, Sequence[Event | bytes]], first: int = 0, unread: int = 0) -> None:
        self._first = first
        self._unread = unread
        self._partitions = {
            number: [event if isinstance(event, bytes) else encode(wrap(event, at=0)) for event in events]
            for number, events in partitions.items()
        }

    async def end_offsets(self, topic: str) -> Mapping[int, int]:
        assert topic == ARTICLES_ENRICHED.name
        return {number: self._first + len(values) for number, values in self._partitions.items()}

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[RawRecord]:
        records = [
            RawRecord(Position(topic, partition, self._first + place), "key", value, 0)
            for place, value in enumerate(self._partitions[partition])
        ]
        return [record for record in records if record.position.offset >= offset][:limit]

    async def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, Lag]:
        assert group == "indexing"
        return {topic: Lag(self._unread, 0.0) for topic in topics}


class PickyIndex(InMemoryIndex):
    """Cannot take an article with the title `bad`."""

    async def put(self, articles: Sequence[ArticleEnriched]) -> tuple[PutOutcome, ...]:
        if any(article.title == "bad" for article in articles):
            raise Poison("no")
        return await super().put(articles)


async def test_every_article_of_the_log_is_put_and_progress_told() -> None:
    log = OldLog({0: [enriched(f"a{n}") for n in range(5)], 1: [enriched("b"), Heartbeat(sequence=1, sent_at=1), b"{"]})
    index = InMemoryIndex()
    told: list[tuple[int, int]] = []
    report = await rebuild(log, index, IndexingSettings(batch=2), lambda done, total: told.append((done, total)))
    assert report == Rebuilt(read=8, outcomes={PutOutcome.INDEXED: 6}, skipped=2)
    assert await index.count() == 6
    assert told == [(2, 8), (4, 8), (5, 8), (7, 8), (8, 8)]


async def test_the_newest_version_wins_wherever_it_stands() -> None:
    versions = [enriched(version=n, body=f"version {n}") for n in (1, 3, 2)]
    index = InMemoryIndex()
    report = await rebuild(OldLog({0: versions}), index, IndexingSettings(batch=1))
    assert report.outcomes == {PutOutcome.INDEXED: 2, PutOutcome.SUPERSEDED: 1}
    assert await index.get("a1") == versions[1]


async def test_a_rebuild_may_be_done_over_an_index_that_is_there() -> None:
    index = InMemoryIndex()
    log = OldLog({0: [enriched()]})
    await rebuild(log, index, IndexingSettings())
    assert (await rebuild(log, index, IndexingSettings())).outcomes == {PutOutcome.UNCHANGED: 1}


async def test_a_log_whose_beginning_is_gone_is_read_from_what_is_left() -> None:
    report = await rebuild(OldLog({0: [enriched("a"), enriched("b")]}, first=100), InMemoryIndex(), IndexingSettings())
    assert report.read == 2


async def test_an_article_that_cannot_be_indexed_is_skipped_alone() -> None:
    index = PickyIndex()
    articles = [enriched("a"), enriched("b", title="bad"), enriched("c")]
    report = await rebuild(OldLog({0: articles}), index, IndexingSettings())
    assert (report.skipped, await index.count()) == (1, 2)


@pytest.mark.parametrize(
    ("indexed", "written", "unread", "lost"),
    [
        pytest.param(0, 2, 0, True, id="all read, nothing indexed"),
        pytest.param(0, 2, 1, True, id="some read, nothing indexed"),
        pytest.param(0, 2, 2, False, id="nothing read yet"),
        pytest.param(0, 0, 0, False, id="nothing written yet"),
        pytest.param(1, 2, 0, False, id="something indexed"),
    ],
)
async def test_an_index_is_lost_if_it_is_empty_and_the_log_was_read(
    indexed: int, written: int, unread: int, lost: bool
) -> None:
    index = InMemoryIndex()
    await index.put([enriched(f"a{n}") for n in range(indexed)])
    assert await was_lost(OldLog({0: [enriched(f"a{n}") for n in range(written)]}, unread=unread), index) is lost
