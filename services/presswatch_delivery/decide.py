"""What the policy of a watch says of an alert: told at once, in the next digest, or in the inbox alone. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from presswatch_shared.clock import SECOND, Micros
from presswatch_shared.store.inbox import PENDING, SENT, SUPPRESSED
from presswatch_shared.watch_policy import Mode, Policy, Reason, is_quiet, next_window_end

__all__ = ["Decision", "Lately", "decide"]


@dataclass(slots=True)
class Lately:
    """What a watch told by itself lately."""

    last: Micros | None = None
    in_the_hour: int = 0
    """In the hour before now."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One of the three, with what belongs to it."""

    told: str
    reason: str = ""
    window_end: Micros | None = None


def decide(policy: Policy, lately: Lately, *, now: Micros, muted: bool) -> Decision:
    """The verdict for one alert at the moment when it would be told."""
    if muted:
        return Decision(SUPPRESSED, Reason.MUTED)
    if now < policy.snoozed_until:
        return Decision(SUPPRESSED, Reason.SNOOZED)
    if policy.mode is not Mode.INSTANT:
        return Decision(PENDING, window_end=next_window_end(policy, now))
    reason = _held_back(policy, lately, now)
    return Decision(SENT) if reason is None else Decision(SUPPRESSED, reason)


def _held_back(policy: Policy, lately: Lately, now: Micros) -> Reason | None:
    if policy.quiet_from is not None and is_quiet(policy, now):
        return Reason.QUIET_HOURS
    if lately.last is not None and now < lately.last + round(policy.cool_down_seconds * SECOND):
        return Reason.COOL_DOWN
    if policy.most_an_hour and lately.in_the_hour >= policy.most_an_hour:
        return Reason.RATE
    return None
