"""Which sources have been silent for longer than is usual for them. Four weeks are read for it, so not often."""

from __future__ import annotations

import math
from collections.abc import Sequence

from presswatch_shared.clock import HOUR, Clock, Micros
from presswatch_shared.store.completeness import found_by_hour
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.sources import ACTIVE, Source, get_sources
from presswatch_shared.usual_rate import HISTORY_HOURS, Silence, silence

__all__ = ["SilentSources"]

EVERY_SECONDS = 1_800.0


class SilentSources:
    """What was found is told for half an hour, to whoever in the process asks."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._found: Sequence[tuple[Source, Silence]] = ()
        self._found_at = -math.inf

    async def read(self) -> Sequence[tuple[Source, Silence]]:
        """Active sources, those that miss most first.

        Raises:
            Retry: the store is away.
        """
        if self._clock.monotonic() - self._found_at > EVERY_SECONDS:
            self._found = await self._store.read(_silent_sources, now=self._clock.now())
            self._found_at = self._clock.monotonic()
        return self._found


def _silent_sources(tx: Tx, *, now: Micros) -> Sequence[tuple[Source, Silence]]:
    pages = found_by_hour(tx, since=now - HISTORY_HOURS * HOUR)
    judged = {source_id: silence(hours, now=now / HOUR) for source_id, hours in pages.items()}
    unusual = {source_id: found for source_id, found in judged.items() if found is not None and found.is_unusual}
    rows = get_sources(tx, unusual)
    silent = [(rows[key], found) for key, found in unusual.items() if key in rows and rows[key].state == ACTIVE]
    return sorted(silent, key=lambda one: (-one[1].expected, one[0].id))
