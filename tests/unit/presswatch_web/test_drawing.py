"""Charts, moments and addresses of pages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from starlette.datastructures import QueryParams

from presswatch_shared.index.port import Sort
from presswatch_web.pages.chart import bar_chart, day_chart
from presswatch_web.pages.intervals import Interval, Period, first_of_most, fitting, periods
from presswatch_web.pages.lines import line_chart
from presswatch_web.pages.links import Links, asked_from
from presswatch_web.pages.times import machine

NOW = 1_795_540_000_000_000


def test_a_chart_has_a_bar_for_every_day_and_the_highest_fills_it() -> None:
    counts = {date(2026, 11, 1): 2, date(2026, 11, 20): 8}
    chart = day_chart(counts)
    assert chart is not None
    assert (len(chart.bars), chart.most, chart.first, chart.last) == (20, 8, date(2026, 11, 1), date(2026, 11, 20))
    assert max(bar.height for bar in chart.bars) == chart.height
    assert all(bar.x >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)
    assert [bar.height for bar in chart.bars if not bar.count] == [0.0] * 18


def test_a_chart_is_not_longer_than_can_be_read() -> None:
    chart = day_chart({date(1990, 1, 1): 1, date(2026, 11, 20): 1})
    assert chart is not None
    assert (len(chart.bars), chart.last) == (120, date(2026, 11, 20))


def test_a_chart_of_nothing_is_none() -> None:
    assert day_chart({}) is None


def test_a_moment_for_programs() -> None:
    assert machine(NOW) == "2026-11-24T17:06:40Z"


def test_an_address_says_what_was_asked_and_nothing_else() -> None:
    asked = asked_from(
        QueryParams("q=+Rostec+&source=a.example&source=&source=a.example&lang=&unknown=1&sort=relevance")
    )
    assert (asked.q, asked.source, asked.lang, asked.sort) == ("Rostec", ("a.example",), (), Sort.RELEVANCE)
    links = Links(asked)
    assert links.to() == "/?q=Rostec&source=a.example&sort=relevance"
    assert links.toggled("source", "a.example") == "/?q=Rostec&sort=relevance"
    assert links.toggled("source", "b.example") == "/?q=Rostec&source=a.example&source=b.example&sort=relevance"
    assert links.day(date(2026, 11, 24)).endswith("since=2026-11-24&until=2026-11-24&source=a.example&sort=relevance")
    assert links.without_filters() == "/?q=Rostec&sort=relevance"


def test_a_change_begins_at_the_first_page() -> None:
    links = Links(asked_from(QueryParams("q=a&cursor=abc")))
    assert (links.to(), links.to(cursor="def")) == ("/?q=a", "/?q=a&cursor=def")
    assert not links.has_filters


def test_an_order_by_relevance_needs_words() -> None:
    assert asked_from(QueryParams("sort=relevance")).sort is Sort.NEWEST


@pytest.mark.parametrize(
    ("interval", "spans"),
    [
        pytest.param(Interval.DAY, [("02-26", "02-26", False), ("02-27", "02-27", False)], id="days"),
        pytest.param(
            Interval.WEEK,
            [("02-26", "03-01", True), ("03-02", "03-08", False), ("03-09", "03-10", True)],
            id="weeks from Monday, the first and the last cut",
        ),
        pytest.param(Interval.MONTH, [("02-26", "02-28", True), ("03-01", "03-10", True)], id="months"),
    ],
)
def test_a_span_is_cut_into_periods(interval: Interval, spans: list[tuple[str, str, bool]]) -> None:
    found = periods(date(2026, 2, 26), date(2026, 3, 10), interval)
    wanted = [Period(date.fromisoformat(f"2026-{a}"), date.fromisoformat(f"2026-{b}"), cut) for a, b, cut in spans]
    assert found[: len(wanted)] == wanted
    assert (found[0].first, found[-1].last) == (date(2026, 2, 26), date(2026, 3, 10))


@pytest.mark.parametrize(
    ("days", "interval"), [(1, Interval.DAY), (92, Interval.DAY), (93, Interval.WEEK), (800, Interval.MONTH)]
)
def test_the_interval_fits_the_span(days: int, interval: Interval) -> None:
    assert fitting(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1)) is interval


def test_a_few_stray_dates_do_not_stretch_a_chart() -> None:
    counts = {date(1999, 1, 1): 1, date(2026, 11, 1): 60, date(2026, 11, 2): 39}
    assert first_of_most(counts) == date(2026, 11, 1)
    assert first_of_most({date(1999, 1, 1): 1}) == date(1999, 1, 1)
    chart = bar_chart(counts, first=date(2026, 11, 1), last=date(2026, 11, 2))
    assert (chart.earlier, [bar.count for bar in chart.bars]) == (1, [60, 39])


def test_bars_of_a_share_are_as_high_as_their_share() -> None:
    counts, coverage = {date(2026, 11, 2): 2, date(2026, 11, 9): 2}, {date(2026, 11, 2): 4, date(2026, 11, 9): 8}
    chart = bar_chart(
        counts, first=date(2026, 11, 2), last=date(2026, 11, 15), interval=Interval.WEEK, coverage=coverage
    )
    assert [(bar.count, bar.of, bar.share, bar.height) for bar in chart.bars] == [
        (2, 4, 50.0, chart.height),
        (2, 8, 25.0, chart.height / 2),
    ]
    assert chart.most_share == 50.0


def test_lines_share_one_scale() -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 2)
    chart = line_chart([{first: 4}, {last: 2}], first=first, last=last, interval=Interval.DAY)
    assert [line.total for line in chart.lines] == [4, 2]
    assert [line.points for line in chart.lines] == ["180.0,0.0 540.0,160.0", "180.0,160.0 540.0,80.0"]
    alone = line_chart([{first: 4}], first=first, last=first, interval=Interval.DAY)
    assert alone.lines[0].points == "0.0,0.0 720.0,0.0"


def test_the_state_of_the_page_is_its_address() -> None:
    address = "q=a&source=b.example&source=c.example&fold=no&by=week&share=1"
    links = Links(asked_from(QueryParams(address)))
    assert links.to() == f"/?{address}"
    assert links.to(fold=True, share=False, by="") == "/?q=a&source=b.example&source=c.example"
    assert links.export("csv") == f"/export.csv?{address}"
    assert links.span(date(2026, 11, 1), date(2026, 11, 7)).startswith("/?q=a&since=2026-11-01&until=2026-11-07&")
    assert "&story=s1&fold=no" in links.copies("s1")
    assert links.compared(["a", "b"]).startswith("/compare?q=a&q=b&source=b.example")
    assert asked_from(QueryParams("by=year")).by == ""
