"""Charts, moments and addresses of pages."""

from __future__ import annotations

from datetime import date

from starlette.datastructures import QueryParams

from presswatch_shared.index.port import Sort
from presswatch_web.pages.chart import day_chart
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
