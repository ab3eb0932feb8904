from __future__ import annotations

from dataclasses import replace

import pytest

from presswatch_crawler.politeness import back_off_seconds, retry_after
from presswatch_crawler.poll_outcome import after_failure
from presswatch_crawler.polling import (
    Pace,
    cache_seconds,
    failure_delay,
    next_interval,
    outside_skipped,
)
from presswatch_crawler.settings import CrawlerSettings, user_agent
from presswatch_crawler.source_fetch import PollFailed
from presswatch_shared.clock import HOUR
from presswatch_shared.store.sources import ACTIVE, RETIRED, Source

NOON = 1_795_521_600_000_000
"""2026-11-24 12:00 UTC."""
CALM = Pace(current=600.0, known_share=0.5, new=1, silent=1e9, asked=0.0)


@pytest.mark.parametrize(
    ("pace", "interval"),
    [
        pytest.param(CALM, 600, id="about half is known: as before"),
        pytest.param(replace(CALM, known_share=0.67), 900, id="two thirds known: slower"),
        pytest.param(replace(CALM, known_share=None), 900, id="not modified: slower"),
        pytest.param(replace(CALM, known_share=0.33), 300, id="a third known: faster"),
        pytest.param(replace(CALM, known_share=0.0, current=301), 300, id="never below the floor"),
        pytest.param(replace(CALM, known_share=1.0, current=80_000), 86_400, id="never beyond a day"),
        pytest.param(replace(CALM, known_share=1.0, missed=True), 300, id="items were missed: as fast as allowed"),
        pytest.param(
            replace(CALM, known_share=1.0, silent=2400.0), 600, id="soon after news: a quarter of the silence"
        ),
        pytest.param(replace(CALM, known_share=1.0, silent=0.0), 300, id="just had news: as fast as allowed"),
        pytest.param(replace(CALM, asked=1800.0), 1800, id="what the feed asks for"),
        pytest.param(replace(CALM, asked=1e9), 3600, id="believed up to an hour"),
    ],
)
def test_the_interval_follows_how_much_is_new(pace: Pace, interval: float) -> None:
    assert next_interval(pace, minimum=300.0, maximum=86_400.0) == interval


def test_a_floor_above_the_ceiling_wins() -> None:
    assert next_interval(CALM, minimum=200_000.0, maximum=86_400.0) == 200_000.0


@pytest.mark.parametrize(("weight", "delay"), [(0.25, 1200.0), (1.0, 3900.0), (2.0, 7500.0), (1e6, 30 * 86_400.0)])
def test_failures_slow_a_source_down_linearly_and_never_beyond_thirty_days(weight: float, delay: float) -> None:
    assert failure_delay(weight, minimum=300.0) == delay


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=600", 600.0),
        ("public, s-maxage=60, max-age=600", 60.0),
        ('max-age="30"', 30.0),
        ("no-cache, max-age=600", 0.0),
        ("x-max-age=600", 0.0),
        ("", 0.0),
        ("max-age=soon", 0.0),
    ],
)
def test_cache_control_is_read(header: str, seconds: float) -> None:
    assert cache_seconds({"cache-control": header}) == seconds


@pytest.mark.parametrize(
    ("hours", "later"), [((), 0), ((11,), 0), ((12,), 1), ((12, 13), 2), (tuple(range(24)), 0), ((12, 23), 1)]
)
def test_polls_are_moved_out_of_hours_that_a_feed_skips(hours: tuple[int, ...], later: int) -> None:
    assert outside_skipped(NOON, hours) == NOON + later * HOUR


def source() -> Source:
    return Source(id="s", url="http://k.example/", created_at=0, politeness_key="k.example", etag='"1"', name="K")


@pytest.mark.parametrize(
    ("reason", "temporary", "weight", "state"),
    [
        pytest.param("timeout", True, 0.25, ACTIVE, id="a quarter for what passes"),
        pytest.param("unreadable", False, 0.5, ACTIVE, id="half for a broken feed"),
        pytest.param("status_404", False, 1.0, ACTIVE, id="one for a hard one"),
        pytest.param("status_410", False, 1.0, RETIRED, id="gone retires"),
    ],
)
def test_failures_have_weights(reason: str, temporary: bool, weight: float, state: str) -> None:
    failed = PollFailed(reason, "it is so", temporary=temporary)
    result = after_failure(source(), failed, CrawlerSettings(), now=NOON)
    assert (result.failure_weight, result.state, result.last_outcome) == (weight, state, reason)
    assert (result.etag, result.name) == ('"1"', "K")
    assert after_failure(replace(source(), failure_weight=3.0), failed, CrawlerSettings(), now=NOON).failure_weight > 3


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param("120", 120.0, id="seconds"),
        pytest.param("Tue, 24 Nov 2026 12:01:00 GMT", 60.0, id="a date"),
        pytest.param("Tue, 24 Nov 2020 12:01:00 GMT", 0.0, id="a date that is over"),
        pytest.param("99999999999999", 86_400.0, id="at most a day"),
        pytest.param("soon", None, id="words"),
        pytest.param("", None, id="nothing"),
        pytest.param("-5", None, id="negative"),
        pytest.param("²", None, id="a digit that is none"),
    ],
)
def test_retry_after_is_read(value: str, seconds: float | None) -> None:
    assert retry_after(value, now=NOON) == seconds


def test_a_back_off_doubles_to_a_day_and_never_undercuts_what_was_asked() -> None:
    waits = [back_off_seconds(asked=None, incidents=count, chance=0.5) for count in (0, 1, 2, 50)]
    assert waits == [60.0, 120.0, 240.0, 86_400.0]
    assert back_off_seconds(asked=None, incidents=0, chance=0.0) == pytest.approx(54.0)
    assert back_off_seconds(asked=30.0, incidents=9, chance=0.0) == 30.0
    assert back_off_seconds(asked=30.0, incidents=9, chance=1.0) == pytest.approx(33.0)


def test_the_user_agent_names_the_operator() -> None:
    assert user_agent("1.0", "https://op.example/bot") == "Presswatch/1.0 (+https://op.example/bot)"
    assert user_agent("1.0", "") == "Presswatch/1.0"
