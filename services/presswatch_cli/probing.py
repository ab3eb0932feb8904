"""Asks, every few seconds, what this process depends on, so that Prometheus sees an outage before the work stands."""

from __future__ import annotations

import asyncio
import importlib.metadata
import shutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.metrics import DEPENDENCIES, Metrics
from presswatch_shared.store.counters import counters
from presswatch_shared.store.database import Store, Tx, count_rows
from presswatch_shared.stream.backoff import rest

__all__ = ["Probe", "index_check", "store_check"]

EVERY_SECONDS = 10.0
ANSWER_SECONDS = 5.0
Check = Callable[[], Awaitable[str]]


class Probe:
    """A service: sets `dependency_up` by those of `checks` that look at a server or a file, and the room left."""

    name = "probe"

    def __init__(
        self,
        checks: Mapping[str, Check],
        *,
        metrics: Metrics,
        service: str,
        folder: Path,
        seconds: float = EVERY_SECONDS,
        within: float = ANSWER_SECONDS,
    ) -> None:
        self._checks = checks
        self._metrics = metrics
        self._folder = folder
        self._seconds = seconds
        self._within = within
        self._asking: dict[str, asyncio.Future[str]] = {}
        metrics.build_info.labels(importlib.metadata.version("presswatch"), service).set(1)

    async def run(self, stop: asyncio.Event) -> None:
        try:
            while not stop.is_set():
                await self._look()
                await rest(stop, self._seconds)
        finally:
            for asking in self._asking.values():
                asking.cancel()
            await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _look(self) -> None:
        """Who has not answered yet is down and not asked again: each question may hold a thread of the others."""
        for name in DEPENDENCIES:
            if name in self._checks and name not in self._asking:
                self._asking[name] = asyncio.ensure_future(self._checks[name]())
        if self._asking:
            await asyncio.wait(self._asking.values(), timeout=self._within)
        for name, asking in list(self._asking.items()):
            answered = asking.done() and asking.exception() is None and not asking.result()
            self._metrics.dependency_up.labels(name).set(answered)
            if asking.done():
                del self._asking[name]
        if self._folder.is_dir():
            self._metrics.data_free.set(shutil.disk_usage(self._folder).free)


def store_check(store: Store) -> Check:
    """A check that raises while the store cannot be read."""

    def look(tx: Tx) -> str:
        count_rows(tx, counters)
        return ""

    async def check() -> str:
        return await store.read(look)

    return check


def index_check(index: ArticleIndex) -> Check:
    """A check that raises while the index cannot be asked."""

    async def check() -> str:
        await index.count()
        return ""

    return check
