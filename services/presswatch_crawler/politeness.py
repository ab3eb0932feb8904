"""How long a host that said "too many" (429) or "not now" (503) is left alone. Pure."""

from __future__ import annotations

from presswatch_crawler.feeds.dates import parse_date
from presswatch_shared.clock import SECOND, Micros

__all__ = ["LONGEST", "back_off_seconds", "retry_after"]

LONGEST = 86_400.0
FIRST = 60.0
JITTER = 0.1


def retry_after(value: str, *, now: Micros) -> float | None:
    """Seconds that a Retry-After header asks for (a number or a date), at most a day; None where it asks nothing."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:10]), LONGEST)
    moment = parse_date(text)
    return min(max(0.0, (moment - now) / SECOND), LONGEST) if moment is not None else None


def back_off_seconds(*, asked: float | None, incidents: int, chance: float) -> float:
    """What the host asked for, else a minute that doubles with each of the `incidents` before; a tenth more or less by
    `chance` (0 to 1), though never less than was asked for."""
    if asked is not None:
        return min(asked * (1 + JITTER * chance), LONGEST)
    doubled = FIRST * 2.0 ** min(incidents, 12)
    return min(doubled * (1 + JITTER * (2 * chance - 1)), LONGEST)
