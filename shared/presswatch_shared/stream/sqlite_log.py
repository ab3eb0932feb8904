"""The embedded stream: one SQLite file. Outputs and offsets are written in one transaction, so inside the log a message
is handled exactly once. Several processes may use the file at once."""

from __future__ import annotations

import asyncio
import os
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from presswatch_shared.clock import SECOND, Clock
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.stream.partitioner import DEFAULT_PARTITIONS, partition_of
from presswatch_shared.stream.port import Lag, RawOut, RawRecord
from presswatch_shared.stream.sizes import refuse_too_large
from presswatch_shared.stream.sqlite_consumer import SqliteConsumer
from presswatch_shared.stream.sqlite_file import create_file
from presswatch_shared.stream.sqlite_group import Member, leave, renew, void
from presswatch_shared.stream.sqlite_rows import (
    Row,
    TopicRow,
    append,
    create_topics,
    ends,
    find_topics,
    lag,
    read_from,
)
from presswatch_shared.stream.sqlite_threads import SqliteReader, SqliteWriter

__all__ = ["SqliteLog", "SqliteLogSettings", "open_sqlite_log"]


@dataclass(frozen=True, slots=True)
class SqliteLogSettings:
    """Seconds, except `partitions`, which holds for topics made from now on."""

    partitions: int = DEFAULT_PARTITIONS
    lease: float = 10.0
    """A member that shows no sign of life for so long loses its partitions."""
    share_every: float = 1.0
    """How often a member looks whether partitions are to be taken or given up."""
    watch_every: float = 0.05
    """How often the file is looked at for what other processes append."""


def open_sqlite_log(path: Path, *, clock: Clock, settings: SqliteLogSettings | None = None) -> SqliteLog:
    """The log in the file, made when missing.

    Raises:
        BadInput: the file cannot be used; the text says why.
    """
    create_file(path)
    return SqliteLog(path, clock=clock, settings=settings or SqliteLogSettings())


class SqliteLog:
    """A `Stream` in a file that `create_file` has seen."""

    def __init__(self, path: Path, *, clock: Clock, settings: SqliteLogSettings) -> None:
        self.clock = clock
        self.settings = settings
        self.writer = SqliteWriter(path)
        self.reader = SqliteReader(path)
        self._topics: dict[str, TopicRow] = {}
        self._consumers: list[SqliteConsumer] = []
        self._attendant: asyncio.Task[None] | None = None

    async def publish(self, outs: Sequence[RawOut]) -> None:
        rows = await self.rows(outs)
        if rows:
            await self.writer.run(lambda connection: append(connection, rows, self.clock.now()))
            self.appended(outs)

    async def consumer(self, group: str, topics: Sequence[str]) -> SqliteConsumer:
        known = await self._ensure(topics)
        names = {tp: name for name in topics for tp in known[name].tps}
        member = Member(group, f"{os.getpid()}-{secrets.token_hex(6)}", tuple(sorted(names)))
        consumer = SqliteConsumer(self, member, names)
        await consumer.join()
        self._consumers.append(consumer)
        if self._attendant is None:
            self._attendant = asyncio.create_task(self._attend(), name="stream-attendant")
        return consumer

    async def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, Lag]:
        known = await self._find(topics)

        def measure(connection: sqlite3.Connection) -> Mapping[str, Lag]:
            now = self.clock.now()
            return {name: lag(connection, group, known[name], now) for name in topics if name in known}

        return {name: Lag(0, 0.0) for name in topics} | dict(await self.reader.run(measure))

    async def end_offsets(self, topic: str) -> Mapping[int, int]:
        known = await self._find([topic])
        return await self.reader.run(partial(ends, topic=known[topic])) if topic in known else {}

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[RawRecord]:
        known = await self._find([topic])
        if topic not in known or not 0 <= partition < known[topic].partitions:
            return []
        tp = known[topic].tp(partition)
        return await self.reader.run(partial(read_from, starts=[(tp, offset)], names={tp: topic}, limit=limit))

    async def topics(self) -> Sequence[str]:
        return [topic.name for topic in await self.reader.run(find_topics)]

    async def void_leases(self, groups: Sequence[str] | None = None) -> None:
        """Forget who holds the partitions of these groups, or of all. Only for whoever knows that they are gone: the
        holder of the lock on the data folder."""
        await self.writer.run(partial(void, groups=groups))

    async def close(self) -> None:
        if self._attendant is not None:
            self._attendant.cancel()
            # What may have ended it before was raised by the polls.
            await asyncio.gather(self._attendant, return_exceptions=True)
        for consumer in tuple(self._consumers):
            await consumer.close()
        await self.writer.close()
        await self.reader.close()

    async def rows(self, outs: Sequence[RawOut]) -> Sequence[Row]:
        """The messages with their partitions; topics are made where they are missing."""
        refuse_too_large(outs)
        known = await self._ensure({out.topic for out in outs})
        return [
            (known[out.topic].tp(partition_of(out.key, known[out.topic].partitions)), out.key, out.value)
            for out in outs
        ]

    def appended(self, outs: Sequence[RawOut]) -> None:
        """Wake the consumers of these topics."""
        names = {out.topic for out in outs}
        for consumer in self._consumers:
            if not names.isdisjoint(consumer.topics):
                consumer.wake.set()

    async def left(self, consumer: SqliteConsumer) -> None:
        """A consumer is closed: its partitions are free for others."""
        if consumer in self._consumers:
            self._consumers.remove(consumer)
            await self.writer.run(partial(leave, member=consumer.member))

    def check_attendant(self) -> None:
        """Raise what ended the renewal of leases, so that nobody goes on without them."""
        if self._attendant is not None and self._attendant.done():
            self._attendant.result()

    async def _ensure(self, names: Sequence[str] | set[str]) -> Mapping[str, TopicRow]:
        missing = [name for name in names if name not in self._topics]
        if missing:
            made = await self.writer.run(partial(create_topics, names=missing, partitions=self.settings.partitions))
            self._topics.update((topic.name, topic) for topic in made)
        return self._topics

    async def _find(self, names: Sequence[str]) -> Mapping[str, TopicRow]:
        if any(name not in self._topics for name in names):
            self._topics.update((topic.name, topic) for topic in await self.reader.run(find_topics))
        return self._topics

    async def _attend(self) -> None:
        """Prolong leases, and wake the consumers when the file was changed (by whichever process)."""
        loop = asyncio.get_running_loop()
        seen, renew_at = None, loop.time()
        while True:
            try:
                version = await self.reader.run(_data_version)
                if version != seen:
                    for consumer in self._consumers:
                        consumer.wake.set()
                seen = version
                if loop.time() >= renew_at:
                    renew_at = loop.time() + self.settings.lease / 3
                    await self._renew()
            except Retry as error:
                get_logger("stream").warning("log busy", reason=str(error))
            await asyncio.sleep(self.settings.watch_every)

    async def _renew(self) -> None:
        consumers = tuple(self._consumers)
        members = [consumer.member for consumer in consumers]

        def prolong(connection: sqlite3.Connection) -> Sequence[set[int]]:
            now = self.clock.now()
            return renew(connection, members, now=now, until=now + round(self.settings.lease * SECOND))

        if members:
            for consumer, held in zip(consumers, await self.writer.run(prolong), strict=True):
                consumer.keep(held)


def _data_version(connection: sqlite3.Connection) -> int:
    """Changes when another connection has committed."""
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)
