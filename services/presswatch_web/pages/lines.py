"""Counts of several queries over time as lines of one SVG. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from presswatch_web.pages.chart import LONGEST, sum_within
from presswatch_web.pages.intervals import Interval, Period, periods

__all__ = ["Line", "LineChart", "line_chart"]

WIDTH = 720
HEIGHT = 160


@dataclass(frozen=True, slots=True)
class Line:
    """What one query has in each period."""

    counts: tuple[int, ...]
    shares: tuple[float, ...]
    """Of all coverage, in percent; empty where it is not asked for."""
    points: str
    """As an SVG's polyline takes them."""

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over the same periods, on the same scale."""

    periods: tuple[Period, ...]
    lines: tuple[Line, ...]
    most: float
    interval: Interval
    is_share: bool
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def first(self) -> date:
        return self.periods[0].first

    @property
    def last(self) -> date:
        return self.periods[-1].last


def line_chart(
    counts: Sequence[Mapping[date, int]],
    *,
    first: date,
    last: date,
    interval: Interval,
    coverage: Mapping[date, int] | None = None,
) -> LineChart:
    """A line for each of the counts, over the newest LONGEST periods."""
    spans = periods(first, last, interval)[-LONGEST:]
    of = [sum_within(coverage or {}, span) for span in spans]
    found = [tuple(sum_within(each, span) for span in spans) for each in counts]
    shares = [
        tuple(100 * count / all_of if all_of else 0.0 for count, all_of in zip(each, of, strict=True)) for each in found
    ]
    drawn: Sequence[Sequence[float]] = found if coverage is None else shares
    most = max((value for each in drawn for value in each), default=0)
    return LineChart(
        tuple(spans),
        tuple(
            Line(one, share if coverage is not None else (), _points(values, most or 1))
            for one, share, values in zip(found, shares, drawn, strict=True)
        ),
        most,
        interval,
        coverage is not None,
    )


def _points(values: Sequence[float], most: float) -> str:
    """In the middle of each period; a lonely one is drawn as a short line."""
    step = WIDTH / len(values)
    places = [(step * (at + 0.5), HEIGHT - HEIGHT * value / most) for at, value in enumerate(values)]
    if len(places) == 1:
        places = [(0.0, places[0][1]), (float(WIDTH), places[0][1])]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
