"""Faust, cut down to what loses nothing: a worker without web, tables, producer and topics of its own.

Its parts are replaced where the defaults do not fit: the consumer's options are those of every host, and a rebalance
waits for the batch in hand through `Rebalances`, for a limited time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, Protocol, cast

import aiokafka
import faust
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faust.app.base import BootStrategy
from faust.transport.consumer import RecordMap
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP

from presswatch_shared.stream.kafka.driver_options import group_options
from presswatch_shared.stream.kafka.member import Membership
from presswatch_shared.stream.kafka.settings import KafkaSettings

__all__ = ["Rebalances", "SoundApp", "SoundConsumer", "make_app"]

# Messages between fetching and the stage; both are small since a message may be large.
BUFFER_MESSAGES = 500
FULL_SECONDS = 0.02
# Faust's own timer beside the commit of each batch.
COMMIT_SECONDS = 30.0


class Rebalances(Protocol):
    """Told of what the group gives and takes."""

    async def before_rebalance(self) -> None: ...

    def after_rebalance(self, assigned: Collection[tuple[str, int]]) -> None: ...


class SoundConsumer(Consumer):
    """Faust's consumer with limits."""

    app: SoundApp

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    async def wait_empty(self) -> None:
        """Wait for the batch in hand, but not for ever: a stage may be retrying."""
        await self.app.rebalances.before_rebalance()
        await self.commit_and_end_transactions()

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        # Before anything of them can arrive.
        self.app.rebalances.after_rebalance([(place.topic, place.partition) for place in assigned])
        await super().on_partitions_assigned(assigned, generation_id)

    async def _wait_next_records(
        self,
        timeout: float,  # noqa: ASYNC109 (the name is that of Faust)
    ) -> tuple[RecordMap | None, set[TP] | None]:
        active = self._get_active_partitions()
        if self.flow_active and not active:
            # All buffers are full: Faust would sleep for a second.
            await self.sleep(FULL_SECONDS)
            return {}, active
        return await super()._wait_next_records(timeout)

    async def commit_up_to(self, ends: Mapping[TP, int]) -> bool:
        """Commit what was acknowledged; whether each partition is committed up to its end."""
        await self.commit()
        missing = {place: end for place, end in ends.items() if (self._committed_offset[place] or 0) < end}
        # A commit that was cut off has used up the acknowledgements.
        return not missing or await self._commit(missing)


class _Thread(AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Transport) -> aiokafka.AIOKafkaConsumer:
        app = cast("SoundApp", self.app)
        self._assignor = RangePartitionAssignor
        return aiokafka.AIOKafkaConsumer(**app.options)


class _Transport(Transport):
    Consumer = SoundConsumer


class _Boot(BootStrategy):
    # Outputs go through our own producer, whose acknowledgements are awaited.
    enable_kafka_producer = False
    enable_web = False


class SoundApp(faust.App):
    """One worker for one consumer group."""

    BootStrategy = _Boot
    options: dict[str, Any]
    rebalances: Rebalances


def make_app(settings: KafkaSettings, group: str, member: Membership, rebalances: Rebalances) -> SoundApp:
    """Not yet started."""
    url = f"kafka://{';kafka://'.join(settings.address.servers)}"
    app = SoundApp(
        settings.prefix + group,
        broker=url,
        store="memory://",
        # Faust makes this folder though it keeps nothing in it.
        datadir=settings.folder / "faust",
        autodiscover=False,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_wait_empty=True,
        stream_buffer_maxsize=BUFFER_MESSAGES,
        consumer_group_instance_id=member.id,
        consumer_auto_offset_reset="earliest",
        broker_commit_interval=COMMIT_SECONDS,
        broker_session_timeout=settings.session,
        broker_rebalance_timeout=settings.session + settings.revoke_within,
    )
    app.options = group_options(settings, group, member)
    app.rebalances = rebalances
    app.transport = _Transport(app.conf.broker_consumer, app, loop=asyncio.get_running_loop())
    return app
