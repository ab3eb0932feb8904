"""Reads Kafka outside any group: for replay, rebuild, looking, and the age of what waits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from presswatch_shared.stream.kafka.connection import client_options, translated
from presswatch_shared.stream.kafka.records import raw_record
from presswatch_shared.stream.kafka.settings import KafkaSettings
from presswatch_shared.stream.port import POLL_BYTES, RawRecord

__all__ = ["Reader"]

WAIT_MILLISECONDS = 500


class Reader:
    """One client, used by one caller at a time. `fetch_bytes` is how much is fetched in one go, at least a batch."""

    def __init__(self, settings: KafkaSettings, *, fetch_bytes: int = POLL_BYTES) -> None:
        self._settings = settings
        self._fetch_bytes = fetch_bytes
        self._turn = asyncio.Lock()
        self._client: AIOKafkaConsumer | None = None
        self._at: tuple[TopicPartition, int] | None = None

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.stop()

    async def offsets(self, topic: str, partitions: int) -> Mapping[int, tuple[int, int]]:
        """The first offset there is and one past the last, a partition."""
        places = [TopicPartition(self._settings.prefix + topic, number) for number in range(partitions)]
        async with self._turn:
            with translated(self._settings.address, f"looking at {topic}"):
                async with asyncio.timeout(self._settings.answer_within):
                    client = await self._started()
                    first, end = await client.beginning_offsets(places), await client.end_offsets(places)
        return {place.partition: (first[place], end[place]) for place in places}

    async def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[RawRecord]:
        """Messages from `offset` on, until `limit` or `POLL_BYTES`; empty only where nothing is left."""
        place = TopicPartition(self._settings.prefix + topic, partition)
        async with self._turn:
            with translated(self._settings.address, f"reading {topic}"):
                async with asyncio.timeout(self._settings.answer_within):
                    return await self._read(await self._started(), place, offset, limit)

    async def _read(self, client: Any, place: TopicPartition, offset: int, limit: int) -> Sequence[RawRecord]:
        end = (await client.end_offsets([place]))[place]
        if offset >= end:
            return []
        if self._at != (place, offset):
            self._at = None
            client.assign([place])
            client.seek(place, offset)
        found: list[Any] = []
        while not found and await client.position(place) < end:
            found = (await client.getmany(timeout_ms=WAIT_MILLISECONDS, max_records=limit)).get(place, [])
        kept = _within(POLL_BYTES, found)
        # Going on from here needs no new fetch.
        self._at = (place, kept[-1].offset + 1) if kept and len(kept) == len(found) else None
        return [raw_record(record, self._settings.prefix) for record in kept]

    async def _started(self) -> Any:
        if self._client is None:
            client = AIOKafkaConsumer(
                **client_options(self._settings.address),
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                fetch_max_bytes=self._fetch_bytes,
                max_partition_fetch_bytes=self._fetch_bytes,
            )
            try:
                await client.start()
            except BaseException:
                await client.stop()
                raise
            self._client, self._at = client, None
        return self._client


def _within(most: int, records: Sequence[Any]) -> Sequence[Any]:
    """The first records, until they exceed so many bytes."""
    size = 0
    for count, record in enumerate(records, 1):
        size += len(record.value or b"")
        if size >= most:
            return records[:count]
    return records
