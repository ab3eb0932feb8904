"""Durations as people write them: `500ms`, `5s`, `5m`, `24h`, `3d`, `2w`, `0`."""

from __future__ import annotations

import re

from presswatch_shared.errors import BadInput
from presswatch_shared.texts import gettext

__all__ = ["format_duration", "parse_duration"]

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d|w)", re.ASCII)


def parse_duration(text: str) -> float:
    """Seconds.

    Raises:
        BadInput: not a number with a unit.
    """
    cleaned = text.strip().lower()
    if cleaned == "0":
        return 0.0
    found = DURATION.fullmatch(cleaned)
    if not found:
        raise BadInput(
            gettext(
                "%(text)s is no duration: write a number and a unit, such as 500ms, 5s, 5m, 24h or 3d; 0 is off",
                text=repr(text),
            )
        )
    return float(found[1]) * UNITS[found[2]]


def format_duration(seconds: float) -> str:
    """The shortest text that `parse_duration` reads as this many seconds."""
    if seconds == 0:
        return "0"
    for unit in ("d", "h", "m", "s"):
        count = seconds / UNITS[unit]
        if count == int(count):
            return f"{int(count)}{unit}"
    return f"{round(seconds * 1000)}ms"
