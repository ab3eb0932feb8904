"""A member of a consumer group by Faust.

Faust calls an agent with batches; the port asks for them. They meet in a handshake: the agent hands a batch over and
waits until there is room again; a message is acknowledged, and its offset committed, only by `commit`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any, cast

from faust.streams import Stream
from faust.types import TP, EventT, StreamT

from presswatch_shared.clock import SECOND
from presswatch_shared.stream.kafka.connection import translated
from presswatch_shared.stream.kafka.consumer import Write
from presswatch_shared.stream.kafka.faust_app import SoundApp, SoundConsumer, make_app
from presswatch_shared.stream.kafka.held import Held
from presswatch_shared.stream.kafka.member import Membership
from presswatch_shared.stream.kafka.rebalancing import finish_batch, leave
from presswatch_shared.stream.kafka.settings import KafkaSettings
from presswatch_shared.stream.port import Position, RawOut, RawRecord, Revoked
from presswatch_shared.stream.positions import Place

__all__ = ["FaustConsumer", "open_consumer"]

TAKE_MESSAGES = 200
TAKE_SECONDS = 0.05
# How often a poll that waits looks whether Faust still runs.
LOOK_SECONDS = 1.0
JOIN_SECONDS = 60.0
CLOSE_SECONDS = 5.0


async def open_consumer(
    settings: KafkaSettings, group: str, topics: Sequence[str], member: Membership, write: Write
) -> FaustConsumer:
    """Join the group. Raises: Retry: the cluster does not answer."""
    consumer = FaustConsumer(settings, group, topics, member, write)
    try:
        with translated(settings.address, f"joining group {group}"):
            async with asyncio.timeout(JOIN_SECONDS):
                await consumer.start()
    except BaseException:
        await consumer.close()
        raise
    return consumer


class FaustConsumer:
    """Made by `open_consumer`."""

    def __init__(
        self, settings: KafkaSettings, group: str, topics: Sequence[str], member: Membership, write: Write
    ) -> None:
        self._settings = settings
        self._member = member
        self._write = write
        self._held = Held()
        self._events: dict[Place, dict[int, EventT[Any]]] = {}
        self._stream: Stream[Any]
        self._stable = asyncio.Event()
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._closed = False
        self._app: SoundApp = make_app(settings, group, member, self)
        names = [settings.prefix + topic for topic in topics]
        channel = self._app.topic(
            *names, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
        )
        self._app.agent(channel, name=f"{group}.pump", concurrency=1)(self._pump)

    async def start(self) -> None:
        """Begin to fetch."""
        await self._app.start()

    async def poll(self, limit: int, wait: float) -> Sequence[RawRecord]:
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        self._held.settle()
        while True:
            self._refuse_if_crashed()
            self._arrived.clear()
            batch = self._held.give(limit) if self._stable.is_set() else []
            if self._held.waiting < TAKE_MESSAGES:
                self._room.set()
            left = until - loop.time()
            if batch or left <= 0:
                return batch
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), min(left, LOOK_SECONDS))

    async def commit(self, batch: Sequence[RawRecord], outs: Sequence[RawOut]) -> None:
        done = self._held.ends(batch)
        await self._write(outs)
        self._held.ends(batch)
        ends = {TP(self._settings.prefix + topic, number): end for (topic, number), end in done.items()}
        with translated(self._settings.address, "committing"):
            async with asyncio.timeout(self._settings.answer_within):
                for place, end in done.items():
                    await self._acknowledge(place, end)
                committed = await self._consumer.commit_up_to(ends)
        if not committed:
            self._refuse_if_crashed()
            raise Revoked("the group is being shared anew")
        self._held.done(done)

    async def rewind(self) -> None:
        """What was not committed is kept here: Faust gives it only once."""
        self._held.rewind()
        for place, events in self._events.items():
            self._held.fetched(self._record(place, event) for event in events.values())

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.after_rebalance(())
        self._room.set()
        await leave(self._app.stop(), self._member, within=CLOSE_SECONDS)

    async def before_rebalance(self) -> None:
        """The group is shared anew: let the batch in hand be finished."""
        await finish_batch(self._held, self._stable, self._member, within=self._settings.revoke_within)

    def after_rebalance(self, assigned: Collection[tuple[str, int]]) -> None:
        """Faust reads on from the committed offsets: what we have of a partition that stays ours comes once more."""
        places = [(topic[len(self._settings.prefix) :], number) for topic, number in assigned]
        self._held.keep_only(places)
        self._events = {place: self._events.get(place, {}) for place in places}
        for place in places:
            if place not in self._held.places:
                self._held.take(place, 0)
        self._stable.set()

    async def _pump(self, stream: StreamT[Any]) -> None:
        # Faust's interface does not list what its streams can do.
        self._stream = stream = cast("Stream[Any]", stream)
        async for events in stream.noack_take(TAKE_MESSAGES, within=TAKE_SECONDS):
            self._receive(events)
            self._room.clear()
            if self._held.waiting < TAKE_MESSAGES:
                continue
            await self._room.wait()

    def _receive(self, events: Sequence[Any]) -> None:
        for event in events:
            message = event.message
            place = message.topic[len(self._settings.prefix) :], message.partition
            if place not in self._held.places:
                continue
            is_new = message.offset >= self._held.position(place)
            if is_new or message.offset in self._events[place]:
                self._events[place][message.offset] = event
            if is_new:
                self._held.fetched([self._record(place, event)])
        self._arrived.set()

    async def _acknowledge(self, place: Place, end: int) -> None:
        events = self._events[place]
        for offset in [offset for offset in events if offset < end]:
            await self._stream.ack(events.pop(offset))

    def _record(self, place: Place, event: EventT[Any]) -> RawRecord:
        message = event.message
        return RawRecord(
            Position(place[0], place[1], message.offset),
            (message.key or b"").decode("utf-8", "replace"),
            message.value or b"",
            round(message.timestamp * SECOND),
        )

    def _refuse_if_crashed(self) -> None:
        if self._app.crashed and not self._closed:
            # Not to be retried: whoever supervises the stage makes a new consumer.
            raise RuntimeError(f"Faust has ended: {self._app.crash_reason}")

    @property
    def _consumer(self) -> SoundConsumer:
        consumer = self._app.consumer
        assert isinstance(consumer, SoundConsumer)
        return consumer
