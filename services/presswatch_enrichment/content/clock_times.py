"""Times of day as they stand by themselves above an entry of a ticker."""

from __future__ import annotations

import re

__all__ = ["is_clock"]

CLOCK = re.compile(
    r"(?:\D{0,12}\s)?(?:[01]?\d|2[0-3])\s?[:.h時点时]\s?[0-5]\d(?::[0-5]\d)?\s?分?\s?(?:uhr|h|hrs?|[ap]\.?m\.?)?(?:\s?\(?[A-Z]{2,5}\)?)?",
    re.IGNORECASE,
)
CLOCK_MAX = 30


def is_clock(text: str) -> bool:
    """Nothing but a time of day."""
    text = text.strip()
    return len(text) <= CLOCK_MAX and CLOCK.fullmatch(text) is not None
