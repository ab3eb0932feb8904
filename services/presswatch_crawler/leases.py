"""Prolongs the leases of what this crawler has in hand, so that a lease can be short: what a dead crawler held is soon
claimed by another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from presswatch_shared.clock import SECOND, Clock, Micros
from presswatch_shared.store import hosts, polls, visits
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.frontier import ClaimedPage
from presswatch_shared.store.sources import Source

__all__ = ["Claim", "Leases"]

LOOKS_A_LEASE = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Claim:
    """What one task works on."""

    host_key: str
    pages: Sequence[ClaimedPage] = ()
    source: Source | None = None


class Leases:
    """Those of all tasks of a crawler; `seconds` is how long a lease holds."""

    def __init__(self, store: Store, clock: Clock, seconds: float) -> None:
        self._store = store
        self._clock = clock
        self._seconds = seconds
        self._held: dict[Claim, float] = {}
        self._look_at = 0.0

    @contextmanager
    def holding(self, claim: Claim) -> Iterator[None]:
        """While the block runs."""
        self._held[claim] = self._clock.monotonic()
        try:
            yield
        finally:
            del self._held[claim]

    async def renew(self) -> None:
        """Prolong what is held for longer than a quarter of a lease; to be called at least as often. What ended
        meanwhile is left alone, and a lease that has run out while the store was away is taken up again.

        Raises:
            Retry: the store is busy or away.
        """
        now, quarter = self._clock.monotonic(), self._seconds / LOOKS_A_LEASE
        if now < self._look_at:
            return
        held = [claim for claim, since in self._held.items() if now - since >= quarter]
        if held:
            await self._store.run(_renew, held, leased_until=self._clock.now() + round(self._seconds * SECOND))
        self._look_at = now + quarter


def _renew(tx: Tx, held: Sequence[Claim], *, leased_until: Micros) -> None:
    visits.renew(tx, [page for claim in held for page in claim.pages], leased_until=leased_until)
    polls.renew(tx, [claim.source for claim in held if claim.source], leased_until=leased_until)
    hosts.renew(tx, {claim.host_key for claim in held}, busy_until=leased_until)
