"""What each watch costs and which ones failed, counted until it is written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from time import perf_counter

from presswatch_query import Matcher
from presswatch_shared.store.watch_costs import WatchCosts

__all__ = ["Costs"]

MOST = 1_000
"""Rows written at a time: what cost most goes first, the rest waits."""
LONGEST_FAILURE = 500


class Costs:
    """Counts for the watches of one matcher. Not for several threads at once."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._matches: Counter[str] = Counter()
        self._seconds: dict[str, float] = {}
        self._failed: dict[str, WatchCosts] = {}
        self._spent = (0, 0.0)
        self._own_seconds = 0.0

    @property
    def has_failures(self) -> bool:
        """Whether an owner waits to be told of one."""
        return bool(self._failed)

    def matched(self, watch_ids: Sequence[str]) -> None:
        """The watches that an article matched."""
        self._matches.update(watch_ids)

    @contextmanager
    def of_match(self, watch_id: str) -> Iterator[None]:
        """The time of the block goes to the watch."""
        before = perf_counter()
        try:
            yield
        finally:
            seconds = perf_counter() - before
            self._seconds[watch_id] = self._seconds.get(watch_id, 0.0) + seconds
            self._own_seconds += seconds

    def failed(self, watch_id: str, version: int, reason: str) -> None:
        self._failed[watch_id] = WatchCosts(watch_id=watch_id, watch_version=version, failure=reason[:LONGEST_FAILURE])

    def forget(self, watch_id: str) -> None:
        """The watch is gone, or becomes another."""
        self._matches.pop(watch_id, None)
        self._seconds.pop(watch_id, None)
        self._failed.pop(watch_id, None)

    def take(self, version_of: Callable[[str], int | None], *, most: int = MOST) -> list[WatchCosts]:
        """What is to be written down now; it counts from zero again. `version_of` a watch that is gone is None."""
        looks = self._looks(most)
        ids = dict.fromkeys((*looks, *islice(self._matches, most), *islice(self._seconds, most)))
        rows = [self._row(watch_id, version, looks) for watch_id in ids if (version := version_of(watch_id))]
        failed, self._failed = self._failed, {}
        return [*failed.values(), *(row for row in rows if row.watch_id not in failed)]

    def take_spent(self) -> tuple[int, float]:
        """Candidates and seconds of all watches since this was asked last."""
        candidates, seconds = self._matcher.spent()
        seconds += self._own_seconds
        before, self._spent = self._spent, (candidates, seconds)
        return candidates - before[0], seconds - before[1]

    def _looks(self, most: int) -> dict[str, tuple[int, float]]:
        """Candidates and seconds by watch; of very many watches with one query, the first ones."""
        return {
            watch_id: (cost.candidates, cost.seconds)
            for watch_ids, cost in self._matcher.take_costs(most)
            for watch_id in watch_ids[:most]
        }

    def _row(self, watch_id: str, version: int, looks: dict[str, tuple[int, float]]) -> WatchCosts:
        candidates, seconds = looks.get(watch_id, (0, 0.0))
        return WatchCosts(
            watch_id=watch_id,
            watch_version=version,
            candidates=candidates,
            matches=self._matches.pop(watch_id, 0),
            seconds=seconds + self._seconds.pop(watch_id, 0.0),
        )
