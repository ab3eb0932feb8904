"""Ends visits in batches: first the pages are appended to the stream, then the store learns that they are done.

A crash between the two fetches a page again, under the same visit; it never loses one.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from presswatch_crawler.page_event import page_fetched
from presswatch_crawler.page_fetch import PageVisit
from presswatch_shared.clock import Clock, Micros
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import hosts, visits
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.sources import Source
from presswatch_shared.store.visits import Finished, Moved, Postponed
from presswatch_shared.stream.port import Out
from presswatch_shared.topics import PAGES_FETCHED

__all__ = ["Finisher", "Publisher", "Turn"]

BATCH_BYTES = 8 * 1024 * 1024
BATCH_VISITS = 64
GATHER_SECONDS = 0.05
RETRY_SECONDS = (0.1, 0.5, 2.0, 5.0)


class Publisher(Protocol):
    """Appends events; durable when it returns."""

    async def publish(self, outs: Sequence[Out]) -> None:
        """Append all, in order.

        Raises:
            Retry: the stream is busy, full or away.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A visit that ended, its source (None where it was removed), and whether its host is free again."""

    visit: PageVisit
    source: Source | None
    host_key: str
    host_done: bool


class Finisher:
    """Takes turns from all hosts; `run` writes them."""

    def __init__(
        self, *, store: Store, publisher: Publisher, clock: Clock, metrics: Metrics, host_delay: float
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._clock = clock
        self._metrics = metrics
        self._host_delay = host_delay
        self._queue: asyncio.Queue[tuple[Turn, asyncio.Future[None]]] = asyncio.Queue(maxsize=BATCH_VISITS * 4)

    async def add(self, turn: Turn) -> asyncio.Future[None]:
        """Hand in; the future is done when the store knows."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._queue.put((turn, written))
        return written

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            batch = await self._gather()
            await self._write([turn for turn, _ in batch])
            for _, written in batch:
                if not written.done():
                    written.set_result(None)

    async def _gather(self) -> list[tuple[Turn, asyncio.Future[None]]]:
        """What comes within a moment; at once where a host waits to be given back and nothing else is there."""
        batch = [await self._queue.get()]
        size = _size(batch[0][0])
        until = asyncio.get_running_loop().time() + GATHER_SECONDS
        while len(batch) < BATCH_VISITS and size < BATCH_BYTES:
            if batch[-1][0].host_done and self._queue.empty():
                break
            try:
                async with asyncio.timeout_at(until):
                    batch.append(await self._queue.get())
            except TimeoutError:
                break
            size += _size(batch[-1][0])
        return batch

    async def _write(self, turns: Sequence[Turn]) -> None:
        events = [(turn.visit, page_fetched(turn.visit, turn.source)) for turn in turns]
        outs = [Out(PAGES_FETCHED, event, visit.fetched_at, _trace()) for visit, event in events if event is not None]
        tries = 0
        while outs:
            try:
                await self._publisher.publish(outs)
                break
            except Retry as retry:
                tries = await _wait(tries, retry, "append")
        while True:
            try:
                await self._store.run(_save, turns, host_delay=self._host_delay, now=self._clock.now())
                break
            except Retry as retry:
                tries = await _wait(tries, retry, "save")
        for turn in turns:
            self._metrics.page_fetches.labels(_outcome(turn.visit)).inc()


async def _wait(tries: int, retry: Retry, doing: str) -> int:
    seconds = max(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)], retry.after or 0.0)
    get_logger("crawler").warning("visits wait to be written", doing=doing, reason=str(retry), seconds=seconds)
    await asyncio.sleep(seconds)
    return tries + 1


def _save(tx: Tx, turns: Sequence[Turn], *, host_delay: float, now: Micros) -> None:
    results = [turn.visit.result for turn in turns]
    visits.finish(tx, [result for result in results if isinstance(result, Finished)], now=now)
    visits.postpone(tx, [result for result in results if isinstance(result, Postponed)])
    visits.move(tx, [result for result in results if isinstance(result, Moved)])
    for key, seconds in sorted(_response_times(turns).items()):
        hosts.note_answer(tx, key, seconds=seconds)
    back_offs = [turn.visit.back_off for turn in turns if turn.visit.back_off is not None]
    for back_off in sorted(back_offs, key=lambda found: found.key):
        hosts.back_off(tx, back_off.key, until=back_off.until, reason=back_off.reason, now=now)
    hosts.release(tx, {turn.host_key for turn in turns if turn.host_done}, setting=host_delay, now=now)


def _response_times(turns: Sequence[Turn]) -> Mapping[str, float]:
    """The slowest answer of each host in this batch."""
    slowest: dict[str, float] = {}
    for turn in turns:
        if turn.visit.seconds:
            slowest[turn.host_key] = max(slowest.get(turn.host_key, 0.0), turn.visit.seconds)
    return slowest


def _outcome(visit: PageVisit) -> str:
    if isinstance(visit.result, Finished):
        return visit.result.outcome
    return "moved" if isinstance(visit.result, Moved) else "postponed"


def _size(turn: Turn) -> int:
    return len(turn.visit.response.body) if turn.visit.response is not None else 0


def _trace() -> str:
    """A W3C traceparent: the trace of a page begins here."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
