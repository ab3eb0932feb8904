"""When a failed delivery is tried again, and how long a failing endpoint is left alone. Pure functions of counts."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["DELAYS", "breaker_seconds", "next_delay"]

SECOND, MINUTE, HOUR = 1.0, 60.0, 3600.0
DELAYS = (
    0.0,
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
"""Wait before the first, second, … try, counted from the try before."""
JITTER = 0.1
LONGEST_RETRY_AFTER = 24 * HOUR
FIRST_BREAK = 10 * SECOND
LONGEST_BREAK = 5 * MINUTE


def next_delay(tries: int, *, retry_after: float | None, chance: Callable[[], float]) -> float | None:
    """Seconds until the next try after `tries` of them; None where the last one was made.

    `chance` gives numbers in [0, 1). What the receiver asked for is honoured up to a day.
    """
    if tries >= len(DELAYS):
        return None
    delay = DELAYS[tries] * (1 + JITTER * chance())
    return max(delay, min(retry_after or 0.0, LONGEST_RETRY_AFTER))


def breaker_seconds(failures: int, *, trial_after: int, retry_after: float | None) -> float:
    """How long nothing goes to an endpoint after so many failures in a row; 0 = its breaker stays closed."""
    asked = min(retry_after or 0.0, LONGEST_RETRY_AFTER)
    if failures < trial_after:
        return asked
    doubled: float = FIRST_BREAK * 2.0 ** min(failures - trial_after, 10)
    return max(asked, min(doubled, LONGEST_BREAK))
