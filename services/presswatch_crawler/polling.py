"""When a source is polled next. Pure: moments and chance are arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from presswatch_shared.clock import Micros, from_micros, to_micros

__all__ = ["HARD", "SOFT", "TEMPORARY", "Pace", "cache_seconds", "failure_delay", "next_interval", "outside_skipped"]

TEMPORARY = 0.25
SOFT = 0.5
HARD = 1.0
MOSTLY_KNOWN = 0.67
MOSTLY_NEW = 0.33
SLOWER = 1.5
FASTER = 0.5
# A source is not left alone for longer than this part of the time it has been silent.
PART_OF_SILENCE = 0.25
# What a feed says of its own rate is believed up to this: many say "hourly" only since their software does.
BELIEVED_SECONDS = 3600
LONGEST_FAILURE = 30 * 86_400.0
FAILURE_UNITS = 12
MAX_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the next interval depends on. `known_share` None: nothing was in the source, or it was not modified."""

    current: float
    known_share: float | None
    new: int
    silent: float
    """Seconds since the source last had something new."""
    asked: float
    """Seconds that the feed or its headers ask for; 0 where they do not."""
    missed: bool = False
    """Everything was new although it was polled before: items were missed."""


def next_interval(pace: Pace, *, minimum: float, maximum: float) -> float:
    """Seconds to the next poll."""
    if pace.missed:
        interval = minimum
    elif pace.known_share is None or pace.known_share >= MOSTLY_KNOWN:
        interval = pace.current * SLOWER
    elif pace.known_share <= MOSTLY_NEW:
        interval = pace.current * FASTER
    else:
        interval = pace.current
    interval = min(interval, max(minimum, pace.silent * PART_OF_SILENCE))
    return min(max(interval, minimum, min(pace.asked, BELIEVED_SECONDS)), max(maximum, minimum))


def failure_delay(weight: float, *, minimum: float) -> float:
    """Seconds to the next try after failures of this weight: linear, and never given up."""
    return min(minimum * (1 + weight * FAILURE_UNITS), LONGEST_FAILURE)


def cache_seconds(headers: Mapping[str, str]) -> float:
    """How long the answer says that it stays fresh; 0 where it does not say."""
    control = headers.get("cache-control", "")
    if re.search(r"no-cache|no-store", control, re.IGNORECASE):
        return 0.0
    found = MAX_AGE.search(control)
    return float(found[1]) if found else 0.0


def outside_skipped(due_at: Micros, hours: Sequence[int]) -> Micros:
    """The moment, moved out of the hours (UTC) in which the feed asks not to be polled. All 24 are no rule."""
    if len(set(hours)) >= 24:
        return due_at
    moment = from_micros(due_at)
    while moment.hour in hours:
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return to_micros(moment)
