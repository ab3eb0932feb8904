"""Sends a heartbeat down the pipeline every few seconds, so that silence can be told from trouble."""

from __future__ import annotations

import asyncio

from presswatch_shared.clock import SECOND, Clock
from presswatch_shared.errors import Retry
from presswatch_shared.events import Heartbeat
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.backoff import rest
from presswatch_shared.stream.port import Out
from presswatch_shared.stream.publisher import Publisher
from presswatch_shared.topics import PAGES_FETCHED

__all__ = ["HeartbeatService"]


SENDER = "crawler"
"""Where the way of a heartbeat begins, as its metric names stages."""


class HeartbeatService:
    """A service: one `Heartbeat` into `pages.fetched` every `seconds`; the stages pass it on."""

    name = "heartbeat"

    def __init__(self, publisher: Publisher, *, clock: Clock, metrics: Metrics, seconds: float = 10.0) -> None:
        self._publisher = publisher
        self._clock = clock
        self._metrics = metrics
        self._seconds = seconds

    async def run(self, stop: asyncio.Event) -> None:
        self._metrics.heartbeat_seen.labels(SENDER).set(self._clock.now() / SECOND)
        while not stop.is_set():
            now = self._clock.now()
            try:
                # The moment serves as the number: it grows over restarts, without anything to be kept.
                await self._publisher.publish([Out(PAGES_FETCHED, Heartbeat(sequence=now, sent_at=now), at=now)])
                self._metrics.see_heartbeat(SENDER, sent=now / SECOND, now=self._clock.now() / SECOND)
            except Retry as error:
                get_logger("heartbeat").warning("heartbeat not sent", reason=str(error))
            await rest(stop, self._seconds)
