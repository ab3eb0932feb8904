"""Writes messages to Kafka: idempotent, compressed, acknowledged by all replicas that are in sync."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer

from presswatch_shared.errors import Retry
from presswatch_shared.stream.kafka.connection import client_options, translated
from presswatch_shared.stream.kafka.settings import KafkaSettings
from presswatch_shared.stream.kafka.topic_rules import FRAME_BYTES
from presswatch_shared.stream.partitioner import partition_of
from presswatch_shared.stream.port import MESSAGE_BYTES, RawOut

__all__ = ["Sender"]

BATCH_BYTES = 512 * 1024
LINGER_MILLISECONDS = 5
CLOSE_SECONDS = 2.0
# Batches that callers gave up on while the brokers were away; each holds its messages in memory.
MOST_WAITING = 64


class Sender:
    """One producer for all stages of a process, started when it is first needed."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._waiting: dict[int, tuple[Sequence[RawOut], asyncio.Task[None]]] = {}

    async def send(self, outs: Sequence[RawOut], partitions: Mapping[str, int]) -> None:
        """Durable when it returns; `partitions` is how many each topic has.

        Messages are not taken back once they were given to the producer: when the brokers do not answer in time, the
        same call made again waits for the same messages, instead of writing them twice.

        Raises:
            Retry: not acknowledged in time.
        """
        if not outs:
            return
        task = self._task_of(outs, partitions)
        with translated(self._settings.address, "writing"):
            async with asyncio.timeout(self._settings.answer_within):
                await asyncio.wait({task})
            self._waiting.pop(id(outs), None)
            await self._outcome(task)

    async def close(self) -> None:
        for _, task in self._waiting.values():
            task.cancel()
        await asyncio.gather(*(task for _, task in self._waiting.values()), return_exceptions=True)
        self._waiting.clear()
        await self._drop_producer()

    def _task_of(self, outs: Sequence[RawOut], partitions: Mapping[str, int]) -> asyncio.Task[None]:
        known = self._waiting.get(id(outs))
        if known:
            return known[1]
        if len(self._waiting) >= MOST_WAITING:
            self._forget_finished()
        if len(self._waiting) >= MOST_WAITING:
            raise Retry(f"Kafka at {self._settings.address} has not acknowledged the last {MOST_WAITING} batches")
        task = asyncio.create_task(self._write(outs, partitions), name="kafka-write")
        # The messages are kept beside the task: their id names no other ones as long as they live.
        self._waiting[id(outs)] = (outs, task)
        return task

    def _forget_finished(self) -> None:
        for key, (_, task) in tuple(self._waiting.items()):
            if task.done():
                # Whoever gave up on it does not ask any more; its outcome is looked at so that nothing warns.
                task.cancelled() or task.exception()
                del self._waiting[key]

    async def _write(self, outs: Sequence[RawOut], partitions: Mapping[str, int]) -> None:
        producer = await self._started()
        sent: list[Any] = []
        try:
            # One by one: where one fails, the futures of those before it are needed.
            for out in outs:
                on_its_way = await producer.send(
                    self._settings.prefix + out.topic,
                    out.value,
                    out.key.encode("utf-8"),
                    partition=partition_of(out.key, partitions[out.topic]),
                    headers=[("traceparent", out.trace.encode("ascii", "replace"))] if out.trace else None,
                )
                sent.append(on_its_way)
        finally:
            # Also where one could not be sent: what was sent before it is on its way.
            done = await asyncio.gather(*sent, return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _outcome(self, task: asyncio.Task[None]) -> None:
        try:
            task.result()
        except Exception:
            # A producer that lost its sequence numbers never works again; a new one costs milliseconds.
            await self._drop_producer()
            raise

    async def _started(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **client_options(self._settings.address),
                    acks="all",
                    enable_idempotence=True,
                    compression_type="zstd",
                    linger_ms=LINGER_MILLISECONDS,
                    max_batch_size=BATCH_BYTES,
                    max_request_size=MESSAGE_BYTES + FRAME_BYTES,
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    async def _drop_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            # It waits for what the brokers do not take.
            await asyncio.wait({asyncio.create_task(producer.stop())}, timeout=CLOSE_SECONDS)
