"""From the client's records to ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from presswatch_shared.stream.port import Position, RawRecord

__all__ = ["Place", "ends_of", "raw_record"]

Place = tuple[str, int]
"""Topic and partition."""
MILLISECOND = 1_000


def raw_record(record: Any, prefix: str) -> RawRecord:
    """The client's record as a message of the port; a missing key or value is an empty one."""
    return RawRecord(
        Position(record.topic[len(prefix) :], record.partition, record.offset),
        (record.key or b"").decode("utf-8", "replace"),
        record.value or b"",
        record.timestamp * MILLISECOND,
    )


def ends_of(batch: Iterable[RawRecord]) -> Mapping[Place, int]:
    """The offset after the last message of each partition in the batch."""
    done: dict[Place, int] = {}
    for record in batch:
        place = record.position.topic, record.position.partition
        done[place] = max(done.get(place, 0), record.position.offset + 1)
    return done
