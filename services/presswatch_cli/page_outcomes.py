"""What became of pages, for Kibana: the accounts of `presswatch report` as documents, written where they changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence

from presswatch_cli.silent_sources import SilentSources
from presswatch_shared.clock import HOUR, Clock, Micros
from presswatch_shared.errors import Poison, Retry
from presswatch_shared.index.outcomes import OutcomeIndex, PageOutcome
from presswatch_shared.logs import get_logger
from presswatch_shared.store.completeness import Account, accounts
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.sources import Source, get_sources, name_of
from presswatch_shared.stream.backoff import rest
from presswatch_shared.usual_rate import Silence

__all__ = ["PageOutcomes", "outcomes_of"]

EVERY_SECONDS = 300.0
SHOWN = 48 * HOUR
AT_ONCE = 2_000
MAY_SHRINK = ("enrichment", "indexing")
"""Stages whose dead letters are replayed, so that a count of none has to be written, too."""


class PageOutcomes:
    """A service: brings the hours of the last two days up to date every five minutes."""

    name = "page-outcomes"

    def __init__(self, store: Store, index: OutcomeIndex, clock: Clock, silent: SilentSources) -> None:
        self._store = store
        self._index = index
        self._clock = clock
        self._silent = silent
        self._written: dict[str, PageOutcome] = {}

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.write()
            except (Retry, Poison) as error:
                # Kibana shows what it had: nothing else depends on it.
                get_logger("page-outcomes").warning("outcomes of pages not written", reason=str(error))
            await rest(stop, EVERY_SECONDS)

    async def write(self) -> int:
        """Write the outcomes that are other than they were; how many.

        Raises:
            Retry: store or index are away, or busy.
            Poison: one was refused.
        """
        now = self._clock.now()
        silent = [_silence(source, length, now) for source, length in await self._silent.read()]
        counted = {one.id: one for one in (*await self._store.read(_read, now=now), *silent)}
        changed = [one for key, one in counted.items() if self._written.get(key) != one]
        for start in range(0, len(changed), AT_ONCE):
            await self._index.put(changed[start : start + AT_ONCE], now=now)
        self._written = counted
        return len(changed)


def _read(tx: Tx, *, now: Micros) -> Sequence[PageOutcome]:
    found = accounts(tx, since=now - SHOWN, until=now + HOUR)
    rows = get_sources(tx, {source_id for source_id, _ in found})
    return [
        PageOutcome(
            source_id=source_id,
            source_name=name_of(source_id, rows),
            hour=hour,
            step=step,
            outcome=outcome,
            pages=pages,
        )
        for (source_id, hour), account in found.items()
        for step, outcome, pages in outcomes_of(account)
    ]


def _silence(source: Source, length: Silence, now: Micros) -> PageOutcome:
    return PageOutcome(
        source_id=source.id,
        source_name=source.shown_name,
        hour=now // HOUR * HOUR,
        step="silence",
        outcome="silence",
        pages=0,
        silent_since=length.last_hour * HOUR,
    )


def outcomes_of(account: Account) -> Iterator[tuple[str, str, int]]:
    """(step, outcome, pages). What waits, and dead letters that can be replayed, are told even if there are none."""
    for step in ("seen", "fetched", "articles", "indexed", "alerted"):
        if pages := getattr(account, step):
            yield step, step, pages
    yield "waiting", "for the crawler", account.waiting
    yield "waiting", "for enrichment", account.enriching
    yield "waiting", "for indexing", account.indexing
    for outcome, pages in (("not modified", account.not_modified), ("superseded", account.superseded)):
        if pages:
            yield "unchanged", outcome, pages
    yield from _drops(account)


def _drops(account: Account) -> Iterator[tuple[str, str, int]]:
    reasons: Mapping[str, Mapping[str, int]] = {
        "refused": account.refused,
        "failed": account.failed,
        "no article": account.not_articles,
        "dead letter": {**dict.fromkeys(MAY_SHRINK, 0), **account.dead_letters},
    }
    for kind, counts in reasons.items():
        for reason, pages in counts.items():
            yield "dropped", f"{kind}: {reason}", pages
