"""How long to wait before the same thing is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

__all__ = ["backoff", "rest"]


def backoff(
    attempt: int, *, first: float, most: float, chance: Callable[[], float], after: float | None = None
) -> float:
    """Seconds before attempt number `attempt` (from 1): doubling from `first` up to `most`, spread over its upper half.

    The spread keeps workers that failed together from coming back together. Never less than `after`, where the other
    side named it.
    """
    # The exponent is bounded, since a float overflows after a thousand attempts.
    longest = min(most, first * 2.0 ** min(attempt - 1, 60))
    return max(longest * (0.5 + chance() / 2), after or 0.0)


async def rest(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until `stop` is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
