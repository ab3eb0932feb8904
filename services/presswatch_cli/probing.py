"""Asks, every few seconds, what this process depends on, so that Prometheus sees an outage before the work stands."""

from __future__ import annotations

import asyncio
import importlib.metadata
import shutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from presswatch_shared.health import OK, answers_of
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.metrics import DEPENDENCIES, Metrics
from presswatch_shared.store.counters import counters
from presswatch_shared.store.database import Store, Tx, count_rows
from presswatch_shared.stream.backoff import rest

__all__ = ["Probe", "index_check", "store_check"]

EVERY_SECONDS = 10.0
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
    ) -> None:
        self._checks = checks
        self._metrics = metrics
        self._folder = folder
        self._seconds = seconds
        metrics.build_info.labels(importlib.metadata.version("presswatch"), service).set(1)

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._look()
            await rest(stop, self._seconds)

    async def _look(self) -> None:
        asked = {name: self._checks[name] for name in DEPENDENCIES if name in self._checks}
        for name, answer in (await answers_of(asked)).items():
            self._metrics.dependency_up.labels(name).set(answer == OK)
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
