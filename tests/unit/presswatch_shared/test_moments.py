"""Moments as people write them."""

from __future__ import annotations

import pytest

from presswatch_shared.clock import DAY
from presswatch_shared.errors import BadInput
from presswatch_shared.moments import parse_moment

NOW = 1_795_540_000_000_000
MIDNIGHT = 1_795_478_400_000_000
"""2026-11-24 00:00 UTC."""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("2026-11-24", MIDNIGHT, id="a date"),
        pytest.param(" 2026-11-24 ", MIDNIGHT, id="with spaces"),
        pytest.param("2026-11-24T00:00Z", MIDNIGHT, id="a time in UTC"),
        pytest.param("2026-11-24T02:00+02:00", MIDNIGHT, id="a time with a zone"),
        pytest.param("2026-11-24 00:00:01", MIDNIGHT + 1_000_000, id="a time without one is UTC"),
        pytest.param("2d", NOW - 2 * DAY, id="days ago"),
        pytest.param("90m", NOW - 5_400_000_000, id="minutes ago"),
        pytest.param("0", NOW, id="now"),
        pytest.param("999999999w", 0, id="before the beginning"),
    ],
)
def test_moments_are_read(text: str, moment: int) -> None:
    assert parse_moment(text, now=NOW) == moment


def test_a_date_as_an_end_includes_its_day() -> None:
    assert parse_moment("2026-11-24", now=NOW, end_of_day=True) == MIDNIGHT + DAY
    assert parse_moment("2026-11-24T00:00", now=NOW, end_of_day=True) == MIDNIGHT


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "24.11.2026", "-1d", "2026-11-24T99:00", "２０２６-11-24T", "\x00"]
)
def test_what_is_no_moment_is_refused_with_the_three_ways(text: str) -> None:
    with pytest.raises(BadInput, match=r"write a date .* a time .* or an age"):
        parse_moment(text, now=NOW)
