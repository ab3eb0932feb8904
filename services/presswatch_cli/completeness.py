"""Balances the accounts of pages: for `presswatch report`, for its web page, and for the metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from presswatch_cli.silent_sources import SilentSources
from presswatch_cli.status_reader import PIPELINE
from presswatch_shared.clock import HOUR, SECOND, Clock, Micros, iso
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import completeness
from presswatch_shared.store.completeness import Account, Handled
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.sources import Source, get_sources, name_of
from presswatch_shared.stream.backoff import rest
from presswatch_shared.stream.port import Stream
from presswatch_shared.usual_rate import Silence

__all__ = ["CompletenessGauges", "Reporter", "report_reader"]

# What a stage has in hand: its word is in the ledger before its offset is committed, and clocks differ.
GRACE = 60 * SECOND
SHOWN_BY_GAUGES = 48 * HOUR
BALANCED_EVERY = 300.0
Reporter = Callable[[Micros, Micros, str | None], Awaitable[Mapping[str, Any]]]
"""(since, until, id of one source or None) → the document of `presswatch report --json`."""


def report_reader(store: Store, stream: Stream, clock: Clock, silent: SilentSources) -> Reporter:
    """Reads reports of pages that were seen from `since` until before `until`."""

    async def read(since: Micros, until: Micros, source_id: str | None) -> Mapping[str, Any]:
        handled = await _handled(stream, clock.now())
        found = await store.read(_document, since=since, until=until, source_id=source_id, handled=handled)
        return {**found, "silent": [_silent(source, length) for source, length in await silent.read()]}

    return read


class CompletenessGauges:
    """A service: keeps the gauges of completeness. The accounts of two days are read, which an index finds."""

    name = "completeness"

    def __init__(self, store: Store, stream: Stream, clock: Clock, silent: SilentSources, metrics: Metrics) -> None:
        self._store = store
        self._stream = stream
        self._clock = clock
        self._silent = silent
        self._metrics = metrics

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
        self._metrics.sources_silent.set(len(await self._silent.read()))
        self._metrics.completeness_checked.set(now / SECOND)


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
            _source(key, rows, {hour: found[key, hour] for source, hour in found if source == key})
            for key in sorted({source for source, _ in found}, key=lambda key: name_of(key, rows).casefold())
        ],
    }


def _source(key: str, rows: Mapping[str, Source], hours: Mapping[Micros, Account]) -> Mapping[str, Any]:
    row = rows.get(key)
    return {
        "id": key,
        "name": name_of(key, rows),
        "url": row.url if row else "",
        "host": row.politeness_key if row else "",
        "total": _figures(_total(hours.values())),
        "hours": [{"hour": iso(hour), **_figures(account)} for hour, account in sorted(hours.items())],
    }


def _silent(source: Source, length: Silence) -> Mapping[str, Any]:
    return {
        "id": source.id,
        "name": source.shown_name,
        "url": source.url,
        "last_hour": iso(length.last_hour * HOUR),
        "expected_pages": length.expected,
        "usual_pages": length.threshold,
        "last_poll": source.last_outcome,
    }


def _figures(account: Account) -> dict[str, Any]:
    return {**asdict(account), "difference": account.difference}


def _total(parts: Iterable[Account]) -> Account:
    total = Account()
    for account in parts:
        total.add(account)
    return total
