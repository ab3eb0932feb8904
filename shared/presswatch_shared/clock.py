"""Time as an argument. Everywhere inside, a moment is a whole number of microseconds since 1970 UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = [
    "DAY",
    "EPOCH",
    "HOUR",
    "MINUTE",
    "SECOND",
    "Clock",
    "Micros",
    "SystemClock",
    "from_micros",
    "iso",
    "to_micros",
]

Micros = int
SECOND: Micros = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Where time comes from; tests pass their own."""

    def now(self) -> Micros:
        """The moment, in µs since 1970 UTC. May step back."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start. Never steps back."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Micros:
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        return time.monotonic()


def from_micros(moment: Micros) -> datetime:
    """An aware UTC datetime, exact to the microsecond."""
    return EPOCH + timedelta(microseconds=moment)


def iso(moment: Micros | None) -> str | None:
    """RFC 3339 in UTC, as machines read it; None stays None."""
    return None if moment is None else from_micros(moment).isoformat().replace("+00:00", "Z")


def to_micros(moment: datetime) -> Micros:
    """µs since 1970 UTC. A datetime without a zone is refused: ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (moment - EPOCH) // timedelta(microseconds=1)
