"""One crawl of `presswatch bench pipeline`: start the product, publish, wait until all is done, measure."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from presswatch_cli.commands.bench_outlet import QUIET_PAGES, feed_of, host_of_page, page_url
from presswatch_cli.commands.bench_product import STORES, bench_settings
from presswatch_cli.commands.bench_receiver import Receiver
from presswatch_cli.commands.index_setup import apply_index
from presswatch_cli.commands.process_usage import Usage, usage_of
from presswatch_cli.composition import open_current_store, open_kafka, open_stream
from presswatch_cli.progress import Count
from presswatch_shared.clock import SECOND, Micros, SystemClock
from presswatch_shared.errors import PresswatchError
from presswatch_shared.ids import url_hash
from presswatch_shared.settings import Settings
from presswatch_shared.store import alerts, articles, channels, ledger, outbox, sources, watches
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.ledger import ARTICLE, Visit
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.stream.kafka.topic_rules import all_topics
from presswatch_shared.stream.port import Stream
from presswatch_shared.topics import ALERTS_FIRED, ARTICLES_ENRICHED
from presswatch_shared.webhooks import new_secret

__all__ = ["Crawl", "Crawled", "Names", "child"]

Names = Mapping[str, tuple[str, int]]
LOOK_SECONDS = 0.3
STANDSTILL_SECONDS = 90.0
STOP_SECONDS = 20.0
ALL_ALERTS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """What a crawl came to. `seconds` run from the moment when the feeds were made known."""

    seconds: float
    searchable: int
    not_articles: Mapping[str, int]
    alerts: int
    fetch_to_searchable: Sequence[float]
    fetch_to_webhook: Sequence[float]
    publication_to_webhook: Sequence[float]
    """From the moment when the feeds were made known."""
    quiet_fetch_to_searchable: Sequence[float]
    quiet_fetch_to_webhook: Sequence[float]
    usage: Mapping[str, Usage]
    """By process: what it cost after it was warm, and its peaks."""


class Crawl:
    """On a data folder of its own, or on servers with `stores`: then each process has a folder of its own."""

    def __init__(
        self,
        folder: Path,
        pages: int,
        queries: Sequence[str],
        names: Names,
        hook: Receiver,
        stores: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._pages = pages
        self._queries = queries
        self._names = names
        self._hook = hook
        self._is_scaled = stores is not None
        if stores is not None:
            (folder / STORES).write_text(json.dumps(dict(stores)))
        self._clock = SystemClock()
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def run(self, groups: Sequence[Sequence[str]], progress: Count) -> Crawled:
        """Warm up with pages that come alone, then all others at once. `groups` are the roles of each process.

        Raises:
            PresswatchError: a process ended, or nothing moves any more.
        """
        settings = bench_settings(self._folder / "data")
        async with AsyncExitStack() as stack:
            store = open_current_store(settings)
            stack.callback(store.close)
            stream = await self._stream(settings, stack)
            await store.run(_add_watches, self._queries, now=self._clock.now())
            for roles in groups:
                name = self._name(roles)
                data = self._folder / name if self._is_scaled else settings.data
                arguments = (str(data), json.dumps(self._names), *roles)
                log = self._folder / f"{name}.log"
                self._processes[name] = await stack.enter_async_context(
                    child("presswatch_cli.commands.bench_product", *arguments, log=log)
                )
            for number in range(QUIET_PAGES):
                await store.run(_add_feeds, [host_of_page(number)], now=self._clock.now())
                await self._done(store, stream, number + 1, progress)
            before = self._usage()
            begun = self._clock.now()
            hosts = sorted({host_of_page(number) for number in range(QUIET_PAGES, self._pages)})
            await store.run(_add_feeds, hosts, now=begun)
            await self._done(store, stream, self._pages, progress)
            return await store.read(self._figures, begun, _since(before, self._usage()))

    async def _stream(self, settings: Settings, stack: AsyncExitStack) -> Stream:
        """The stream, closed with the stack; on Kafka its topics are made, and go away with it."""
        if not self._is_scaled:
            log = open_stream(settings, self._clock)
            stack.push_async_callback(log.close)
            return log
        kafka = open_kafka(settings, self._clock, passing=True)
        stack.push_async_callback(kafka.close)
        await kafka.connect()
        await kafka.apply_topics(all_topics())
        await apply_index(settings)
        return kafka

    def _name(self, roles: Sequence[str]) -> str:
        """`enrichment`, and `enrichment-2` for its second replica."""
        name = roles[0] if len(roles) == 1 else "run"
        count = sum(known.partition("-")[0] == name for known in self._processes)
        return f"{name}-{count + 1}" if count else name

    async def _done(self, store: Store, stream: Stream, pages: int, progress: Count) -> None:
        """Until so many pages are searchable or counted as none, and all their alerts are delivered."""
        seen: object = None
        still = 0.0
        while True:
            finished, state = await store.read(_progress, pages)
            progress(state[0])
            if finished and not await _lag(stream):
                return
            ended = [name for name, process in self._processes.items() if process.returncode is not None]
            still = 0.0 if state != seen else still + LOOK_SECONDS
            if ended or still > STANDSTILL_SECONDS:
                raise PresswatchError(self._what_went_wrong(ended))
            seen = state
            await asyncio.sleep(LOOK_SECONDS)

    def _what_went_wrong(self, ended: Sequence[str]) -> str:
        what = f"{', '.join(ended)} ended" if ended else f"nothing moved for {STANDSTILL_SECONDS:.0f} seconds"
        said = [path.read_text(errors="replace")[-1000:] for path in sorted(self._folder.glob("*.log"))]
        return f"the measured product failed: {what}\n{''.join(said)}"

    def _usage(self) -> Mapping[str, Usage]:
        return {name: usage_of(process.pid) for name, process in self._processes.items()}

    def _figures(self, tx: Tx, begun: Micros, usage: Mapping[str, Usage]) -> Crawled:
        visits = {number: ledger.visits_of_url(tx, url_hash(page_url(number)))[-1] for number in range(self._pages)}
        searchable = _seconds_to_searchable(tx, visits)
        fired = alerts.alerts_since(tx, 0, limit=ALL_ALERTS)
        told = [
            (row.fetched_at >= begun, (at - row.fetched_at) / SECOND, (at - begun) / SECOND)
            for row in fired
            if (at := self._hook.first_told.get(row.alert_id))
        ]
        last = max(self._hook.last_told, *(visit.index_at or visit.article_at for visit in visits.values()))
        crowd = [seconds for number, seconds in searchable.items() if number >= QUIET_PAGES]
        return Crawled(
            seconds=(last - begun) / SECOND,
            searchable=len(crowd),
            not_articles=ledger.balance(tx).not_articles,
            alerts=sum(row.fetched_at >= begun for row in fired),
            fetch_to_searchable=crowd,
            fetch_to_webhook=[seconds for of_crowd, seconds, _ in told if of_crowd],
            publication_to_webhook=[seconds for of_crowd, _, seconds in told if of_crowd],
            quiet_fetch_to_searchable=[searchable[number] for number in _warm() if number in searchable],
            quiet_fetch_to_webhook=[seconds for of_crowd, seconds, _ in told if not of_crowd][-len(_warm()) :],
            usage=usage,
        )


def _seconds_to_searchable(tx: Tx, visits: Mapping[int, Visit]) -> Mapping[int, float]:
    """From the fetch of a page to its place in the index, for those that are articles."""
    found = {number: visit for number, visit in visits.items() if visit.article_outcome == ARTICLE}
    versions = articles.get_articles(tx, {visit.article_id for visit in found.values()})
    return {number: (visit.index_at - versions[visit.article_id].version) / SECOND for number, visit in found.items()}


def _warm() -> range:
    """The later half of those that came alone: by then every process had all it needs in memory."""
    return range(QUIET_PAGES // 2, QUIET_PAGES)


def _add_watches(tx: Tx, queries: Sequence[str], *, now: Micros) -> None:
    made = watches.add_watches(
        tx, [NewWatch(query=query, name=query, max_age_seconds=0.0) for query in queries], now=now
    )
    secret = new_secret()
    for watch in made:
        target = "http://receiver.example/hook"
        channels.add_channel(tx, watch_id=watch.id, kind=channels.WEBHOOK, target=target, secret=secret, now=now)


def _add_feeds(tx: Tx, hosts: Sequence[str], *, now: Micros) -> None:
    for host in hosts:
        sources.add_source(tx, url=feed_of(host), name=host, now=now)


def _progress(tx: Tx, pages: int) -> tuple[bool, tuple[int, ...]]:
    """Whether pages and deliveries are through, and numbers that change while something moves."""
    now = ledger.balance(tx)
    open_now = now.pending + now.fetched + now.articles
    waiting = sum(pending.count for pending in outbox.pending(tx).values())
    finished = now.seen >= pages and open_now == 0 and waiting == 0
    return finished, (now.seen - open_now, now.seen, now.pages_fetched, now.articles_made, waiting)


async def _lag(stream: Stream) -> int:
    groups = {"alerting": ARTICLES_ENRICHED.name, "delivery": ALERTS_FIRED.name}
    lags = [await stream.lag(group, [topic]) for group, topic in groups.items()]
    return sum(lag.records for by_topic in lags for lag in by_topic.values())


def _since(before: Mapping[str, Usage], after: Mapping[str, Usage]) -> Mapping[str, Usage]:
    return {
        name: Usage(now.cpu_seconds - before[name].cpu_seconds, now.peak_bytes, now.children_peak_bytes)
        for name, now in after.items()
    }


@asynccontextmanager
async def child(module: str, *arguments: str, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python process that ends with the block: it reads a pipe that we hold."""
    with log.open("ab") as handle:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=handle,
            start_new_session=True,
        )
    assert process.stdin is not None
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
