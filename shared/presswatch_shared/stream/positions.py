"""Where batches end, for hosts that commit the offset to go on from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from presswatch_shared.stream.port import RawRecord

__all__ = ["Place", "ends_of"]

Place = tuple[str, int]
"""Topic and partition."""


def ends_of(batch: Iterable[RawRecord]) -> Mapping[Place, int]:
    """The offset after the last message of each partition in the batch."""
    done: dict[Place, int] = {}
    for record in batch:
        place = record.position.topic, record.position.partition
        done[place] = max(done.get(place, 0), record.position.offset + 1)
    return done
