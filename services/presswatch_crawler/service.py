"""The crawler service: sources → frontier → `pages.fetched`. Needs the store, the guarded client and the stream."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

from presswatch_crawler.finisher import Finisher, Publisher, Turn
from presswatch_crawler.foreign_bytes import ForeignParser, Pool
from presswatch_crawler.leases import Claim, Leases
from presswatch_crawler.page_fetch import PageFetcher, PageVisit
from presswatch_crawler.poller import Poller
from presswatch_crawler.robots_gate import RobotsGate
from presswatch_crawler.settings import CrawlerSettings
from presswatch_crawler.source_fetch import SourceFetcher
from presswatch_shared.clock import SECOND, Clock, Micros
from presswatch_shared.errors import Retry
from presswatch_shared.http.port import HttpClient
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import frontier, hosts, polls, visits
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.frontier import ClaimedPage
from presswatch_shared.store.hosts import Host
from presswatch_shared.store.ledger import FAILED
from presswatch_shared.store.source_polls import SourcePoll, note_poll
from presswatch_shared.store.sources import Source, get_sources
from presswatch_shared.store.visits import Finished, Postponed

__all__ = ["CrawlerService", "Work", "claim_work"]

GAUGES_EVERY = 5.0
SILENT_SECONDS = 86_400
BROKEN_RETRY_SECONDS = 60
BROKEN_TRIES = 3
BUSY_SECONDS = 1.0
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Work:
    """What one claim took."""

    sources: Sequence[Source]
    groups: Sequence[Sequence[ClaimedPage]]
    """Pages by host, each to be fetched one after another."""
    hosts: Mapping[str, Host]
    page_sources: Mapping[str, Source]


class CrawlerService:
    """Runs until told to stop. `pool` is where hostile feeds are parsed (`foreign_bytes.WORKER_TARGET`)."""

    name = "crawler"

    def __init__(
        self,
        *,
        store: Store,
        client: HttpClient,
        publisher: Publisher,
        pool: Pool,
        metrics: Metrics,
        clock: Clock,
        settings: CrawlerSettings,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._settings = settings
        delay = settings.host_delay
        gate = RobotsGate(store=store, client=client, clock=clock, limits=settings.page_limits)
        self._pages = PageFetcher(
            client=client, gate=gate, clock=clock, limits=settings.page_limits, host_delay=delay, chance=chance
        )
        fetcher = SourceFetcher(
            client=client, gate=gate, parser=ForeignParser(pool), limits=settings.feed_limits, host_delay=delay
        )
        self._poller = Poller(
            store=store, fetcher=fetcher, clock=clock, metrics=metrics, settings=settings, chance=chance
        )
        self._finisher = Finisher(store=store, publisher=publisher, clock=clock, metrics=metrics, host_delay=delay)
        self._leases = Leases(store, clock, settings.lease)
        self._tasks: set[asyncio.Task[None]] = set()
        self._gauges_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Crawl until `stop` is set, then finish the fetches in hand."""
        if self._settings.sole_crawler:
            await self._store.run(_void_leases)
        finishing = asyncio.create_task(self._finisher.run())
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                begun = await self._begin_due(stop)
                await self._pause(stopped, finishing, begun)
        finally:
            await self._wind_up()
            for task in (finishing, stopped):
                task.cancel()
            await asyncio.gather(finishing, stopped, return_exceptions=True)

    async def _begin_due(self, stop: asyncio.Event) -> bool:
        """Claim what is due, and begin with it. False where there was nothing or no room."""
        free = self._settings.concurrency - len(self._tasks)
        try:
            # First, lest we claim what is in our own hands still.
            await self._leases.renew()
            await self._set_gauges()
            if free <= 0 or not await self._store.read(_has_due, now=self._clock.now()):
                return False
            work = await self._store.run(claim_work, self._settings, free, now=self._clock.now())
        except Retry as retry:
            get_logger("crawler").warning("the store is busy", reason=str(retry))
            # A line a second is enough to say so.
            await asyncio.sleep(BUSY_SECONDS)
            return False
        for source in work.sources:
            self._begin(self._poll(source), Claim(host_key=source.politeness_key, source=source))
        for group in work.groups:
            if group:
                self._begin(self._crawl_host(group, work, stop), Claim(host_key=group[0].politeness_key, pages=group))
        return bool(work.sources or work.groups)

    def _begin(self, work: Coroutine[Any, Any, None], claim: Claim) -> None:
        task = asyncio.create_task(self._hold(work, claim))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hold(self, work: Coroutine[Any, Any, None], claim: Claim) -> None:
        with self._leases.holding(claim):
            await work

    async def _pause(self, stopped: asyncio.Task[bool], finishing: asyncio.Task[None], begun: bool) -> None:
        """Until something ended, or for as long as other processes may wait to be noticed."""
        waiting = {*self._tasks, stopped, finishing}
        timeout = 0 if begun else self._settings.poll
        await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if finishing.done():
            # It only ends by a fault: let the supervisor see it.
            finishing.result()

    async def _poll(self, source: Source) -> None:
        try:
            await self._poller.poll(source)
            return
        except Retry as retry:
            get_logger("crawler").warning("the store is busy", reason=str(retry))
        # Whatever one source made us stumble over must not end the crawling of the others.
        except Exception:  # noqa: BLE001
            get_logger("crawler").exception("poll failed", source=source.id)
        await self._insist(_put_off_poll, source, self._settings.host_delay, self._clock.now())

    async def _insist(self, work: Callable[Concatenate[Tx, P], None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Until the store takes it: what is claimed must be given back, else it waits for its lease to end."""
        while True:
            try:
                await self._store.run(work, *args, **kwargs)
                return
            except Retry as retry:
                get_logger("crawler").warning("the store is busy", reason=str(retry))
                await asyncio.sleep(BUSY_SECONDS)

    async def _crawl_host(self, pages: Sequence[ClaimedPage], work: Work, stop: asyncio.Event) -> None:
        """Fetch the pages of one host one after another over one connection."""
        key = pages[0].politeness_key
        incidents = work.hosts[key].recent_incidents(self._clock.now()) if key in work.hosts else 0
        until = self._clock.monotonic() + self._settings.claim_work
        written = []
        for number, page in enumerate(pages):
            visit = await self._visit(page, incidents)
            last = visit.leave_host or number == len(pages) - 1 or stop.is_set() or self._clock.monotonic() > until
            turn = Turn(visit=visit, source=work.page_sources.get(page.source_id), host_key=key, host_done=last)
            if last and number < len(pages) - 1:
                await self._insist(visits.release, pages[number + 1 :])
            written.append(await self._finisher.add(turn))
            if last:
                break
        await asyncio.gather(*written)

    async def _visit(self, page: ClaimedPage, incidents: int) -> PageVisit:
        try:
            return await self._pages.visit(page, incidents=incidents)
        except Retry as retry:
            get_logger("crawler").warning("the store is busy", reason=str(retry))
        # Whatever one page made us stumble over must not end the crawling of the others.
        except Exception:  # noqa: BLE001
            get_logger("crawler").exception("visit failed", url=page.url)
            if page.attempts >= BROKEN_TRIES:
                return PageVisit(result=Finished(page=page, outcome=FAILED, reason="broken"))
        due_at = self._clock.now() + BROKEN_RETRY_SECONDS * SECOND
        return PageVisit(result=Postponed(page=page, due_at=due_at))

    async def _set_gauges(self) -> None:
        if self._clock.monotonic() < self._gauges_at:
            return
        self._gauges_at = self._clock.monotonic() + GAUGES_EVERY
        due, active, failing, silent = await self._store.read(_gauges, now=self._clock.now())
        self._metrics.frontier_due.set(due)
        self._metrics.sources.set(active)
        self._metrics.feeds_failing.set(failing)
        self._metrics.feeds_stale.set(silent)

    async def _wind_up(self) -> None:
        """What is in flight may end; what does not is fetched again after the next start."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._settings.stop_within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def claim_work(tx: Tx, settings: CrawlerSettings, free: int, *, now: Micros) -> Work:
    """Sources first: they are few, and what they list is what is new."""
    until = now + round(settings.lease * SECOND)
    delay = settings.host_delay
    sources = polls.claim_due_sources(tx, now, free, leased_until=until, host_delay=delay)
    left = free - len(sources)
    groups: Sequence[Sequence[ClaimedPage]] = []
    if left > 0:
        groups = visits.claim_due(tx, now, left, leased_until=until, host_delay=delay, per_host=settings.pages_a_claim)
    pages = [page for group in groups for page in group]
    keys = {page.politeness_key for page in pages}
    return Work(sources, groups, hosts.get_hosts(tx, keys), get_sources(tx, {page.source_id for page in pages}))


def _has_due(tx: Tx, *, now: Micros) -> bool:
    return polls.has_due_source(tx, now=now) or visits.has_due(tx, now=now)


def _void_leases(tx: Tx) -> None:
    visits.void_leases(tx)
    polls.void_poll_leases(tx)


def _put_off_poll(tx: Tx, source: Source, host_delay: float, now: Micros) -> None:
    error = "the crawler met an error of its own with it; its log says more"
    polls.postpone_poll(tx, source, due_at=now + BROKEN_RETRY_SECONDS * SECOND, outcome="broken", error=error)
    note_poll(tx, SourcePoll(source_id=source.id, at=now, outcome="broken", detail=error))
    hosts.release(tx, [source.politeness_key], setting=host_delay, now=now)


def _gauges(tx: Tx, *, now: Micros) -> tuple[int, int, int, int]:
    silent = polls.count_silent(tx, since=now - SILENT_SECONDS * SECOND)
    return frontier.count_due(tx, now=now), polls.count_active(tx), polls.count_failing(tx), silent
