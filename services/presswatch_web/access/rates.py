"""How often somebody may ask: a bucket of tokens each, refilled at a steady rate."""

from __future__ import annotations

from collections import OrderedDict

__all__ = ["RateLimit"]


class RateLimit:
    """At most `per_second` over a while, and `burst` at once, for each of the `most` callers seen last.

    A caller that was forgotten begins with a full bucket.
    """

    def __init__(self, *, per_second: float, burst: float, most: int = 10_000) -> None:
        self._per_second = per_second
        self._burst = burst
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, now: float) -> float:
        """Take one; 0 when there was one, else the seconds until there is. `now` in seconds of any clock that rises."""
        level, seen = self._buckets.pop(caller, (self._burst, now))
        level = min(self._burst, level + max(0.0, now - seen) * self._per_second)
        taken = level >= 1
        self._buckets[caller] = (level - 1 if taken else level, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0.0 if taken else (1 - level) / self._per_second

    def give_back(self, caller: str) -> None:
        """Undo a `take`."""
        if caller in self._buckets:
            level, seen = self._buckets[caller]
            self._buckets[caller] = (min(self._burst, level + 1), seen)
