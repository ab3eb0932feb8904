"""Empties the outbox: claims what is due, tries it, settles it. A slow or dead endpoint delays nobody else."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Sequence

from presswatch_delivery.outcome import SendResult
from presswatch_delivery.sending import Sending
from presswatch_delivery.settings import DeliverySettings
from presswatch_delivery.settle import settle
from presswatch_shared.clock import SECOND, Clock, Micros
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import outbox
from presswatch_shared.store.database import Store, Tx, database_now
from presswatch_shared.store.delivery_hold import waits_since
from presswatch_shared.store.outbox import Claimed
from presswatch_shared.store.reader_languages import languages_of

__all__ = ["Deliverer"]

# Counting what waits reads all of it.
MEASURE_SECONDS = 5.0
RENEWALS_A_LEASE = 4
Read = tuple[Claimed, str]
"""A claim, and in which language it is read; empty where nobody chose one."""
Tried = tuple[Claimed, SendResult | None]
"""A claim and what came of it; None where it was not tried to the end, and is given back."""


class Deliverer:
    """A service for the supervisor. `now` is the clock of leases and due times: by default that of the database."""

    name = "deliverer"

    def __init__(
        self,
        *,
        store: Store,
        sending: Sending,
        settings: DeliverySettings,
        metrics: Metrics,
        wake: asyncio.Event,
        clock: Clock,
        now: Callable[[Tx], Micros] = database_now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._sending = sending
        self._settings = settings
        self._metrics = metrics
        self._wake = wake
        self._clock = clock
        self._now = now
        self._chance = chance
        self._flying: dict[asyncio.Task[None], int] = {}
        self._tried: list[Tried] = []
        self._measured_at = -math.inf
        self._renew_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; what is in flight then has a few seconds, and is given back after them."""
        if self._settings.sole_claimer:
            await self._store.run(outbox.void_leases)
        try:
            while not stop.is_set():
                self._wake.clear()
                await self._turn()
                await self._rest(stop)
        finally:
            await self._land()

    async def _turn(self) -> None:
        try:
            # First, lest we claim what is in flight still.
            await self._keep_leases()
            claimed = await self._settle_and_claim()
            if self._clock.monotonic() - self._measured_at >= MEASURE_SECONDS:
                await self._measure()
        except Retry as error:
            get_logger("delivery").warning("outbox away", reason=str(error))
            return
        for delivery, language in claimed:
            task = asyncio.create_task(self._deliver(delivery, language))
            self._flying[task] = delivery.id
            task.add_done_callback(self._landed)

    async def _keep_leases(self) -> None:
        if self._clock.monotonic() < self._renew_at:
            return
        if self._flying:
            await self._store.run(self._renew, list(self._flying.values()))
        self._renew_at = self._clock.monotonic() + self._settings.lease / RENEWALS_A_LEASE

    def _renew(self, tx: Tx, ids: Sequence[int]) -> None:
        outbox.renew(tx, ids, leased_until=self._lease_end(self._now(tx)))

    def _lease_end(self, now: Micros) -> Micros:
        return now + int(self._settings.lease * SECOND)

    async def _settle_and_claim(self) -> Sequence[Read]:
        """All results that are there and the next claims, in one transaction: the disk is waited for once."""
        free = self._settings.max_in_flight - len(self._flying)
        tried, self._tried = self._tried, []
        try:
            # Look before: a claim takes the write lock.
            if not tried and (free <= 0 or not await self._store.read(self._has_due)):
                return []
            return await self._store.run(self._turn_in, tried, free)
        except Retry:
            self._tried = tried + self._tried
            raise

    def _has_due(self, tx: Tx) -> bool:
        return waits_since(tx) is None and outbox.has_due(tx, now=self._now(tx))

    def _turn_in(self, tx: Tx, tried: Sequence[Tried], free: int) -> Sequence[Read]:
        self._settle(tx, tried)
        now = self._now(tx)
        if waits_since(tx) is not None:
            return []
        claimed = outbox.claim(
            tx,
            now=now,
            leased_until=self._lease_end(now),
            limit=free,
            per_endpoint=self._settings.per_endpoint,
            trial_after=self._settings.trial_after,
        )
        languages = languages_of(tx, [delivery.watch_id for delivery in claimed]) if claimed else {}
        return [(delivery, languages.get(delivery.watch_id, "")) for delivery in claimed]

    def _settle(self, tx: Tx, tried: Sequence[Tried]) -> None:
        now, trial_after = self._now(tx), self._settings.trial_after
        # In the order of endpoints, so that two deliverers never wait for each other in a ring.
        for delivery, result in sorted(tried, key=lambda one: (one[0].endpoint, one[0].id)):
            if result is None:
                outbox.release(tx, delivery.id)
            else:
                settle(tx, delivery, result, now=now, trial_after=trial_after, chance=self._chance)

    async def _deliver(self, delivery: Claimed, language: str) -> None:
        result: SendResult | None = None
        try:
            result = await self._sending.send(delivery, language)
        finally:
            self._tried.append((delivery, result))

    def _landed(self, task: asyncio.Task[None]) -> None:
        del self._flying[task]
        self._wake.set()

    async def _measure(self) -> None:
        self._measured_at = self._clock.monotonic()
        waiting = await self._store.read(outbox.pending)
        self._metrics.deliveries_held.set(await self._store.read(waits_since) is not None)
        for kind in self._sending.kinds:
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
        # What cannot be kept now is tried again when its lease ends, under the same id.
        tried, self._tried = self._tried, []
        await self._store.run(self._settle, tried)
        await self._sending.close()
