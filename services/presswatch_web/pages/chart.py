"""Counts over time as bars of an SVG, which a strict content policy lets through: attributes and classes, no styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from presswatch_web.pages.intervals import Interval, Period, periods

__all__ = ["LONGEST", "Bar", "Chart", "bar_chart", "day_chart"]

HEIGHT = 56
WIDTH = 720
LONGEST = 120
"""Most bars of a chart."""
FEWEST_SLOTS = 14
LEAST_HEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A period. Lengths are in the units of the drawing."""

    first: date
    last: date
    count: int
    of: int
    """All coverage of the period, where it is asked for."""
    x: float
    y: float
    width: float
    height: float
    is_cut: bool = False

    @property
    def day(self) -> date:
        return self.first

    @property
    def share(self) -> float:
        """Of all coverage, in percent."""
        return 100 * self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars without gaps between their periods, the last one at the right."""

    bars: tuple[Bar, ...]
    most: int
    most_share: float = 0.0
    interval: Interval = Interval.DAY
    earlier: int = 0
    """What is counted before the first period."""
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def first(self) -> date:
        return self.bars[0].first

    @property
    def last(self) -> date:
        return self.bars[-1].last


def day_chart(counts: Mapping[date, int], *, first: date | None = None, last: date | None = None) -> Chart | None:
    """A chart from the first day to the last one (of the counts, where they are not given); None without any count."""
    if not counts:
        return None
    end = max(last or max(counts), max(counts))
    begin = max(min(first or min(counts), min(counts)), end - timedelta(days=LONGEST - 1))
    return bar_chart(counts, first=begin, last=end)


def bar_chart(
    counts: Mapping[date, int],
    *,
    first: date,
    last: date,
    interval: Interval = Interval.DAY,
    coverage: Mapping[date, int] | None = None,
) -> Chart:
    """The counts from the first day to the last one, the newest LONGEST periods; of `coverage`, where it is given."""
    spans = periods(first, last, interval)[-LONGEST:]
    found = [sum_within(counts, span) for span in spans]
    of = [sum_within(coverage or {}, span) for span in spans]
    shares = [100 * count / all_of if all_of else 0.0 for count, all_of in zip(found, of, strict=True)]
    values = found if coverage is None else shares
    return Chart(
        tuple(_bars(spans, found, of, _heights(values))),
        max(found),
        most_share=max(shares),
        interval=interval,
        earlier=sum(count for day, count in counts.items() if day < spans[0].first),
    )


def sum_within(counts: Mapping[date, int], span: Period) -> int:
    """What is counted on the days of the period."""
    days = range((span.last - span.first).days + 1)
    return sum(counts.get(span.first + timedelta(days=number), 0) for number in days)


def _heights(values: Sequence[float]) -> list[float]:
    most = max(values) or 1
    return [max(LEAST_HEIGHT, HEIGHT * value / most) if value else 0.0 for value in values]


def _bars(spans: Sequence[Period], found: Sequence[int], of: Sequence[int], heights: Sequence[float]) -> list[Bar]:
    step = WIDTH / max(len(spans), FEWEST_SLOTS)
    left = WIDTH - step * len(spans)
    gap = min(3.0, step * 0.2)
    return [
        Bar(
            span.first,
            span.last,
            found[at],
            of[at],
            x=round(left + step * at + gap / 2, 2),
            y=round(HEIGHT - heights[at], 2),
            width=round(step - gap, 2),
            height=round(heights[at], 2),
            is_cut=span.is_cut,
        )
        for at, span in enumerate(spans)
    ]
