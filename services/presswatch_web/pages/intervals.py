"""Days, weeks from Monday on, and months of a chart. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

__all__ = ["Interval", "Period", "first_of_most", "fitting", "periods"]

MOST_DAYS = 92
MOST_DAYS_IN_WEEKS = 2 * 366
STRAY = 0.02
"""Share of the articles that may lie before what a chart shows unless asked: a few carry a date of long ago."""


class Interval(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both inclusive."""

    first: date
    last: date
    is_cut: bool = False
    """Whether it has less days than others of its kind: the span begins or ends within it."""


def fitting(first: date, last: date) -> Interval:
    """The interval that gives neither a hundred bars nor three."""
    days = (last - first).days + 1
    if days <= MOST_DAYS:
        return Interval.DAY
    return Interval.WEEK if days <= MOST_DAYS_IN_WEEKS else Interval.MONTH


def periods(first: date, last: date, interval: Interval) -> list[Period]:
    """What lies between the two days, the first and the last period cut to them."""
    found: list[Period] = []
    begin = first
    while begin <= last:
        end = _end_of(begin, interval)
        is_cut = end > last or (begin == first and not _begins(begin, interval))
        found.append(Period(begin, min(end, last), is_cut))
        begin = end + timedelta(days=1)
    return found


def first_of_most(counts: Mapping[date, int]) -> date:
    """The day from which on nearly all lie."""
    left = sum(counts.values()) * STRAY
    days = sorted(counts)
    for day in days:
        left -= counts[day]
        if left < 0:
            return day
    return days[-1]


def _begins(day: date, interval: Interval) -> bool:
    """Whether a period begins on the day."""
    return _end_of(day, interval) != _end_of(day - timedelta(days=1), interval)


def _end_of(begin: date, interval: Interval) -> date:
    if interval is Interval.DAY:
        return begin
    if interval is Interval.WEEK:
        return begin + timedelta(days=6 - begin.weekday())
    return (begin.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
