"""Retention: what the settings say is kept no longer is removed, a little at a time, while the product runs."""

from __future__ import annotations

import asyncio

from presswatch_cli.composition import Parts, enrichment_settings
from presswatch_enrichment.service import forget_old_texts
from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.store import alerts, articles, deliveries, ledger
from presswatch_shared.store.database import Tx
from presswatch_shared.stream.backoff import rest

__all__ = ["Maintenance"]

EVERY_SECONDS = 600.0
SECOND = 1_000_000
DAY = 86_400 * SECOND


class Maintenance:
    """A service: forgets once at the start and then every ten minutes."""

    name = "maintenance"

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._forget()
            except Retry as error:
                get_logger("maintenance").warning("retention put off", reason=str(error))
            await rest(stop, EVERY_SECONDS)

    async def _forget(self) -> None:
        settings, now = self._parts.settings, self._parts.clock.now()
        story_days = enrichment_settings(settings).story_days
        removed = await self._parts.store.run(forget, now=now, ledger_seconds=settings.retention_ledger)
        removed += await self._parts.store.run(forget_old_texts, story_days=story_days, now=now)
        if removed:
            get_logger("maintenance").info("retention", rows=removed)


def forget(tx: Tx, *, now: int, ledger_seconds: float) -> int:
    """Rows of the store that are older than the ledger is kept; how many."""
    before = now - round(ledger_seconds * SECOND)
    gone = ledger.forget_before(tx, before)
    gone += articles.drop_earlier_texts(tx, fetched_before=before)
    gone += alerts.forget_seen(tx, before=before)
    return gone + deliveries.forget_tries(tx, before=before)
