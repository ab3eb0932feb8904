"""The stream on a Kafka cluster: at least once, in order within a key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress

from presswatch_shared.clock import SECOND, Clock
from presswatch_shared.errors import Retry, ServerUnreachable
from presswatch_shared.stream.kafka.admin import Admin
from presswatch_shared.stream.kafka.consumer import Write
from presswatch_shared.stream.kafka.driver_logs import quiet_drivers
from presswatch_shared.stream.kafka.member import Membership, take_member
from presswatch_shared.stream.kafka.reader import Reader
from presswatch_shared.stream.kafka.sender import Sender
from presswatch_shared.stream.kafka.settings import KafkaSettings
from presswatch_shared.stream.kafka.topic_rules import TopicChange
from presswatch_shared.stream.port import Consumer, Lag, RawOut, RawRecord
from presswatch_shared.stream.sizes import refuse_too_large

__all__ = ["KafkaLog"]

# To see the age of one message, not to read on.
PEEK_BYTES = 4_096


class KafkaLog:
    """A `Stream`; connects when first used. `passing`: the topics it made are removed with it."""

    def __init__(self, settings: KafkaSettings, *, clock: Clock, passing: bool = False) -> None:
        quiet_drivers()
        self._settings = settings
        self._clock = clock
        self._passing = passing
        self._admin = Admin(settings)
        self._sender = Sender(settings)
        self._reader = Reader(settings)
        self._peek = Reader(settings, fetch_bytes=PEEK_BYTES)
        self._partitions: dict[str, int] = {}
        self._consumers: list[Consumer] = []

    async def connect(self) -> None:
        """Raises: ServerUnreachable: the cluster does not answer."""
        try:
            await self._admin.names()
        except Retry as error:
            raise ServerUnreachable(
                f"Kafka at {self._settings.address} cannot be reached: start it, or mend PRESSWATCH_STREAM"
            ) from error

    async def apply_topics(self, topics: Sequence[str]) -> Sequence[TopicChange]:
        """Make and mend these topics."""
        return await self._admin.apply(topics)

    async def publish(self, outs: Sequence[RawOut]) -> None:
        refuse_too_large(outs)
        if outs:
            await self._sender.send(outs, await self._ensure({out.topic: None for out in outs}))

    async def consumer(self, group: str, topics: Sequence[str]) -> Consumer:
        await self._ensure(topics)
        member = take_member(self._settings.folder, group, self._settings.member)
        consumer = await _opener(self._settings.host)(self._settings, group, topics, member, self.publish)
        self._consumers.append(consumer)
        return consumer

    async def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, Lag]:
        known = await self._find(topics)
        committed = await self._admin.offsets(group) if known else {}
        return {topic: await self._lag(topic, known.get(topic, 0), committed) for topic in topics}

    async def end_offsets(self, topic: str) -> Mapping[int, int]:
        known = await self._find([topic])
        if topic not in known:
            return {}
        return {number: end for number, (_, end) in (await self._reader.offsets(topic, known[topic])).items()}

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[RawRecord]:
        known = await self._find([topic])
        if not 0 <= partition < known.get(topic, 0):
            return []
        return await self._reader.read(topic, partition, offset, limit)

    async def topics(self) -> Sequence[str]:
        return await self._admin.names()

    async def close(self) -> None:
        for consumer in self._consumers:
            await consumer.close()
        if self._passing:
            await self._admin.remove(list(self._partitions))
        for part in (self._sender, self._reader, self._peek, self._admin):
            with suppress(Retry):
                await part.close()

    async def _lag(self, topic: str, partitions: int, committed: Mapping[tuple[str, int], int]) -> Lag:
        records, now = 0, self._clock.now()
        oldest = now
        for number, (first, end) in (await self._reader.offsets(topic, partitions)).items() if partitions else ():
            start = max(committed.get((topic, number), first), first)
            if start < end:
                records += end - start
                waiting = await self._peek.read(topic, number, start, 1)
                oldest = min([oldest, *(record.appended_at for record in waiting)])
        return Lag(records, (now - oldest) / SECOND)

    async def _ensure(self, topics: Iterable[str]) -> Mapping[str, int]:
        """How many partitions each topic has; made where it is missing, as `presswatch admin topics` makes it."""
        missing = [topic for topic in topics if topic not in self._partitions]
        if missing:
            self._partitions.update(await self._admin.ensure(missing))
        return self._partitions

    async def _find(self, topics: Sequence[str]) -> Mapping[str, int]:
        """The same, with nothing made."""
        missing = [topic for topic in topics if topic not in self._partitions]
        if missing:
            self._partitions.update(await self._admin.partitions(missing))
        return self._partitions


def _opener(host: str) -> Callable[[KafkaSettings, str, Sequence[str], Membership, Write], Awaitable[Consumer]]:
    """What opens a consumer of the host; imported when used, since Faust takes half a second."""
    if host == "faust":
        from presswatch_shared.stream.kafka import faust_consumer

        return faust_consumer.open_consumer
    from presswatch_shared.stream.kafka import consumer

    return consumer.open_consumer
