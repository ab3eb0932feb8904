"""Watches the clock of the machine: plans are put right when it is set back."""

from __future__ import annotations

import asyncio

from presswatch_shared.clock import SECOND, Clock
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.store.clock_steps import note_clock
from presswatch_shared.store.database import Store
from presswatch_shared.stream.backoff import rest

__all__ = ["ClockWatch"]

EVERY_SECONDS = 5.0


class ClockWatch:
    """A service: notes the time every few seconds, and first at the start, for a clock set back while nothing ran."""

    name = "clock-watch"

    def __init__(self, store: Store, clock: Clock, *, every: float = EVERY_SECONDS) -> None:
        self._store = store
        self._clock = clock
        self._every = every

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                back = await self._store.run(note_clock, now=self._clock.now())
            except Retry as error:
                get_logger("clock-watch").warning("time not noted", reason=str(error))
            else:
                if back:
                    get_logger("clock-watch").warning("the clock was set back: plans follow it", seconds=back // SECOND)
            await rest(stop, self._every)
