"""Keeps a stage going: restarts it when it fails or stands still, and measures how far it is behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from presswatch_shared.errors import BadInput, Retry, ServerUnreachable
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.backoff import rest
from presswatch_shared.stream.health import StageHealth, StageState
from presswatch_shared.stream.port import Stream
from presswatch_shared.stream.retrying import Rest

__all__ = ["Runner", "StageSupervisor", "WatchSettings"]


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """Seconds."""

    look_every: float = 5.0
    stuck_after: float = 300.0
    """With lag, and neither a batch finished nor a retry for so long, the stage is restarted."""
    restart_waits: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
    """Before the first, second, … restart in a row without a batch finished between; the last one repeats."""
    cancel_within: float = 5.0


class Runner(Protocol):
    """What is kept going."""

    async def run(self, stop: asyncio.Event) -> None: ...


class _Stuck(Exception):
    """The stage stands still though there is work."""


class StageSupervisor:
    """A service that runs a stage until told to stop; a fault of the stage stays within it."""

    def __init__(
        self,
        make_runner: Callable[[], Runner],
        *,
        topics: Sequence[str],
        stream: Stream,
        health: StageHealth,
        metrics: Metrics,
        settings: WatchSettings | None = None,
        rest: Rest = rest,
    ) -> None:
        self.name = health.stage
        self.health = health
        self._make_runner = make_runner
        self._topics = topics
        self._stream = stream
        self._metrics = metrics
        self._settings = settings or WatchSettings()
        self._rest = rest

    async def run(self, stop: asyncio.Event) -> None:
        """Returns when `stop` is set and the stage has ended.

        Raises:
            BadInput, ServerUnreachable: the stage can never run as it is set up.
        """
        failures = 0
        while not stop.is_set():
            finished = self.health.batches
            try:
                return await self._run_watched(stop)
            except (BadInput, ServerUnreachable):
                raise
            # The border between stages: whatever ends one of them must not end the others, and is logged whole.
            except Exception as error:  # noqa: BLE001
                failures = failures + 1 if self.health.batches == finished else 1
                await self._wait_to_restart(failures, error, stop)
        return None

    async def _wait_to_restart(self, failures: int, error: Exception, stop: asyncio.Event) -> None:
        seconds = self._settings.restart_waits[min(failures, len(self._settings.restart_waits)) - 1]
        get_logger("engine").error(
            "stage will be restarted", stage=self.name, seconds=seconds, failures=failures, exc_info=error
        )
        self._metrics.stage_restarts.labels(self.name).inc()
        self.health.turn(StageState.FAILING, f"{type(error).__name__}: {error}")
        await self._rest(stop, seconds)

    async def _run_watched(self, stop: asyncio.Event) -> None:
        self.health.progressed()
        running = asyncio.ensure_future(self._make_runner().run(stop))
        try:
            while not running.done():
                await self._measure()
                await asyncio.wait({running}, timeout=self._settings.look_every)
                if not running.done() and self._stuck():
                    raise _Stuck(f"no batch finished in {self._settings.stuck_after:g} s though messages wait")
            if running.cancelled():
                raise RuntimeError(f"stage {self.name} cancelled itself")
            running.result()
        finally:
            if not running.done():
                running.cancel()
                await asyncio.wait({running}, timeout=self._settings.cancel_within)

    async def _measure(self) -> None:
        """Lag gauges. Nothing to do and a pause are no standstill."""
        try:
            lag = await self._stream.lag(self.name, self._topics)
        except Retry as error:
            get_logger("engine").warning("lag not readable", stage=self.name, reason=str(error))
            return
        for topic, behind in lag.items():
            self._metrics.consumer_lag_records.labels(self.name, topic).set(behind.records)
            self._metrics.consumer_lag_seconds.labels(self.name, topic).set(behind.seconds)
        if self.health.state is StageState.PAUSED or not any(behind.records for behind in lag.values()):
            self.health.progressed()

    def _stuck(self) -> bool:
        return self.health.clock.monotonic() - self.health.progress_at > self._settings.stuck_after
