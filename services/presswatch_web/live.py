"""Alerts as they are recorded, whichever process records them: one poller for all who listen.

A listener keeps nothing but the number of the last alert it has seen, so a slow one costs no memory.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress

from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import alerts, counters
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.ownership import Owners
from presswatch_shared.store.watches import owners_of

__all__ = ["LiveAlerts"]

PAGE = 100


class LiveAlerts:
    """Hands new alerts to any number of listeners. The poller runs only while somebody listens."""

    def __init__(self, store: Store, metrics: Metrics, *, poll: float, most: int, recent: int = 1000) -> None:
        self._store = store
        self._metrics = metrics
        self._poll = poll
        self._most = most
        self._listeners = 0
        self._seq = 0
        self._owners: dict[str, str] = {}
        self._recent: deque[AlertRow] = deque(maxlen=recent)
        self._told: dict[int, str] = {}
        self._complete_after: int | None = None
        self._changed = asyncio.Event()
        self._closed = False
        self._poller: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        return self._listeners >= self._most

    def close(self) -> None:
        """End all listeners; new ones end at once."""
        self._closed = True
        self._wake()

    async def listen(
        self, after: int | None, heartbeat: float, *, owners: Owners = None
    ) -> AsyncGenerator[AlertRow | None, None]:
        """Alerts after a number (from now on without one), in order; None after `heartbeat` silent seconds.

        With `owners` only those of their watches.
        """
        self._enter()
        try:
            seen = await self._store.read(counters.current, alerts.CHANGES) if after is None else after
            while not self._closed and self._poller is not None and not self._poller.done():
                changed = self._changed
                rows = await self._after(seen)
                for row in rows:
                    if owners is None or self._owners[row.watch_id] in owners:
                        yield row
                    seen = row.seq
                if not rows and not await _is_set(changed, heartbeat):
                    yield None
        finally:
            self._leave()

    def told(self, row: AlertRow, tell: Callable[[AlertRow], str]) -> str:
        """What is sent of an alert: made once, however many listen."""
        if row.seq not in self._told:
            if len(self._told) >= (self._recent.maxlen or PAGE):
                self._told.clear()
            self._told[row.seq] = tell(row)
        return self._told[row.seq]

    async def _after(self, seen: int) -> Sequence[AlertRow]:
        """What came after `seen`: from memory if it reaches back that far."""
        if self._complete_after is not None and seen >= self._complete_after:
            return [row for row in self._recent if row.seq > seen]
        return await self._store.read(self._read, seen)

    def _read(self, tx: Tx, seen: int) -> Sequence[AlertRow]:
        """What came after `seen`, from the store; whose it is stays known while anybody listens."""
        rows = alerts.alerts_since(tx, seen, PAGE)
        self._owners |= {row.watch_id: "" for row in rows} | dict(owners_of(tx, [row.watch_id for row in rows]))
        return rows

    def _enter(self) -> None:
        self._listeners += 1
        self._metrics.sse_listeners.set(self._listeners)
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._follow(), name="live alerts")
            self._poller.add_done_callback(self._ended)

    def _leave(self) -> None:
        self._listeners -= 1
        self._metrics.sse_listeners.set(self._listeners)
        if self._listeners == 0 and self._poller is not None:
            self._poller.cancel()
            self._poller = None
            self._recent.clear()
            self._told.clear()
            self._owners.clear()
            self._complete_after = None

    def _ended(self, poller: asyncio.Task[None]) -> None:
        """A poller that failed ends its listeners: they come again, and a new one is started for them."""
        if not poller.cancelled() and (error := poller.exception()) is not None:
            get_logger("web").error("live alerts stopped", error=repr(error))
        self._wake()

    async def _follow(self) -> None:
        while not self._closed:
            # A store that is busy now is asked again at the next round.
            with suppress(Retry):
                await (self._start() if self._complete_after is None else self._look())
            await asyncio.sleep(self._poll)

    async def _start(self) -> None:
        self._seq = self._complete_after = await self._store.read(counters.current, alerts.CHANGES)
        # Who looked before this number was read may have missed what came up to it.
        self._wake()

    async def _look(self) -> None:
        rows = await self._store.read(self._read, self._seq)
        if rows:
            self._seq = rows[-1].seq
            for row in rows:
                if len(self._recent) == self._recent.maxlen:
                    self._complete_after = self._recent[0].seq
                self._recent.append(row)
            self._wake()
            get_logger("web").debug("alerts shown live", count=len(rows), listeners=self._listeners)

    def _wake(self) -> None:
        """All who wait on the event of this round go on; the next round has its own."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


async def _is_set(event: asyncio.Event, within: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await event.wait()
    return event.is_set()
