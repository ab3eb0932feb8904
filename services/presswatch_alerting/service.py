"""The alerting service: `articles.enriched` → `alerts.fired`, by the watches in the store."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf

from presswatch_alerting.examine import examine
from presswatch_alerting.filters import Withheld
from presswatch_alerting.follow import Changes, changes_since
from presswatch_alerting.matching import WatchSet
from presswatch_alerting.record import Examined, Recorded, record
from presswatch_alerting.settings import AlertingSettings
from presswatch_shared.clock import Clock, Micros
from presswatch_shared.events import AlertFired, ArticleEnriched, ArticleRef, Event
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.database import Store
from presswatch_shared.store.watch_costs import WatchCosts, add_costs
from presswatch_shared.stream.port import Out, Record
from presswatch_shared.topics import ALERTS_FIRED, ARTICLES_ENRICHED, Topic

__all__ = ["AlertingStage", "as_event"]


MANY = 1_000
"""Watches changed at once, as when a process starts."""


class AlertingStage:
    """Matches articles with all watches. Every replica holds the whole set and takes its share of the articles."""

    name = "alerting"
    inputs: Sequence[Topic[Event]] = (ARTICLES_ENRICHED,)

    def __init__(
        self, *, store: Store, metrics: Metrics, clock: Clock, settings: AlertingSettings | None = None
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._clock = clock
        self._settings = settings or AlertingSettings()
        self._watches = WatchSet(metrics.watch_failures.inc)
        # A cancelled batch goes on in its thread until it is done; the next one must not meet it.
        self._one_thread = threading.Lock()
        self._seq = 0
        self._costs_written = -inf

    async def refresh(self) -> None:
        """Take over what changed among the watches, in whatever process. Done before every batch."""
        changes = await self._store.read(changes_since, self._seq)
        if changes.seq != self._seq:
            await asyncio.to_thread(self._apply, changes)
            self._seq = changes.seq
        self._metrics.watches.set(len(self._watches))

    async def handle(self, batch: Sequence[Record]) -> Sequence[Out]:
        await self.refresh()
        messages = [(item.event, item.envelope) for item in batch if isinstance(item.event, ArticleEnriched)]
        if not messages:
            await self._write_costs()
            return ()
        # Off the loop: a batch against many watches takes long enough for others to feel it.
        examined, withheld = await asyncio.to_thread(self._examine, [(event, it.at) for event, it in messages])
        recorded = await self._store.run(record, examined, now=self._clock.now())
        traces = {(event.article_id, event.version): envelope.trace for event, envelope in messages}
        self._report(recorded, withheld, traces)
        await self._write_costs()
        return [
            Out(ALERTS_FIRED, as_event(row), at=row.fired_at, trace=traces[row.article_id, row.article_version])
            for row in recorded.told
        ]

    async def _write_costs(self) -> None:
        """Now and then, and at once where a watch failed: its owner is waiting for alerts that do not come."""
        moment = self._clock.monotonic()
        if moment - self._costs_written < self._settings.costs_every_seconds and not self._watches.costs.has_failures:
            return
        self._costs_written = moment
        costs, (candidates, seconds) = await asyncio.to_thread(self._take_costs)
        self._metrics.watch_candidates.inc(candidates)
        self._metrics.watch_cpu_seconds.inc(seconds)
        if costs:
            await self._store.run(add_costs, costs, now=self._clock.now())

    def _take_costs(self) -> tuple[Sequence[WatchCosts], tuple[int, float]]:
        with self._one_thread:
            return self._watches.take_costs(), self._watches.costs.take_spent()

    def _apply(self, changes: Changes) -> None:
        with self._one_thread, _undisturbed(len(changes.watches)):
            self._watches.apply(changes.watches, changes.aliases)

    def _examine(
        self, articles: Sequence[tuple[ArticleEnriched, Micros]]
    ) -> tuple[Sequence[Examined], Counter[Withheld]]:
        examined: list[Examined] = []
        withheld: Counter[Withheld] = Counter()
        with self._one_thread:
            for article, at in articles:
                item, reasons = examine(article, at, self._watches, self._settings)
                examined.append(item)
                withheld += reasons
        return examined, withheld

    def _report(self, recorded: Recorded, withheld: Counter[Withheld], traces: Mapping[tuple[str, int], str]) -> None:
        for row in recorded.made:
            self._metrics.alerts.labels(row.kind).inc()
            trace = traces.get((row.article_id, row.article_version), "")
            if row.published_at is not None:
                self._metrics.see_article("alerted", row.published_at, row.fired_at, trace)
            told = {"kind": row.kind, "watch": row.watch_id, "article": row.article_id, "url": row.url, "trace": trace}
            get_logger("alerting").info("alert", **told)
        for reason, count in (withheld + recorded.withheld).items():
            self._metrics.alerts_withheld.labels(reason).inc(count)


@contextmanager
def _undisturbed(count: int) -> Iterator[None]:
    """Without the garbage collector where very many objects are made to stay: it would go through all, time and again.

    Nor does it look at them afterwards; a watch that is removed goes at once, for nothing of it is in a circle.
    """
    if count < MANY or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def as_event(row: AlertRow) -> AlertFired:
    """The event of a recorded alert: the same whenever it is told."""
    return AlertFired(
        alert_id=row.alert_id,
        kind=row.kind,
        watch_id=row.watch_id,
        watch_version=row.watch_version,
        watch_name=row.watch_name,
        query=row.query,
        article=ArticleRef(
            id=row.article_id,
            version=row.article_version,
            url=row.url,
            title=row.title,
            source=row.source,
            published_at=row.published_at,
            lang=row.lang,
        ),
        story_id=row.story_id,
        snippet=row.snippet,
        matches=row.matches,
        outlets=row.outlets,
        fired_at=row.fired_at,
        fetched_at=row.fetched_at,
    )
