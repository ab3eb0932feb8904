"""A member of a consumer group by aiokafka: a plain loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition, errors

from presswatch_shared.stream.kafka.connection import translated
from presswatch_shared.stream.kafka.driver_options import group_options
from presswatch_shared.stream.kafka.held import Held
from presswatch_shared.stream.kafka.member import Membership
from presswatch_shared.stream.kafka.rebalancing import finish_batch, leave
from presswatch_shared.stream.kafka.records import raw_record
from presswatch_shared.stream.kafka.settings import KafkaSettings
from presswatch_shared.stream.port import RawOut, RawRecord, Revoked
from presswatch_shared.stream.positions import Place

__all__ = ["KafkaConsumer", "Write", "open_consumer"]

Write = Callable[[Sequence[RawOut]], Awaitable[None]]
"""Writes messages durably."""
JOIN_SECONDS = 60.0
CLOSE_SECONDS = 3.0
GRACE_SECONDS = 0.5


async def open_consumer(
    settings: KafkaSettings, group: str, topics: Sequence[str], member: Membership, write: Write
) -> KafkaConsumer:
    """Join the group. Raises: Retry: the cluster does not answer."""
    client = AIOKafkaConsumer(**group_options(settings, group, member))
    consumer = KafkaConsumer(settings, client, member, write)
    client.subscribe([settings.prefix + topic for topic in topics], listener=Rebalances(consumer))
    try:
        with translated(settings.address, f"joining group {group}"):
            async with asyncio.timeout(JOIN_SECONDS):
                await client.start()
    except BaseException:
        await consumer.close()
        raise
    return consumer


class Rebalances(ConsumerRebalanceListener):  # type: ignore[misc]  # the client has no types
    """Told by the client what it gives up and gets."""

    def __init__(self, consumer: KafkaConsumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        await self._consumer.before_rebalance()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self._consumer.after_rebalance()


class KafkaConsumer:
    """Made by `open_consumer`. What it holds over a rebalance without a gap is not read again."""

    def __init__(self, settings: KafkaSettings, client: Any, member: Membership, write: Write) -> None:
        self._settings = settings
        self._client = client
        self._member = member
        self._write = write
        self._held = Held()
        self._stable = asyncio.Event()
        self._moved = False
        self._closed = False

    async def poll(self, limit: int, wait: float) -> Sequence[RawRecord]:
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        self._held.settle()
        left = 0.0
        while True:
            if self._held.waiting < limit or not self._may_give:
                await self._fetch(left)
            batch = self._held.give(limit) if self._may_give else []
            left = until - loop.time()
            if batch or left <= 0:
                return batch

    @property
    def _may_give(self) -> bool:
        """Not while the group is shared anew, nor before it is known where each partition stands."""
        return self._stable.is_set() and not self._moved

    async def commit(self, batch: Sequence[RawRecord], outs: Sequence[RawOut]) -> None:
        # Looked at before anything is written: another member writes the same.
        done = self._held.ends(batch)
        await self._write(outs)
        self._held.ends(batch)
        if not done:
            # The client takes it for a mistake.
            return
        offsets = {self._place(place): end for place, end in done.items()}
        try:
            with translated(self._settings.address, "committing"):
                async with asyncio.timeout(self._settings.answer_within):
                    await self._client.commit(offsets)
        except (errors.CommitFailedError, errors.IllegalStateError) as error:
            raise Revoked(f"the group was shared anew: {error}") from error
        self._held.done(done)

    async def rewind(self) -> None:
        self._seek(self._held.rewind())

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._held.keep_only(())
        self._held.settle()
        await leave(self._client.stop(), self._member, within=CLOSE_SECONDS)

    async def before_rebalance(self) -> None:
        """The group is shared anew: let the batch in hand be finished."""
        await finish_batch(self._held, self._stable, self._member, within=self._settings.revoke_within)

    def after_rebalance(self) -> None:
        self._moved = True
        self._stable.set()

    async def _fetch(self, wait: float) -> None:
        with translated(self._settings.address, "reading"), suppress(TimeoutError):
            # The client waits for a new share of the group without a limit.
            async with asyncio.timeout(wait + GRACE_SECONDS):
                await self._stable.wait()
                if self._moved:
                    await self._take_over()
                found = await self._client.getmany(timeout_ms=round(max(wait, 0.0) * 1000))
                # After yet another rebalance everything is fetched again from where it should be.
                if not self._moved:
                    self._held.fetched(
                        raw_record(r, self._settings.prefix) for records in found.values() for r in records
                    )

    async def _take_over(self) -> None:
        """Go on where each partition stands: where we were, or where another member has come meanwhile."""
        self._moved = False
        try:
            assigned = {self._name(place): place for place in self._client.assignment()}
            committed = {name: await self._client.committed(place) or 0 for name, place in assigned.items()}
        except BaseException:
            self._moved = True
            raise
        self._held.keep_only(assigned)
        for name, offset in committed.items():
            if self._held.committed(name) != offset:
                self._held.take(name, offset)
        self._seek({name: self._held.position(name) for name in assigned})

    def _seek(self, positions: Mapping[Place, int]) -> None:
        assigned = self._client.assignment()
        for name, offset in positions.items():
            if (place := self._place(name)) in assigned:
                self._client.seek(place, offset)

    def _name(self, place: TopicPartition) -> Place:
        return place.topic[len(self._settings.prefix) :], place.partition

    def _place(self, name: Place) -> TopicPartition:
        return TopicPartition(self._settings.prefix + name[0], name[1])
