"""The stream in memory: the twin of the other hosts, for tests, the demo's rehearsals and measuring without a disk."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from presswatch_shared.clock import SECOND, Clock
from presswatch_shared.stream.partitioner import DEFAULT_PARTITIONS, partition_of
from presswatch_shared.stream.port import POLL_BYTES, Lag, Position, RawOut, RawRecord, Revoked
from presswatch_shared.stream.positions import Place, ends_of
from presswatch_shared.stream.sharing import next_share, quota
from presswatch_shared.stream.sizes import refuse_too_large

__all__ = ["MemoryLog"]


class MemoryLog:
    """A `Stream` that forgets everything when the process ends."""

    def __init__(self, *, clock: Clock, partitions: int = DEFAULT_PARTITIONS) -> None:
        self._clock = clock
        self._partitions = partitions
        self._logs: dict[str, list[list[RawRecord]]] = {}
        self._offsets: dict[str, dict[Place, int]] = defaultdict(dict)
        self._members: dict[str, list[MemoryConsumer]] = defaultdict(list)

    async def publish(self, outs: Sequence[RawOut]) -> None:
        refuse_too_large(outs)
        for out in outs:
            partitions = self._ensure(out.topic)
            number = partition_of(out.key, len(partitions))
            position = Position(out.topic, number, len(partitions[number]))
            partitions[number].append(RawRecord(position, out.key, out.value, self._clock.now()))
        self._wake({out.topic for out in outs})

    async def consumer(self, group: str, topics: Sequence[str]) -> MemoryConsumer:
        places = [(topic, number) for topic in topics for number in range(len(self._ensure(topic)))]
        consumer = MemoryConsumer(self, group, places)
        self._members[group].append(consumer)
        self.share(consumer)
        return consumer

    async def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, Lag]:
        return {topic: self._lag(group, topic) for topic in topics}

    async def end_offsets(self, topic: str) -> Mapping[int, int]:
        return {number: len(records) for number, records in enumerate(self._logs.get(topic, ()))}

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[RawRecord]:
        partitions = self._logs.get(topic, [])
        return self.read_from([((topic, partition), offset)], limit) if 0 <= partition < len(partitions) else []

    async def topics(self) -> Sequence[str]:
        return sorted(self._logs)

    async def close(self) -> None:
        self._members.clear()

    def read_from(self, starts: Iterable[tuple[Place, int]], limit: int) -> Sequence[RawRecord]:
        """Messages from each offset, partition after partition, until `limit` or `POLL_BYTES` is reached."""
        found: list[RawRecord] = []
        size = 0
        for (topic, number), offset in starts:
            for record in self._logs[topic][number][offset : offset + limit - len(found)]:
                found.append(record)
                size += len(record.value)
                if size >= POLL_BYTES:
                    return found
        return found

    async def finish(self, consumer: MemoryConsumer, done: Mapping[Place, int], outs: Sequence[RawOut]) -> None:
        """Append, then mark as done. Nothing is done for a member that has lost a partition."""
        lost = set(done) - set(consumer.committed)
        if lost:
            raise Revoked(f"{len(lost)} partitions of group {consumer.group} belong to another member now")
        await self.publish(outs)
        self._offsets[consumer.group].update(done)

    def share(self, consumer: MemoryConsumer) -> None:
        """Take and give up partitions, towards an even split of the group."""
        members = self._members[consumer.group]
        if consumer not in members:
            return
        names = [f"{index:06}" for index in range(len(members))]
        numbers = {number for _, number in consumer.places}
        held = _numbers(consumer.committed)
        step = next_share(
            numbers,
            held=held,
            taken={number for other in members if other is not consumer for number in _numbers(other.committed)},
            idle=held - _numbers(set(consumer.committed) - consumer.idle()),
            most=quota(len(numbers), names, names[members.index(consumer)]),
        )
        for place in consumer.places:
            if place[1] in step.give:
                consumer.drop(place)
            elif place[1] in step.take:
                consumer.add(place, self._offsets[consumer.group].get(place, 0))
        if step.give:
            self._wake({topic for topic, _ in consumer.places})

    def leave(self, consumer: MemoryConsumer) -> None:
        """The partitions of a closed consumer are free for others."""
        members = self._members[consumer.group]
        if consumer in members:
            members.remove(consumer)
            self._wake({topic for topic, _ in consumer.places})

    def _ensure(self, topic: str) -> list[list[RawRecord]]:
        return self._logs.setdefault(topic, [[] for _ in range(self._partitions)])

    def _wake(self, topics: set[str]) -> None:
        for members in self._members.values():
            for member in members:
                if any(topic in topics for topic, _ in member.places):
                    member.wake.set()

    def _lag(self, group: str, topic: str) -> Lag:
        records, oldest, now = 0, self._clock.now(), self._clock.now()
        for number, log in enumerate(self._logs.get(topic, ())):
            waiting = log[self._offsets[group].get((topic, number), 0) :]
            records += len(waiting)
            oldest = min([oldest, *(record.appended_at for record in waiting[:1])])
        return Lag(records, (now - oldest) / SECOND)


class MemoryConsumer:
    """Made by `MemoryLog.consumer`."""

    def __init__(self, log: MemoryLog, group: str, places: Sequence[Place]) -> None:
        self.group = group
        self.places = tuple(places)
        self.wake = asyncio.Event()
        self.committed: dict[Place, int] = {}
        self._log = log
        self._next: dict[Place, int] = {}
        self._turn = 0

    async def poll(self, limit: int, wait: float) -> Sequence[RawRecord]:
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        while True:
            self.wake.clear()
            self._log.share(self)
            batch = self._read(limit)
            left = until - loop.time()
            if batch or left <= 0:
                return batch
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), left)

    async def commit(self, batch: Sequence[RawRecord], outs: Sequence[RawOut]) -> None:
        done = ends_of(batch)
        await self._log.finish(self, done, outs)
        self.committed.update(done)

    async def rewind(self) -> None:
        self._next = dict(self.committed)

    async def close(self) -> None:
        self._next.clear()
        self.committed.clear()
        self._log.leave(self)

    def add(self, place: Place, committed: int) -> None:
        self.committed[place] = self._next[place] = committed

    def drop(self, place: Place) -> None:
        del self.committed[place], self._next[place]

    def idle(self) -> set[Place]:
        """The partitions of which nothing is polled and not committed."""
        return {place for place, committed in self.committed.items() if self._next[place] == committed}

    def _read(self, limit: int) -> Sequence[RawRecord]:
        places = sorted(self._next)
        if not places:
            return []
        self._turn = (self._turn + 1) % len(places)
        starts = [(place, self._next[place]) for place in places[self._turn :] + places[: self._turn]]
        batch = self._log.read_from(starts, limit)
        self._next.update(ends_of(batch))
        return batch


def _numbers(places: Iterable[Place]) -> set[int]:
    return {number for _, number in places}
