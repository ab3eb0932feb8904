"""Counts by day as bars of an SVG, which a strict content policy lets through: attributes and classes, no styles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["Bar", "Chart", "day_chart"]

HEIGHT = 56
WIDTH = 720
LONGEST_DAYS = 120


@dataclass(frozen=True, slots=True)
class Bar:
    """A day. Lengths are in the units of the drawing."""

    day: date
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars without gaps between their days, the last day at the right."""

    bars: tuple[Bar, ...]
    most: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def first(self) -> date:
        return self.bars[0].day

    @property
    def last(self) -> date:
        return self.bars[-1].day


def day_chart(counts: Mapping[date, int], *, first: date | None = None, last: date | None = None) -> Chart | None:
    """A chart from the first day to the last one (of the counts, where they are not given); None without any count."""
    if not counts:
        return None
    end = max(last or max(counts), max(counts))
    begin = max(min(first or min(counts), min(counts)), end - timedelta(days=LONGEST_DAYS - 1))
    days = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    most = max(counts.get(day, 0) for day in days) or 1
    step = WIDTH / max(len(days), 14)
    left = WIDTH - step * len(days)
    return Chart(
        tuple(_bar(day, counts.get(day, 0), left + step * at, step, most) for at, day in enumerate(days)), most
    )


def _bar(day: date, count: int, x: float, step: float, most: int) -> Bar:
    height = max(2.0, HEIGHT * count / most) if count else 0.0
    gap = min(3.0, step * 0.2)
    return Bar(day, count, round(x + gap / 2, 2), round(HEIGHT - height, 2), round(step - gap, 2), round(height, 2))
