"""The index anew from the log, which keeps every article."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from presswatch_indexing.service import IndexingStage
from presswatch_indexing.settings import IndexingSettings
from presswatch_shared.envelope import decode
from presswatch_shared.errors import Poison
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.port import ArticleIndex, PutOutcome
from presswatch_shared.stream.port import Lag, RawRecord
from presswatch_shared.topics import ARTICLES_ENRICHED

__all__ = [
    "Progress",
    "ReadableLog",
    "Rebuilt",
    "articles_in",
    "put_each",
    "read_all",
    "rebuild",
    "was_lost",
]

Progress = Callable[[int, int], None]
"""Called with messages read and messages there are."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found in the log."""

    read: int
    outcomes: dict[PutOutcome, int]
    skipped: int
    """Messages that are no articles, or cannot be indexed."""


class ReadableLog(Protocol):
    """What a rebuild needs of the stream."""

    async def end_offsets(self, topic: str) -> Mapping[int, int]: ...

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[RawRecord]: ...

    async def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, Lag]: ...


async def was_lost(log: ReadableLog, index: ArticleIndex) -> bool:
    """Whether the index is empty though the stage has read the log: its folder was removed. A rebuild mends it."""
    if await index.count():
        return False
    topic = ARTICLES_ENRICHED.name
    unread = (await log.lag(IndexingStage.name, [topic]))[topic].records
    return unread < sum((await log.end_offsets(topic)).values())


async def rebuild(
    log: ReadableLog, index: ArticleIndex, settings: IndexingSettings, progress: Progress = lambda done, total: None
) -> Rebuilt:
    """Put every article of the log into the index, which may be empty or not: the newest version wins."""
    outcomes: Counter[PutOutcome] = Counter()
    read = 0
    async for records in read_all(log, settings.batch, progress):
        outcomes.update(outcome for _, outcome in await put_each(index, articles_in(records)))
        read += len(records)
    return Rebuilt(read, dict(outcomes), skipped=read - outcomes.total())


async def read_all(
    log: ReadableLog, size: int, progress: Progress = lambda done, total: None
) -> AsyncIterator[Sequence[RawRecord]]:
    """All messages that were there when it began, in chunks."""
    ends = await log.end_offsets(ARTICLES_ENRICHED.name)
    passed = 0
    for partition, end in sorted(ends.items()):
        async for records in _chunks(log, partition, end, size):
            yield records
            progress(passed + records[-1].position.offset + 1, sum(ends.values()))
        passed += end


async def _chunks(log: ReadableLog, partition: int, end: int, size: int) -> AsyncIterator[Sequence[RawRecord]]:
    offset = 0
    while offset < end:
        records = await log.read(ARTICLES_ENRICHED.name, partition, offset, size)
        if not records:
            return
        yield records
        offset = records[-1].position.offset + 1


def articles_in(records: Sequence[RawRecord]) -> list[ArticleEnriched]:
    """The articles: no heartbeats, and not what the stage has put into the dead letters."""
    return [article for record in records if (article := _article(record)) is not None]


def _article(record: RawRecord) -> ArticleEnriched | None:
    try:
        event = decode(record.value).event
    except Poison:
        return None
    return event if isinstance(event, ArticleEnriched) else None


async def put_each(
    index: ArticleIndex, articles: Sequence[ArticleEnriched]
) -> list[tuple[ArticleEnriched, PutOutcome]]:
    """The articles that can be indexed, with what became of them; one that cannot is found by putting them singly."""
    try:
        return list(zip(articles, await index.put(articles), strict=True))
    except Poison:
        if len(articles) == 1:
            return []
    return [done for article in articles for done in await put_each(index, [article])]
