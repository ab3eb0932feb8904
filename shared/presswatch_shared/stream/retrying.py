"""Does a thing again and again as long as the world is at fault."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from presswatch_shared.errors import Retry, ServerUnreachable
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.backoff import backoff
from presswatch_shared.stream.health import StageHealth, StageState

__all__ = ["GivenUp", "Rest", "Retrying", "unless_stopped"]

T = TypeVar("T")
# Work may take so long to notice that it was cancelled.
CANCEL_SECONDS = 1.0
Rest = Callable[[asyncio.Event, float], Awaitable[None]]


class GivenUp(Exception):
    """Told to stop: the messages in hand are left uncommitted."""


async def unless_stopped(work: Awaitable[T], stop: asyncio.Event, *, within: float) -> T:
    """The result of `work`, which has `within` seconds left once `stop` is set.

    Raises:
        GivenUp: it did not finish in time, and was cancelled.
    """
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            await asyncio.wait({working}, timeout=within)
        if working.cancelled():
            raise RuntimeError("work cancelled itself")
        if working.done():
            return working.result()
    finally:
        stopping.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait({working}, timeout=CANCEL_SECONDS)
    raise GivenUp


@dataclass(frozen=True)
class Retrying:
    """For one stage. `rest` is how it waits, `chance` spreads the waits."""

    stage: str
    first: float
    most: float
    chance: Callable[[], float]
    rest: Rest
    health: StageHealth
    metrics: Metrics

    async def __call__(self, work: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T:
        """The result of `work`, however many times it raises `Retry` before.

        Raises:
            GivenUp: told to stop meanwhile.
        """
        attempt = 0
        while True:
            try:
                result = await work()
            except (Retry, ServerUnreachable) as error:
                attempt += 1
                await self._wait(attempt, error, stop)
            else:
                if attempt:
                    self.health.turn(StageState.RUNNING)
                return result

    async def _wait(self, attempt: int, error: Retry | ServerUnreachable, stop: asyncio.Event) -> None:
        after = error.after if isinstance(error, Retry) else None
        seconds = backoff(attempt, first=self.first, most=self.most, chance=self.chance, after=after)
        get_logger("engine").warning("will try again", stage=self.stage, seconds=round(seconds, 1), reason=str(error))
        self.metrics.stage_retries.labels(self.stage).inc()
        self.health.turn(StageState.RETRYING, str(error))
        self.health.progressed()
        await self.rest(stop, seconds)
        if stop.is_set():
            raise GivenUp
