"""Dates as they are written for readers: "4 March 2026", "4 de marzo de 2026", "04.03.2026"."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from presswatch_shared.clock import Micros, to_micros

__all__ = ["read_written_date"]

# First letters of the months' names, without accents; four where three are not enough.
MONTHS = {
    1: "jan ene gen sty янв січ",
    2: "feb fev lut фев лют",
    3: "mar maa mrt maer мар бер",
    4: "apr abr avr kwi апр кві",
    5: "may mai mag mei maj мая май тра",
    6: "jun juin giu cze июн чер",
    7: "jul juil lug lip июл лип",
    8: "aug ago aou sie авг сер",
    9: "sep set wrz сен вер",
    10: "oct okt out ott paz окт жов",
    11: "nov lis ноя лис",
    12: "dec dez dic gru дек гру",
}
BY_START = {start: number for number, starts in MONTHS.items() for start in starts.split()}
DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?,?\s+(?:de\s+|del\s+)?(\d{4})(?!\d)"
)
MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})(?!\d)")
NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?!\d)")
LOOK_AT = 200


def read_written_date(text: str, *, month_first: bool = False) -> Micros | None:
    """The first moment of the day that is written in `text`; `month_first` reads 3/4/2026 as in the United States."""
    text = text[:LOOK_AT]
    if match := DAY_FIRST.search(text):
        return _day(int(match[3]), _month(match[2]), int(match[1]))
    if match := MONTH_FIRST.search(text):
        return _day(int(match[3]), _month(match[1]), int(match[2]))
    if match := YEAR_FIRST.search(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := NUMBERS.search(text):
        first, second = int(match[1]), int(match[2])
        turned = (month_first and "/" in match[0] and first <= 12) or second > 12
        day, month = (second, first) if turned else (first, second)
        return _day(int(match[3]), month, day)
    return None


def _month(name: str) -> int:
    """Its number; 0 for a word that is no month."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c) or c == "\u0306")
    composed = unicodedata.normalize("NFC", letters)
    return BY_START.get(composed[:4]) or BY_START.get(composed[:3]) or 0


def _day(year: int, month: int, day: int) -> Micros | None:
    try:
        return to_micros(datetime(year, month, day, tzinfo=UTC))
    except ValueError:
        return None
