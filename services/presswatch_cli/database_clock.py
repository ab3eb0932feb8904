"""The database's clock, for processes on several machines that share a store: leases, politeness and versions are then
measured alike, however wrong the clock of one machine is."""

from __future__ import annotations

import asyncio

from presswatch_shared.clock import SECOND, Clock, Micros
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.store.database import Store, database_now
from presswatch_shared.stream.backoff import rest

__all__ = ["DatabaseClock"]

MEASURE_SECONDS = 10.0
# A slow answer says little about when it was given.
TRUSTED_SECONDS = 0.5


class DatabaseClock:
    """A clock and the service that keeps it right. Between two measurements the monotonic clock carries it on, so that
    a step of the machine's clock changes nothing."""

    name = "database clock"

    def __init__(self, store: Store, machine: Clock) -> None:
        self._store = store
        self._machine = machine
        self._base: Micros = machine.now()
        self._at = machine.monotonic()
        self._measured = False

    def now(self) -> Micros:
        return self._base + round((self._machine.monotonic() - self._at) * SECOND)

    def monotonic(self) -> float:
        return self._machine.monotonic()

    async def measure(self) -> None:
        """Raises: Retry: the database is away."""
        began = self._machine.monotonic()
        moment = await self._store.read(database_now)
        ended = self._machine.monotonic()
        if ended - began <= TRUSTED_SECONDS or not self._measured:
            self._base, self._at, self._measured = moment, (began + ended) / 2, True

    async def run(self, stop: asyncio.Event) -> None:
        """Measure until `stop` is set; while the database is away the monotonic clock does."""
        while not stop.is_set():
            try:
                await self.measure()
            except Retry as error:
                get_logger("store").debug("clock not measured", reason=str(error))
            await rest(stop, MEASURE_SECONDS)
