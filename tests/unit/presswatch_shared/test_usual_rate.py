"""Whether a source is silent is judged by its own habits: bursts, nights and week-ends are no silence."""

from __future__ import annotations

import random

import pytest

from presswatch_shared.usual_rate import EXPECTED, silence

MONDAY = 168 * 2_900
WEEKS = 4


def by_habit(rate_of: dict[int, float] | float, seed: int) -> dict[int, int]:
    """Four weeks of pages: a rate an hour, or one for each hour of the day on weekdays (Monday is slot 0 here)."""
    chance = random.Random(seed)
    pages = {}
    for hour in range(MONDAY, MONDAY + WEEKS * 168):
        rate = rate_of if isinstance(rate_of, float) else rate_of.get(hour % 24, 0.0) * ((hour - MONDAY) % 168 < 120)
        moment, count = chance.expovariate(1.0), 0
        while moment < rate:
            moment, count = moment + chance.expovariate(1.0), count + 1
        if count:
            pages[hour] = count
    return pages


OFFICE = dict.fromkeys(range(8, 18), 2.0)


@pytest.mark.parametrize("rate", [0.1, 1.0, 5.0])
def test_a_source_that_goes_on_as_usual_is_hardly_ever_called_silent(rate: float) -> None:
    called = trials = 0
    for seed in range(12):
        pages = by_habit(rate, seed)
        for now in range(MONDAY + 3 * 168, MONDAY + WEEKS * 168, 5):
            known = {hour: count for hour, count in pages.items() if hour < now}
            found = silence(known, now=now)
            trials += 1
            called += found is not None and found.is_unusual
    assert called / trials < 0.005, (called, trials)


@pytest.mark.parametrize("rate", [0.1, 1.0, 5.0])
def test_a_source_that_falls_silent_is_called_so_after_some_pages_that_should_have_come(rate: float) -> None:
    waits = []
    for seed in range(8):
        pages = by_habit(rate, seed)
        now = max(pages) + 1
        while not (found := silence(pages, now=now)) or not found.is_unusual:
            now += 1
        waits.append((now - max(pages) - 1) * rate)
    assert min(waits) >= EXPECTED * 0.7
    assert max(waits) < 25


def test_a_night_and_a_week_end_are_no_silence_for_a_source_that_sleeps_then() -> None:
    pages = by_habit(OFFICE, 3)
    friday_evening = max(pages) + 1
    for hour in range(friday_evening, friday_evening + 62):
        found = silence(pages, now=hour)
        assert found is not None
        assert not found.is_unusual, hour - friday_evening
    monday_evening = silence(pages, now=friday_evening + 72)
    assert monday_evening is not None
    assert monday_evening.is_unusual


def test_bursts_make_a_source_wait_for_the_next_one() -> None:
    pages = {MONDAY + day * 24 + 7: 30 for day in range(28)}
    last = max(pages)
    assert [silence(pages, now=last + hours).is_unusual for hours in (12, 24)] == [False, False]  # type: ignore[union-attr]  # a long history
    missed = silence(pages, now=last + 27)
    assert missed is not None
    assert missed.is_unusual


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param({}, id="nothing ever"),
        pytest.param({MONDAY: 500}, id="one hour"),
        pytest.param({MONDAY + hour: 9 for hour in range(100)}, id="less than a week"),
        pytest.param({MONDAY + day * 24: 1 for day in range(15)}, id="few pages"),
    ],
)
def test_a_short_history_tells_nothing(pages: dict[int, int]) -> None:
    assert silence(pages, now=MONDAY + 10_000) is None
