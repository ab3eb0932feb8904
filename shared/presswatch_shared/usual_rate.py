"""When a source is silent for longer than is usual for it. Pure.

A source has its own clock, which ticks in expected pages: the mean number of pages seen in each hour of the week, over
the last four weeks, an hour and its two neighbours together. On this clock a night without news takes no time, and
pages come about evenly. A source is silent when its clock says that `EXPECTED` pages should have come since the last
one, which chance alone (Poisson) leaves out once in a thousand times; and, since news comes in bursts, when that is
`LONGER` times as long as its longest gap in these weeks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

__all__ = ["HISTORY_HOURS", "Silence", "silence"]

WEEK = 168
HISTORY_HOURS = 4 * WEEK
LEAST_HOURS = WEEK
LEAST_PAGES = 20
EXPECTED = 7.0
LONGER = 1.5


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a source has had no news, in pages that usually would have come; `threshold` of them are too many."""

    last_hour: int
    """Hours since 1970."""
    expected: float
    threshold: float

    @property
    def is_unusual(self) -> bool:
        return self.expected > self.threshold


def silence(pages: Mapping[int, int], *, now: float) -> Silence | None:
    """How silent a source is now (hours since 1970), by the pages it had in each hour.

    None where it has too short a history to tell: less than a week, or fewer than 20 pages.
    """
    hours = sorted(hour for hour, count in pages.items() if count > 0)
    if not hours or hours[-1] - hours[0] < LEAST_HOURS or sum(pages.values()) < LEAST_PAGES:
        return None
    clock = _OwnClock(pages, hours[0], hours[-1])
    # An hour with pages may have had them at any time in it: gaps are counted from its end to the next one's beginning.
    longest = max(clock.at(later) - clock.at(earlier + 1) for earlier, later in pairwise(hours))
    since_last = clock.at(now) - clock.at(hours[-1] + 1)
    return Silence(hours[-1], round(max(0.0, since_last), 1), round(max(EXPECTED, LONGER * longest), 1))


class _OwnClock:
    """Expected pages since the beginning of time. The silence itself, after `last`, does not slow it down."""

    def __init__(self, pages: Mapping[int, int], first: int, last: int) -> None:
        counts, chances = [0.0] * WEEK, [0] * WEEK
        for hour in range(first, last + 1):
            counts[hour % WEEK] += pages.get(hour, 0)
            chances[hour % WEEK] += 1
        self._rates = [_smooth(counts, slot) / _smooth(chances, slot) for slot in range(WEEK)]
        self._sums = [0.0, *accumulate(self._rates)]

    def at(self, hour: float) -> float:
        week, within = divmod(hour, WEEK)
        slot = int(within)
        return week * self._sums[-1] + self._sums[slot] + (within - slot) * self._rates[slot]


def _smooth(values: list[float] | list[int], slot: int) -> float:
    return values[slot - 1] + values[slot] + values[(slot + 1) % WEEK]
