"""How a source does, in sentences: what keeps it from bringing news, and when it is looked at next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presswatch_shared.clock import DAY, Micros
from presswatch_shared.store.hosts import Host
from presswatch_shared.store.sources import ACTIVE, PAUSED, RETIRED, SITE, Source
from presswatch_shared.texts import Text, gettext

__all__ = ["GOOD", "STOPPED", "TROUBLED", "Finding", "health_of"]

GOOD = "good"
TROUBLED = "troubled"
STOPPED = "stopped"
LEAST_SILENCE = DAY
# Times its usual gap between articles that a source is silent before that is said.
MANY_GAPS = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is good, troubled or stopped. `until`: the moment the sentence speaks of, 0 where it speaks of none."""

    level: str
    text: Text
    until: Micros = 0


def health_of(source: Source, host: Host, *, a_day: float, now: Micros) -> Sequence[Finding]:
    """The worst first; one good finding where there is nothing to say. `a_day`: articles it usually brings."""
    if source.state != ACTIVE:
        return [Finding(STOPPED, _why_stopped(source))]
    found = [*_blocked(host, now), *_failing(source), *_silent(source, a_day, now)]
    if found:
        return found
    if not source.last_poll_at:
        return [Finding(GOOD, gettext("It is looked at for the first time within seconds."), source.due_at)]
    return [Finding(GOOD, gettext("It is read as planned."), source.due_at)]


def _why_stopped(source: Source) -> Text:
    if source.state == PAUSED:
        return gettext("It is paused: nothing of it is fetched until somebody resumes it.")
    if source.state == RETIRED:
        return gettext("It is retired: its server said that it is gone for good (410).")
    return gettext("It is not fetched.")


def _blocked(host: Host, now: Micros) -> Sequence[Finding]:
    if host.blocked_until <= now:
        return []
    return [Finding(TROUBLED, gettext("Its host asked to be left alone for a while."), host.blocked_until)]


def _failing(source: Source) -> Sequence[Finding]:
    if source.last_outcome == "robots_unreachable":
        return [Finding(TROUBLED, gettext("Its robots.txt cannot be had, so nothing may be fetched."), source.due_at)]
    if source.failure_weight <= 0 and source.last_outcome != "broken":
        return []
    why = source.last_error or source.last_outcome
    return [Finding(TROUBLED, gettext("The last look at it failed: %(why)s", why=why), source.due_at)]


def _silent(source: Source, a_day: float, now: Micros) -> Sequence[Finding]:
    """A home page brings nothing itself; its feeds do."""
    usual = MANY_GAPS * DAY / a_day if a_day else 0.0
    if source.kind == SITE or not usual or now - source.last_new_at < max(usual, LEAST_SILENCE):
        return []
    return [Finding(TROUBLED, gettext("It has brought nothing new for unusually long."), 0)]
