"""Retention: what the settings say is kept no longer is removed, a little at a time, while the product runs."""

from __future__ import annotations

import asyncio

from presswatch_cli.composition import Parts, enrichment_settings
from presswatch_shared.clock import DAY, SECOND, Micros
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.settings import Settings
from presswatch_shared.store.alerts import TOLD_AGAIN_SECONDS
from presswatch_shared.store.database import Store
from presswatch_shared.store.pruning import BATCH, Cutoffs, Rule, prune_some, rules
from presswatch_shared.stream.backoff import rest

__all__ = ["Maintenance", "cutoffs", "prune"]

EVERY_SECONDS = 600.0


class Maintenance:
    """A service: forgets once at the start and then every ten minutes."""

    name = "maintenance"

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._forget(stop)
            except Retry as error:
                get_logger("maintenance").warning("retention put off", reason=str(error))
            await rest(stop, EVERY_SECONDS)

    async def _forget(self, stop: asyncio.Event) -> None:
        parts = self._parts
        story_days = enrichment_settings(parts.settings).story_days
        chosen = cutoffs(parts.settings, story_days=story_days, now=parts.clock.now())
        removed = await prune(parts.store, chosen, stop)
        if removed:
            get_logger("maintenance").info("retention", rows=removed)


def cutoffs(settings: Settings, *, story_days: int, now: Micros) -> Cutoffs:
    """What the settings say; but what keeps an alert from being told twice stays for as long as it can be told."""
    told_again = settings.retention_alerts + TOLD_AGAIN_SECONDS
    return Cutoffs(
        visits=_before(now, settings.retention_ledger),
        deliveries=_before(now, max(settings.retention_ledger, told_again)),
        inbox=_before(now, max(settings.retention_inbox, told_again)),
        stories=now - story_days * DAY,
    )


async def prune(store: Store, chosen: Cutoffs, stop: asyncio.Event, *, batch: int = BATCH) -> int:
    """Remove all that is over, a batch a transaction, so that nobody waits long; how many rows."""
    return sum([await _prune_table(store, rule, stop, batch) for rule in rules(chosen)])


async def _prune_table(store: Store, rule: Rule, stop: asyncio.Event, batch: int) -> int:
    removed = 0
    while not stop.is_set():
        some = await store.run(prune_some, rule, limit=batch)
        removed += some
        if some < batch:
            break
    return removed


def _before(now: Micros, seconds: float) -> Micros:
    return now - round(seconds * SECOND)
