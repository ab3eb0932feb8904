"""What a member of a group holds: fetched, given out, committed, a partition; without any client."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress

from presswatch_shared.stream.port import POLL_BYTES, RawRecord, Revoked
from presswatch_shared.stream.positions import Place, ends_of

__all__ = ["Held"]


class Held:
    """Gives out the partitions in turn, so that a busy one starves no other."""

    def __init__(self) -> None:
        self._committed: dict[Place, int] = {}
        self._given: dict[Place, int] = {}
        self._fetched: dict[Place, deque[RawRecord]] = {}
        self._turn = 0
        self._settled = asyncio.Event()
        self._settled.set()

    @property
    def places(self) -> Collection[Place]:
        return self._committed.keys()

    @property
    def waiting(self) -> int:
        """Messages fetched and not given out."""
        return sum(len(fetched) for fetched in self._fetched.values())

    def committed(self, place: Place) -> int | None:
        return self._committed.get(place)

    def take(self, place: Place, offset: int) -> None:
        """The partition is ours from this offset on."""
        self._committed[place] = self._given[place] = offset
        self._fetched[place] = deque()

    def keep_only(self, places: Collection[Place]) -> None:
        """All other partitions belong to somebody else now."""
        for place in set(self._committed) - set(places):
            del self._committed[place], self._given[place], self._fetched[place]
        self._look_whether_settled()

    def fetched(self, records: Iterable[RawRecord]) -> None:
        """These came; those of partitions that are not ours are passed over."""
        for record in records:
            queue = self._fetched.get((record.position.topic, record.position.partition))
            if queue is not None:
                queue.append(record)

    def position(self, place: Place) -> int:
        """What should be fetched next of the partition."""
        queue = self._fetched[place]
        return queue[-1].position.offset + 1 if queue else self._given[place]

    def give(self, limit: int) -> Sequence[RawRecord]:
        """Up to so many messages, and none more once they exceed `POLL_BYTES`."""
        places = sorted(place for place, queue in self._fetched.items() if queue)
        if not places:
            return []
        self._turn += 1
        start = self._turn % len(places)
        batch: list[RawRecord] = []
        size = 0
        for place in places[start:] + places[:start]:
            queue = self._fetched[place]
            while queue and len(batch) < limit and size < POLL_BYTES:
                batch.append(queue.popleft())
                size += len(batch[-1].value)
        self._given.update(ends_of(batch))
        self._settled.clear()
        return batch

    def ends(self, batch: Sequence[RawRecord]) -> Mapping[Place, int]:
        """The offsets that say a batch is done. Raises: Revoked: a partition of it is not ours any more."""
        done = ends_of(batch)
        lost = [place for place in done if place not in self._committed]
        if lost:
            raise Revoked(f"{len(lost)} partitions of the batch belong to another member now")
        return done

    def done(self, ends: Mapping[Place, int]) -> None:
        """These were committed."""
        self._committed.update((place, end) for place, end in ends.items() if end > self._committed.get(place, end))
        self._look_whether_settled()

    def rewind(self) -> Mapping[Place, int]:
        """Forget what was given out and not committed; where to fetch each partition from again."""
        self._given = dict(self._committed)
        for queue in self._fetched.values():
            queue.clear()
        self._settled.set()
        return dict(self._committed)

    def settle(self) -> None:
        """Whoever asks for more is done with what it has, one way or the other."""
        self._settled.set()

    async def settled(self, within: float) -> bool:
        """Wait until nothing is in hand, but no longer than so many seconds; whether nothing is."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), within)
        return self._settled.is_set()

    def _look_whether_settled(self) -> None:
        if self._given == self._committed:
            self._settled.set()
