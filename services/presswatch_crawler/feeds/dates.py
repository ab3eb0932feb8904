"""Moments as feeds and sitemaps write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from presswatch_shared.clock import Micros, to_micros

__all__ = ["parse_date"]

ISO = re.compile(
    r"(\d{4})-?(\d{2})?-?(\d{2})?"
    r"(?:[T\s]+(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?\Z",
    re.IGNORECASE | re.ASCII,
)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
MAX_LENGTH = 64
# "No date" of some publishing systems, which mail parsers take for 2001.
YEAR_ONE = re.compile(r"\b000\d\b", re.ASCII)


def parse_date(text: str | None) -> Micros | None:
    """µs since 1970, or None where this is no moment between 1990 and 2100. A time without a zone is UTC."""
    cleaned = " ".join((text or "").split())
    if not cleaned or len(cleaned) > MAX_LENGTH or YEAR_ONE.search(cleaned):
        return None
    moment = _iso(cleaned) or _mail(cleaned)
    if moment is None or not EARLIEST <= moment <= LATEST:
        return None
    return to_micros(moment)


def _iso(text: str) -> datetime | None:
    found = ISO.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    offset = "+00:00" if not zone or zone.upper() in ("Z", "UTC", "GMT") else f"{zone[:3]}:{zone[-2:]}"
    micros = (fraction or "0")[:6].ljust(6, "0")
    form = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}.{micros}{offset}"
    try:
        return datetime.fromisoformat(form)
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    """As RFC 822 and mail programs write it, with the zone names they know."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
