"""Looking at dead letters and putting them back. Their topics are read outside any group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from presswatch_shared.clock import Clock
from presswatch_shared.stream.dead_letters import DeadLetter, Replayed, decode_entry, encode_entry
from presswatch_shared.stream.encoding import EVENT_BYTES
from presswatch_shared.stream.port import Position, RawOut, Stream
from presswatch_shared.topics import retry_topic

__all__ = ["Entry", "count_dead_letters", "dead_letter_entries", "load", "replay", "summary"]

MARK = ".dlq."
READ_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A dead letter that was not put back. `letter` is without its raw bytes, which may be large: see `load`."""

    position: Position
    letter: DeadLetter

    @property
    def id(self) -> str:
        """What a user types to name it."""
        return f"{self.position.topic}/{self.position.partition}/{self.position.offset}"

    @property
    def topic(self) -> str:
        """The topic that its stage reads."""
        return self.position.topic.partition(MARK)[0]

    @property
    def is_cut(self) -> bool:
        """Whether the message was too large to be kept whole."""
        return self.letter.size > EVENT_BYTES


async def dead_letter_entries(stream: Stream) -> Sequence[Entry]:
    """All that wait, oldest first."""
    found: list[Entry] = []
    for topic in await stream.topics():
        if MARK in topic:
            for partition in await stream.end_offsets(topic):
                found.extend(await _waiting(stream, topic, partition))
    return sorted(found, key=lambda entry: (entry.letter.at, entry.position))


async def count_dead_letters(stream: Stream) -> int:
    return len(await dead_letter_entries(stream))


def summary(entries: Sequence[Entry]) -> Sequence[tuple[tuple[str, str, str], int]]:
    """((topic, stage, reason), count), most first."""
    counts = Counter((entry.topic, entry.letter.stage, entry.letter.reason) for entry in entries)
    return sorted(counts.items(), key=lambda row: (-row[1], row[0]))


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


async def _waiting(stream: Stream, topic: str, partition: int) -> Sequence[Entry]:
    """The dead letters of a partition; a mark has the key of its letter, so it stands in the same partition."""
    found: dict[int, Entry] = {}
    offset = 0
    while records := await stream.read(topic, partition, offset, READ_LIMIT):
        for record in records:
            match decode_entry(record.value):
                case DeadLetter() as letter:
                    light = msgspec.structs.replace(letter, raw=b"")
                    found[record.position.offset] = Entry(record.position, light)
                case Replayed() as mark:
                    found.pop(mark.offset, None)
        offset = records[-1].position.offset + 1
    return list(found.values())
