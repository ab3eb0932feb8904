"""When a watch tells: at once or in digests, and when it holds back. Pure: a moment in, a moment or a verdict out.

A digest window ends at a moment of the wall clock in the policy's zone. A time that a change of the clocks skips is
taken by the offset before the change (RFC 5545), so a day without 02:30 has its window at 03:30; a time that comes
twice counts the first time. A date that a zone skipped altogether has no window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from presswatch_shared.clock import MINUTE, Micros, from_micros, to_micros
from presswatch_shared.errors import BadInput
from presswatch_shared.texts import gettext

__all__ = [
    "WEEKDAYS",
    "Mode",
    "Policy",
    "Reason",
    "check_policy",
    "format_clock",
    "is_quiet",
    "next_window_end",
    "parse_clock",
    "parse_quiet",
    "parse_weekday",
]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_MINUTES, HOUR_MINUTES = 1440, 60
MOST_LISTED = 100
LONGEST_COOL_DOWN = 31 * 86_400.0
MOST_AN_HOUR = 100_000
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
# A week, and a date that the zone may have skipped.
DAYS_AHEAD = 15
# Quiet hours end within a day; a change of the clocks may add some.
HOURS_AHEAD = 60


class Mode(StrEnum):
    """How alerts are told. A closed set."""

    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class Reason(StrEnum):
    """Why an alert stands in the inbox alone. A closed set: it labels a metric."""

    MUTED = "muted"
    SNOOZED = "snoozed"
    QUIET_HOURS = "quiet_hours"
    COOL_DOWN = "cool_down"
    RATE = "rate"
    """More than the most an hour."""
    WATCH_REMOVED = "watch_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Of one watch. Minutes of the day are of the wall clock in `zone`."""

    mode: Mode = Mode.INSTANT
    zone: str = "UTC"
    at: int = 8 * HOUR_MINUTES
    """When a digest is due, minute of the day; an hourly one takes the minute of the hour from it."""
    weekday: int = 0
    """Of a weekly digest, Monday = 0."""
    quiet_from: int | None = None
    quiet_until: int | None = None
    """Minute of the day, exclusive; before `quiet_from` where the night lies between."""
    cool_down_seconds: float = 0.0
    """Least time between two alerts; 0 = off."""
    most_an_hour: int = 0
    """0 = no limit."""
    most_listed: int = 20
    """Articles listed in a digest; the others are counted."""
    snoozed_until: Micros = 0


def check_policy(policy: Policy) -> Policy:
    """The policy, if it can be kept.

    Raises:
        BadInput: an unknown zone, a number out of its range, or a digest that would always be due in quiet hours.
    """
    _zone(policy.zone)
    _within(gettext("the time of a digest"), policy.at, DAY_MINUTES - 1)
    _within(gettext("the day of a digest"), policy.weekday, len(WEEKDAYS) - 1)
    _within(gettext("the most alerts an hour"), policy.most_an_hour, MOST_AN_HOUR)
    _within("the cool-down in seconds", policy.cool_down_seconds, LONGEST_COOL_DOWN)
    if not 1 <= policy.most_listed <= MOST_LISTED:
        raise BadInput(
            gettext(
                "a digest lists 1 to %(most)s articles, not %(number)s", most=MOST_LISTED, number=policy.most_listed
            )
        )
    _check_quiet(policy)
    if _always_quiet(policy):
        raise BadInput(gettext("the digest would be due in the quiet hours: move one of the two"))
    return policy


def is_quiet(policy: Policy, moment: Micros) -> bool:
    """Whether the wall clock stands in the quiet hours."""
    local = from_micros(moment).astimezone(_zone(policy.zone))
    return _in_quiet(policy, local.hour * HOUR_MINUTES + local.minute)


def next_window_end(policy: Policy, after: Micros) -> Micros:
    """When the digest that an alert of the moment `after` belongs to is due: later than `after`.

    The windows of an hourly digest that would end in quiet hours are part of the first one after them.
    """
    ends = _hours(policy, after) if policy.mode is Mode.HOURLY else _days(policy, after)
    return next(ends)


def parse_clock(text: str) -> int:
    """The minute of the day.

    Raises:
        BadInput: not HH:MM.
    """
    found = CLOCK.fullmatch(text.strip())
    if not found:
        raise BadInput(gettext("%(text)s is no time of the day: write it as 08:00", text=repr(text[:40])))
    return int(found[1]) * HOUR_MINUTES + int(found[2])


def format_clock(minute: int) -> str:
    return f"{minute // HOUR_MINUTES:02}:{minute % HOUR_MINUTES:02}"


