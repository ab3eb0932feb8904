"""Balances the accounts of pages: for `presswatch report`, for its web page, and for the metrics."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from presswatch_cli.status_reader import PIPELINE
from presswatch_shared.clock import HOUR, SECOND, Clock, Micros, iso
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import completeness
from presswatch_shared.store.completeness import Account, Handled
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.sources import ACTIVE, Source, get_sources
from presswatch_shared.stream.backoff import rest
from presswatch_shared.stream.port import Stream
from presswatch_shared.usual_rate import HISTORY_HOURS, Silence, silence

__all__ = ["CompletenessGauges", "Reporter", "report_reader"]

# What a stage has in hand: its word is in the ledger before its offset is committed, and clocks differ.
GRACE = 60 * SECOND
SHOWN_BY_GAUGES = 48 * HOUR
BALANCED_EVERY = 300.0
SILENCE_EVERY = 1_800.0
Reporter = Callable[[Micros, Micros, str | None], Awaitable[Mapping[str, Any]]]
"""(since, until, id of one source or None) → the document of `presswatch report --json`."""


def report_reader(store: Store, stream: Stream, clock: Clock) -> Reporter:
    """Reads reports of pages that were seen from `since` until before `until`."""

    silent, read_at = list[Mapping[str, Any]](), -math.inf

    async def read(since: Micros, until: Micros, source_id: str | None) -> Mapping[str, Any]:
        nonlocal silent, read_at
        handled = await _handled(stream, clock.now())
        # Four weeks are read for it.
        if clock.monotonic() - read_at > SILENCE_EVERY:
            rows = await store.read(silent_sources, now=clock.now())
            silent, read_at = [_silent(source, length) for source, length in rows], clock.monotonic()
        found = await store.read(_document, since=since, until=until, source_id=source_id, handled=handled)
        return {**found, "silent": silent}

    return read


class CompletenessGauges:
    """A service: keeps the gauges of completeness. The accounts of two days are read, which an index finds."""

    name = "completeness"

    def __init__(self, store: Store, stream: Stream, clock: Clock, metrics: Metrics) -> None:
        self._store = store
        self._stream = stream
        self._clock = clock
        self._metrics = metrics
        self._silence_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.measure()
            except Retry as error:
                get_logger("completeness").warning("accounts not read", reason=str(error))
            await rest(stop, BALANCED_EVERY)

    async def measure(self) -> None:
        """Set the gauges once.

        Raises:
            Retry: store or stream are away.
        """
        handled, now = await _handled(self._stream, self._clock.now()), self._clock.now()
        found = await self._store.read(_balance, since=now - SHOWN_BY_GAUGES, until=now + HOUR, handled=handled)
        for reason, count in found["imbalance"].items():
            self._metrics.imbalance.labels(reason).set(count)
        for stage, count in found["waiting"].items():
            self._metrics.waiting.labels(stage).set(count)
        if self._clock.monotonic() >= self._silence_at:
            self._metrics.sources_silent.set(len(await self._store.read(silent_sources, now=now)))
            self._silence_at = self._clock.monotonic() + SILENCE_EVERY
        self._metrics.completeness_checked.set(now / SECOND)


def silent_sources(tx: Tx, *, now: Micros) -> Sequence[tuple[Source, Silence]]:
    """Active sources without news for longer than is usual for them, those that miss most first."""
    pages = completeness.found_by_hour(tx, since=now - HISTORY_HOURS * HOUR)
    judged = {source_id: silence(hours, now=now / HOUR) for source_id, hours in pages.items()}
    unusual = {source_id: found for source_id, found in judged.items() if found is not None and found.is_unusual}
    rows = get_sources(tx, unusual)
    silent = [(rows[key], found) for key, found in unusual.items() if key in rows and rows[key].state == ACTIVE]
    return sorted(silent, key=lambda one: (-one[1].expected, one[0].id))


async def _handled(stream: Stream, now: Micros) -> Handled:
    """Read before the accounts: what came before has been handled, whatever comes meanwhile."""
    behind = {stage.name: await stream.lag(stage.name, stage.topics) for stage in PIPELINE if stage.name != "delivery"}
    moments = {
        name: now - GRACE - max((round(lag.seconds * SECOND) for lag in lags.values() if lag.records), default=0)
        for name, lags in behind.items()
    }
    return Handled(**moments)


def _balance(tx: Tx, *, since: Micros, until: Micros, handled: Handled) -> Mapping[str, Mapping[str, int]]:
    return {
        "imbalance": completeness.unexplained(tx, since=since, until=until, handled=handled),
        "waiting": completeness.waiting(tx, since=since, until=until),
    }


def _document(tx: Tx, *, since: Micros, until: Micros, source_id: str | None, handled: Handled) -> Mapping[str, Any]:
    found = completeness.accounts(tx, since=since, until=until, source_id=source_id)
    rows = get_sources(tx, {source for source, _ in found})
    unexplained = completeness.unexplained(tx, since=since, until=until, handled=handled)
    total = _total(found.values())
    return {
        "since": iso(since),
        "until": iso(until),
        "balanced": not total.difference and not any(unexplained.values()),
        "total": _figures(total),
        "unexplained": dict(unexplained),
        "sources": [
            _source(key, rows.get(key), {hour: found[key, hour] for source, hour in found if source == key})
            for key in sorted({source for source, _ in found}, key=lambda key: _name(key, rows.get(key)).casefold())
        ],
    }


def _source(key: str, row: Source | None, hours: Mapping[Micros, Account]) -> Mapping[str, Any]:
    return {
        "id": key,
        "name": _name(key, row),
        "url": row.url if row else "",
        "host": row.politeness_key if row else "",
        "total": _figures(_total(hours.values())),
        "hours": [{"hour": iso(hour), **_figures(account)} for hour, account in sorted(hours.items())],
    }


def _silent(source: Source, length: Silence) -> Mapping[str, Any]:
    return {
        "id": source.id,
        "name": _name(source.id, source),
        "url": source.url,
        "last_hour": iso(length.last_hour * HOUR),
        "expected_pages": length.expected,
        "usual_pages": length.threshold,
        "last_poll": source.last_outcome,
    }


def _figures(account: Account) -> dict[str, Any]:
    return {**asdict(account), "difference": account.difference}


def _total(parts: Any) -> Account:
    total = Account()
    for account in parts:
        total.add(account)
    return total


def _name(key: str, row: Source | None) -> str:
    return (row.name or row.url) if row else f"{key} (removed)"
