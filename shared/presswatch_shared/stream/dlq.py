"""Looking at dead letters, putting them back and giving them up. Their topics are read outside any group."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from presswatch_shared.clock import Clock, Micros
from presswatch_shared.stream.dead_letters import DeadLetter, Replayed, decode_entry, encode_entry
from presswatch_shared.stream.encoding import EVENT_BYTES
from presswatch_shared.stream.port import Position, RawOut, Stream
from presswatch_shared.topics import DEAD_LETTERS, retry_topic

__all__ = [
    "Entry",
    "Overview",
    "count_dead_letters",
    "discard",
    "find",
    "load",
    "overview",
    "replay",
    "waiting",
]

READ_LIMIT = 200
COUNTED = 10_000
"""Records of a partition that are looked at for a count."""
# What is shown and may grow large is kept of few entries.
ROOM = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A dead letter that was not put back. `letter` is without raw bytes and traceback, which are large: see `load`."""

    position: Position
    letter: DeadLetter

    @property
    def id(self) -> str:
        """What a user types to name it."""
        return f"{self.position.topic}/{self.position.partition}/{self.position.offset}"

    @property
    def topic(self) -> str:
        """The topic that its stage reads."""
        return self.position.topic.partition(DEAD_LETTERS)[0]

    @property
    def is_cut(self) -> bool:
        """Whether the message was too large to be kept whole."""
        return self.letter.size > EVENT_BYTES


@dataclass(slots=True)
class Overview:
    """Of the dead letters that were asked for: how many by (topic, stage, reason), and the newest of them."""

    total: int = 0
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    newest: list[Entry] = field(default_factory=list)
    """The newest first."""


async def waiting(stream: Stream, *, newest: int | None = None) -> AsyncIterator[Entry]:
    """All dead letters that wait, a partition after another, in each the newest first. Few are in memory at a time.

    With `newest` only the last so many records of each partition are looked at.
    """
    for topic in await stream.topics():
        if DEAD_LETTERS in topic:
            for partition, end in (await stream.end_offsets(topic)).items():
                begin = 0 if newest is None else max(0, end - newest)
                async for entry in _waiting(stream, topic, partition, end, begin=begin):
                    yield entry


async def count_dead_letters(stream: Stream) -> int:
    """How many wait among the newest records of each partition: what is asked often must not read a log of years."""
    count = 0
    async for _ in waiting(stream, newest=COUNTED):
        count += 1
    return count


async def overview(stream: Stream, fits: Callable[[Entry], bool], *, limit: int) -> Overview:
    """Counts over all that fit, and the `limit` newest of them."""
    found = Overview()
    async for entry in waiting(stream):
        if fits(entry):
            found.total += 1
            found.counts[entry.topic, entry.letter.stage, entry.letter.reason] += 1
            found.newest.append(entry)
            if len(found.newest) > ROOM * limit:
                found.newest = _newest(found.newest, limit)
    found.newest = _newest(found.newest, limit)
    return found


async def find(stream: Stream, entry_id: str) -> Entry | None:
    """The waiting dead letter of this id."""
    topic, partition, offset = _place(entry_id)
    end = (await stream.end_offsets(topic)).get(partition, 0) if DEAD_LETTERS in topic else 0
    async for entry in _waiting(stream, topic, partition, end):
        if entry.position.offset <= offset:
            return entry if entry.position.offset == offset else None
    return None


async def load(stream: Stream, entry: Entry) -> DeadLetter:
    """The whole dead letter. Raises: LookupError: retention has removed it meanwhile."""
    position = entry.position
    for record in await stream.read(position.topic, position.partition, position.offset, 1):
        letter = decode_entry(record.value)
        if record.position == position and isinstance(letter, DeadLetter):
            return letter
    raise LookupError(f"dead letter {entry.id} is gone")


async def replay(stream: Stream, entry: Entry, *, clock: Clock) -> None:
    """Put the message back, for the stage that failed alone.

    It is written together with the mark that it was, so it is no dead letter any more, until it fails again.

    Raises:
        ValueError: only a part of the message was kept.
        LookupError: retention has removed it meanwhile.
    """
    if entry.is_cut:
        raise ValueError(f"dead letter {entry.id} holds only a part of its message")
    letter = await load(stream, entry)
    mark = Replayed(partition=entry.position.partition, offset=entry.position.offset, at=clock.now())
    await stream.publish(
        [
            RawOut(retry_topic(entry.topic, letter.stage), letter.key, letter.raw),
            RawOut(entry.position.topic, letter.key, encode_entry(mark)),
        ]
    )


async def discard(stream: Stream, entries: Sequence[Entry], *, clock: Clock) -> None:
    """Give messages up: they are no dead letters any more. Their bytes stay in the log until its retention ends."""
    now = clock.now()
    marks = [(entry, _given_up(entry.position, now)) for entry in entries]
    await stream.publish([RawOut(entry.position.topic, entry.letter.key, encode_entry(mark)) for entry, mark in marks])


def _given_up(place: Position, now: Micros) -> Replayed:
    return Replayed(partition=place.partition, offset=place.offset, at=now, discarded=True)


def _age(entry: Entry) -> tuple[int, Position]:
    return entry.letter.at, entry.position


def _newest(entries: list[Entry], limit: int) -> list[Entry]:
    return sorted(entries, key=_age, reverse=True)[:limit]


def _place(entry_id: str) -> tuple[str, int, int]:
    topic, _, rest = entry_id.partition("/")
    partition, _, offset = rest.partition("/")
    known = partition.isascii() and partition.isdigit() and offset.isascii() and offset.isdigit()
    return (topic, int(partition), int(offset)) if known else ("", 0, 0)


async def _waiting(stream: Stream, topic: str, partition: int, end: int, *, begin: int = 0) -> AsyncIterator[Entry]:
    """Those of a partition, from its end backwards: a mark stands behind its letter, and in its partition by its
    key."""
    put_back: set[int] = set()
    while end > begin:
        start = max(begin, end - READ_LIMIT)
        window = await _window(stream, topic, partition, start, end)
        if not window:
            # What stood here, and before it, retention has removed.
            return
        for position, entry in reversed(window):
            if isinstance(entry, Replayed):
                put_back.add(entry.offset)
            elif position.offset not in put_back:
                yield Entry(position, entry)
        end = start


async def _window(
    stream: Stream, topic: str, partition: int, start: int, end: int
) -> list[tuple[Position, DeadLetter | Replayed]]:
    """What stands between two offsets, without what is large."""
    found: list[tuple[Position, DeadLetter | Replayed]] = []
    while start < end and (records := await stream.read(topic, partition, start, end - start)):
        found += [(record.position, _light(record.value)) for record in records if record.position.offset < end]
        start = records[-1].position.offset + 1
    return found


def _light(raw: bytes) -> DeadLetter | Replayed:
    entry = decode_entry(raw)
    return msgspec.structs.replace(entry, raw=b"", traceback="") if isinstance(entry, DeadLetter) else entry
