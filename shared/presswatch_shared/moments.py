"""Moments as people write them: `2026-11-24`, `2026-11-24T17:05Z`, or how long ago: `24h`, `7d`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from presswatch_shared.clock import DAY, SECOND, Micros, to_micros
from presswatch_shared.durations import parse_duration
from presswatch_shared.errors import BadInput
from presswatch_shared.texts import gettext

__all__ = ["parse_moment"]

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_moment(text: str, *, now: Micros, end_of_day: bool = False) -> Micros:
    """µs since 1970. A time without a zone is UTC; a bare date is its first moment, or that of the next day.

    Raises:
        BadInput: neither a date, a time nor a duration.
    """
    cleaned = text.strip()
    if cleaned[:5].count("-") != 1:
        return _ago(cleaned, now)
    try:
        moment = datetime.fromisoformat(cleaned)
        micros = to_micros(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise _refused(text) from error
    return micros + DAY if end_of_day and DATE.fullmatch(cleaned) else micros


def _ago(text: str, now: Micros) -> Micros:
    try:
        return max(0, now - round(parse_duration(text) * SECOND))
    except BadInput as error:
        raise _refused(text) from error


def _refused(text: str) -> BadInput:
    return BadInput(
        gettext(
            "%(text)s is no moment: write a date (2026-11-24), a time (2026-11-24T17:05Z) or an age (7d)",
            text=repr(text),
        )
    )