def parse_quiet(text: str) -> tuple[int, int]:
    """Beginning and end, minutes of the day.

    Raises:
        BadInput: not HH:MM-HH:MM, or both the same.
    """
    begin, dash, end = text.partition("-")
    if not dash:
        raise BadInput(gettext("%(text)s are no quiet hours: write them as 22:00-07:00", text=repr(text[:40])))
    hours = parse_clock(begin), parse_clock(end)
    if hours[0] == hours[1]:
        raise BadInput("quiet hours of a whole day: pause the watch, or snooze it")
    return hours


def parse_weekday(text: str) -> int:
    """Monday = 0; three letters suffice.

    Raises:
        BadInput: no day of the week.
    """
    wanted = text.strip().lower()
    for number, name in enumerate(WEEKDAYS):
        if wanted in (name, name[:3]):
            return number
    raise BadInput(
        gettext("%(text)s is no day of the week: write one of %(days)s", text=repr(text[:40]), days=", ".join(WEEKDAYS))
    )


def _check_quiet(policy: Policy) -> None:
    if policy.quiet_from is None and policy.quiet_until is None:
        return
    if policy.quiet_from is None or policy.quiet_until is None or policy.quiet_from == policy.quiet_until:
        raise BadInput("quiet hours need a beginning and another end, such as 22:00-07:00")
    _within(gettext("the beginning of the quiet hours"), policy.quiet_from, DAY_MINUTES - 1)
    _within(gettext("the end of the quiet hours"), policy.quiet_until, DAY_MINUTES - 1)


def _within(what: str, value: float, most: float) -> None:
    if not 0 <= value <= most:
        raise BadInput(
            gettext("%(what)s is %(value)s: 0 to %(most)s is possible", what=what, value=value, most=f"{most:g}")
        )


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    # A name with no file is a KeyError, one that leads out of the folder a ValueError, that of a folder an OSError.
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(
            gettext("%(text)s is no time zone: write one such as Europe/Berlin, or UTC", text=repr(name[:60]))
        ) from error


def _always_quiet(policy: Policy) -> bool:
    if policy.mode is Mode.INSTANT:
        return False
    if policy.mode is Mode.HOURLY:
        return all(_in_quiet(policy, minute) for minute in range(policy.at % HOUR_MINUTES, DAY_MINUTES, HOUR_MINUTES))
    return _in_quiet(policy, policy.at)


def _in_quiet(policy: Policy, minute: int) -> bool:
    if policy.quiet_from is None or policy.quiet_until is None:
        return False
    if policy.quiet_from < policy.quiet_until:
        return policy.quiet_from <= minute < policy.quiet_until
    return minute >= policy.quiet_from or minute < policy.quiet_until


def _hours(policy: Policy, after: Micros) -> Iterator[Micros]:
    """Moments whose wall clock shows the minute of the policy, outside the quiet hours."""
    zone, minute = _zone(policy.zone), policy.at % HOUR_MINUTES
    moment = (after // MINUTE + 1) * MINUTE
    for _ in range(HOURS_AHEAD):
        moment = _at_minute(moment, minute, zone)
        if not is_quiet(policy, moment):
            yield moment
        moment += MINUTE


def _at_minute(moment: Micros, minute: int, zone: ZoneInfo) -> Micros:
    """The first whole minute from `moment` on that shows this minute of the hour."""
    shown = from_micros(moment).astimezone(zone).minute
    while shown != minute:
        # More than one step only where the clocks change by part of an hour on the way.
        moment += (minute - shown) % HOUR_MINUTES * MINUTE
        shown = from_micros(moment).astimezone(zone).minute
    return moment


def _days(policy: Policy, after: Micros) -> Iterator[Micros]:
    zone = _zone(policy.zone)
    # A time in a gap is moved by the change: begin a day early.
    first = from_micros(after).astimezone(zone).date() - timedelta(days=1)
    for number in range(DAYS_AHEAD):
        day = first + timedelta(days=number)
        if policy.mode is Mode.WEEKLY and day.weekday() != policy.weekday:
            continue
        moment = _on_day(day, policy.at, zone)
        if moment is not None and moment > after:
            yield moment


def _on_day(day: date, minute: int, zone: ZoneInfo) -> Micros | None:
    wall = datetime.combine(day, time(minute // HOUR_MINUTES, minute % HOUR_MINUTES), zone)
    moment = to_micros(wall)
    return moment if from_micros(moment).astimezone(zone).date() == day else None
