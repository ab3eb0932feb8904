from __future__ import annotations

from datetime import UTC, datetime

import pytest

from presswatch_delivery.retry_after import retry_after_seconds
from presswatch_delivery.schedule import DELAYS, breaker_seconds, next_delay

HOUR = 3600.0


def never() -> float:
    return 0.0


def test_ten_tries_are_spread_over_three_days() -> None:
    delays = [next_delay(tries, retry_after=None, chance=never) for tries in range(11)]
    assert delays == [0, 5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR, None]


@pytest.mark.parametrize("tries", range(1, len(DELAYS)))
def test_jitter_only_lengthens_and_by_a_tenth_at_most(tries: int) -> None:
    delay = next_delay(tries, retry_after=None, chance=lambda: 0.999)
    assert delay is not None and DELAYS[tries] < delay <= DELAYS[tries] * 1.1


@pytest.mark.parametrize(
    ("tries", "retry_after", "expected"),
    [
        pytest.param(1, 60.0, 60.0, id="longer than the schedule"),
        pytest.param(3, 60.0, 1800.0, id="shorter than the schedule"),
        pytest.param(1, 1e9, 24 * HOUR, id="a day at most"),
    ],
)
def test_retry_after_is_honoured(tries: int, retry_after: float, expected: float) -> None:
    assert next_delay(tries, retry_after=retry_after, chance=never) == expected


@pytest.mark.parametrize(
    ("failures", "retry_after", "expected"),
    [
        pytest.param(1, None, 0.0, id="one failure"),
        pytest.param(4, None, 0.0, id="the last one before it opens"),
        pytest.param(5, None, 10.0, id="opens"),
        pytest.param(6, None, 20.0, id="opens for longer"),
        pytest.param(5000, None, 300.0, id="five minutes at most"),
        pytest.param(1, 90.0, 90.0, id="the receiver asked for a pause"),
        pytest.param(9, 90.0, 160.0, id="the longer of both"),
    ],
)
def test_the_breaker_opens_after_failures_in_a_row(failures: int, retry_after: float | None, expected: float) -> None:
    assert breaker_seconds(failures, trial_after=5, retry_after=retry_after) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("120", 120.0, id="seconds"),
        pytest.param("Thu, 01 Jan 2026 00:02:00 GMT", 120.0, id="date"),
        pytest.param("Wed, 31 Dec 2025 00:02:00 GMT", 0.0, id="date in the past"),
        pytest.param("9" * 400, 999_999_999.0, id="a number without end"),
        pytest.param("-5", None, id="negative"),
        pytest.param("soon", None, id="words"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="missing"),
        pytest.param("Thu, 01 Jan 99999 00:02:00 GMT", None, id="a year there is not"),
        pytest.param("١٢٠", None, id="other digits"),
    ],
)
def test_the_retry_after_header_is_read_or_ignored(value: str | None, expected: float | None) -> None:
    assert retry_after_seconds(value, now=datetime(2026, 1, 1, tzinfo=UTC)) == expected
