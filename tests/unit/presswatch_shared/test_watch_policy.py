"""Windows of digests and quiet hours over a whole year in zones with and without changes of the clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from presswatch_shared.clock import from_micros, to_micros
from presswatch_shared.errors import BadInput
from presswatch_shared.watch_policy import (
    Mode,
    Policy,
    check_policy,
    is_quiet,
    next_window_end,
    parse_clock,
    parse_quiet,
    parse_weekday,
)

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Chatham",
]
YEAR = to_micros(datetime(2026, 1, 1, tzinfo=UTC)), to_micros(datetime(2027, 1, 1, tzinfo=UTC))


def windows(policy: Policy, begin: int, end: int) -> Sequence[int]:
    """The ends of all windows between two moments."""
    found = []
    moment = next_window_end(policy, begin)
    while moment < end:
        found.append(moment)
        moment = next_window_end(policy, moment)
    return found


def local(moment: int, zone: str) -> datetime:
    return from_micros(moment).astimezone(ZoneInfo(zone))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["00:00", "00:30", "02:30", "08:00", "23:59"])
def test_a_daily_digest_has_one_window_for_each_date(zone: str, at: str) -> None:
    ends = windows(Policy(mode=Mode.DAILY, zone=zone, at=parse_clock(at)), *YEAR)
    dates = [local(moment, zone).date() for moment in ends]
    assert len(dates) == len(set(dates)) in (364, 365, 366)
    assert {(later - earlier).days for earlier, later in pairwise(dates)} == {1}
    odd = [moment for moment in ends if local(moment, zone).strftime("%H:%M") != at]
    # Only on the one day of the year that has no such time.
    assert len(odd) <= 2


@pytest.mark.parametrize("zone", ZONES)
def test_a_weekly_digest_has_one_window_a_week_on_its_day(zone: str) -> None:
    ends = windows(Policy(mode=Mode.WEEKLY, zone=zone, at=parse_clock("07:30"), weekday=2), *YEAR)
    assert len(ends) in (52, 53)
    assert {local(moment, zone).strftime("%A %H:%M") for moment in ends} == {"Wednesday 07:30"}


@pytest.mark.parametrize("zone", ZONES)
def test_an_hourly_digest_has_a_window_each_hour_of_the_clock(zone: str) -> None:
    ends = windows(Policy(mode=Mode.HOURLY, zone=zone, at=20), *YEAR)
    assert {local(moment, zone).minute for moment in ends} == {20}
    gaps = {(later - earlier) // 60_000_000 for earlier, later in pairwise(ends)}
    assert gaps <= {30, 60, 90}
    assert abs(len(ends) - 8760) <= 1


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        pytest.param("2026-03-29T00:00+00:00", "2026-03-29T01:30+00:00", id="a time that the day does not have"),
        pytest.param("2026-10-25T00:00+00:00", "2026-10-25T00:30+00:00", id="a time that comes twice, the first"),
        pytest.param("2026-10-25T00:30+00:00", "2026-10-26T01:30+00:00", id="a time that comes twice, once only"),
    ],
)
def test_changes_of_the_clocks_in_berlin(moment: str, due: str) -> None:
    policy = Policy(mode=Mode.DAILY, zone="Europe/Berlin", at=parse_clock("02:30"))
    found = next_window_end(policy, to_micros(datetime.fromisoformat(moment)))
    assert from_micros(found) == datetime.fromisoformat(due)


def test_a_date_that_a_zone_skipped_has_no_window() -> None:
    policy = Policy(mode=Mode.DAILY, zone="Pacific/Apia", at=parse_clock("08:00"))
    begin, end = (to_micros(datetime(2011, 12, day, tzinfo=UTC)) for day in (28, 31))
    dates = [local(moment, "Pacific/Apia").date() for moment in windows(policy, begin, end)]
    assert date(2011, 12, 30) not in dates
    assert dates == [date(2011, 12, 28), date(2011, 12, 29), date(2011, 12, 31)]


@pytest.mark.parametrize("zone", ZONES)
def test_no_hourly_window_ends_in_quiet_hours_and_the_first_one_after_them_is_there(zone: str) -> None:
    policy = Policy(
        mode=Mode.HOURLY, zone=zone, at=0, quiet_from=parse_clock("22:00"), quiet_until=parse_clock("07:00")
    )
    ends = windows(policy, *YEAR)
    assert {local(moment, zone).hour for moment in ends} == set(range(7, 22))
    assert not any(is_quiet(policy, moment) for moment in ends)


@pytest.mark.parametrize(
    ("quiet", "time", "expected"),
    [
        pytest.param("22:00-07:00", "22:00", True, id="their beginning"),
        pytest.param("22:00-07:00", "06:59", True, id="the last minute"),
        pytest.param("22:00-07:00", "07:00", False, id="their end"),
        pytest.param("12:00-13:00", "12:30", True, id="within a day"),
        pytest.param("12:00-13:00", "13:00", False, id="after those within a day"),
    ],
)
def test_quiet_hours_are_of_the_wall_clock(quiet: str, time: str, expected: bool) -> None:
    begin, end = parse_quiet(quiet)
    policy = Policy(zone="America/New_York", quiet_from=begin, quiet_until=end)
    hour, minute = divmod(parse_clock(time), 60)
    for month in (1, 7):
        moment = datetime(2026, month, 15, hour, minute, tzinfo=ZoneInfo("America/New_York"))
        assert is_quiet(policy, to_micros(moment)) is expected


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"zone": "Mars/Olympus"}, "no time zone", id="no such zone"),
        pytest.param({"zone": "../../etc/passwd"}, "no time zone", id="a path"),
        pytest.param({"zone": "Europe"}, "no time zone", id="a folder of zones"),
        pytest.param({"at": 1440}, "time of a digest", id="a time after midnight"),
        pytest.param({"weekday": 7}, "day of a digest", id="an eighth day"),
        pytest.param({"quiet_from": 60}, "quiet hours", id="quiet hours without an end"),
        pytest.param({"quiet_from": 60, "quiet_until": 60}, "quiet hours", id="quiet hours of a day"),
        pytest.param({"most_listed": 0}, "lists 1 to 100", id="a digest that lists nothing"),
        pytest.param({"cool_down_seconds": -1.0}, "cool-down", id="a negative cool-down"),
        pytest.param({"cool_down_seconds": float("nan")}, "cool-down", id="a cool-down that is no number"),
        pytest.param(
            {"mode": Mode.DAILY, "at": 60, "quiet_from": 0, "quiet_until": 420}, "quiet hours", id="never due"
        ),
        pytest.param(
            {"mode": Mode.HOURLY, "at": 30, "quiet_from": 20, "quiet_until": 10}, "quiet hours", id="never due, hourly"
        ),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check_policy(Policy(**fields))


@pytest.mark.parametrize("text", ["", "8", "24:00", "08:60", "8:0", "eight"])
def test_what_is_no_time_of_the_day_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_clock(text)


def test_days_have_names() -> None:
    assert [parse_weekday(name) for name in ("Monday", "sun", "FRIDAY")] == [0, 6, 4]
    with pytest.raises(BadInput, match="no day"):
        parse_weekday("Caturday")
