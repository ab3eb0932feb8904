"""Empties the outbox: claims what is due, tries it, settles it. A slow or dead endpoint delays nobody else."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Mapping, Sequence

import msgspec

from presswatch_delivery.channels.port import AlertSender, Message
from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_delivery.settings import DeliverySettings
from presswatch_delivery.settle import settle
from presswatch_shared.clock import Clock, Micros
from presswatch_shared.errors import Retry
from presswatch_shared.events import AlertFired
from presswatch_shared.logs import get_logger, redact_text
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import outbox
from presswatch_shared.store.database import Store, Tx, database_now
from presswatch_shared.store.outbox import Claimed

__all__ = ["Deliverer"]

SECOND = 1_000_000
# Counting what waits reads all of it.
MEASURE_SECONDS = 5.0


class Deliverer:
    """A service for the supervisor. `now` is the clock of leases and due times: by default that of the database."""

    name = "deliverer"

    def __init__(
        self,
        *,
        store: Store,
        senders: Mapping[str, AlertSender],
        settings: DeliverySettings,
        metrics: Metrics,
        wake: asyncio.Event,
        clock: Clock,
        now: Callable[[Tx], Micros] = database_now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._senders = senders
        self._settings = settings
        self._metrics = metrics
        self._wake = wake
        self._clock = clock
        self._now = now
        self._chance = chance
        self._flying: set[asyncio.Task[None]] = set()
        self._measured_at = -math.inf

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; what is in flight then has a few seconds, and is given back after them."""
        if self._settings.sole_claimer:
            await self._store.run(outbox.void_leases)
        try:
            while not stop.is_set():
                self._wake.clear()
                await self._launch()
                await self._rest(stop)
        finally:
            await self._land()

    async def _launch(self) -> None:
        try:
            claimed = await self._claim()
            if self._clock.monotonic() - self._measured_at >= MEASURE_SECONDS:
                await self._measure()
        except Retry as error:
            get_logger("delivery").warning("outbox not readable", reason=str(error))
            return
        for delivery in claimed:
            task = asyncio.create_task(self._deliver(delivery))
            self._flying.add(task)
            task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._wake.set()

    async def _claim(self) -> Sequence[Claimed]:
        free = self._settings.max_in_flight - len(self._flying)
        # Look before: a claim takes the write lock.
        if free <= 0 or not await self._store.read(self._has_due):
            return []
        return await self._store.run(self._take, free)

    def _has_due(self, tx: Tx) -> bool:
        return outbox.has_due(tx, now=self._now(tx))

    def _take(self, tx: Tx, free: int) -> Sequence[Claimed]:
        now = self._now(tx)
        return outbox.claim(
            tx,
            now=now,
            leased_until=now + int(self._settings.lease * SECOND),
            limit=free,
            per_endpoint=self._settings.per_endpoint,
            trial_after=self._settings.trial_after,
        )

    async def _deliver(self, delivery: Claimed) -> None:
        try:
            result = await self._send(delivery)
        except asyncio.CancelledError:
            await self._store.run(outbox.release, delivery.id)
            raise
        try:
            await self._store.run(self._settle, delivery, result)
        except Retry as error:
            # The lease ends by itself, and the receiver knows the id when it comes again.
            get_logger("delivery").warning("try not kept", delivery=delivery.id, reason=str(error))

    async def _send(self, delivery: Claimed) -> SendResult:
        alert = msgspec.json.decode(delivery.payload, type=AlertFired)
        message = Message(alert=alert, channel_id=delivery.channel_id, target=delivery.target, secret=delivery.secret)
        try:
            result = await self._senders[delivery.channel_kind].send(message)
        # The border to a channel: a fault in one is a failed try of one delivery, and the others go on.
        except Exception as error:  # noqa: BLE001 (an engine isolates the work it runs)
            get_logger("delivery").exception("channel failed", channel=delivery.channel_kind, delivery=delivery.id)
            result = SendResult(outcome=Outcome.FAILED, detail=f"{type(error).__name__}: {error}")
        self._count(delivery, alert, result)
        return result

    def _settle(self, tx: Tx, delivery: Claimed, result: SendResult) -> None:
        now, most = self._now(tx), self._settings.trial_after
        settle(tx, delivery, result, now=now, trial_after=most, chance=self._chance)

    def _count(self, delivery: Claimed, alert: AlertFired, result: SendResult) -> None:
        kind = delivery.channel_kind
        self._metrics.notifications.labels(kind, result.outcome).inc()
        if result.outcome is Outcome.DELIVERED:
            self._metrics.alert_end_to_end.labels(kind).observe(max(0, self._clock.now() - alert.fetched_at) / SECOND)
            return
        get_logger("delivery").info(
            "try failed",
            alert=alert.alert_id,
            target=redact_text(delivery.target),
            number=delivery.tries + 1,
            outcome=str(result.outcome),
            detail=result.detail,
        )

    async def _measure(self) -> None:
        self._measured_at = self._clock.monotonic()
        waiting = await self._store.read(outbox.pending)
        for kind in self._senders:
            found = waiting.get(kind)
            age = max(0, self._clock.now() - found.oldest) / SECOND if found else 0.0
            self._metrics.outbox_pending.labels(kind).set(found.count if found else 0)
            self._metrics.outbox_oldest.labels(kind).set(age)

    async def _rest(self, stop: asyncio.Event) -> None:
        waits = [asyncio.create_task(stop.wait()), asyncio.create_task(self._wake.wait())]
        try:
            await asyncio.wait(waits, timeout=self._settings.poll, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def _land(self) -> None:
        if self._flying:
            _, late = await asyncio.wait(self._flying, timeout=self._settings.stop_within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
