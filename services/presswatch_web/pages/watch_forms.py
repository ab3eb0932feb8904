"""What the forms of a watch hold: where it tells, and when. As typed, or as it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import Form

from presswatch_shared.clock import Micros, from_micros
from presswatch_shared.durations import format_duration, parse_duration
from presswatch_shared.moments import parse_moment
from presswatch_shared.watch_policy import (
    WEEKDAYS,
    Mode,
    Policy,
    format_clock,
    parse_clock,
    parse_quiet,
    parse_weekday,
)

__all__ = ["ChannelForm", "ChannelKind", "FormText", "PolicyForm", "Refused", "as_form", "as_policy"]

FormText = Annotated[str, Form(max_length=2000)]
ChannelKind = Literal["webhook", "email", "apprise", "feed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelForm:
    """One more place to tell."""

    kind: Annotated[ChannelKind, Form()]
    address: FormText = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyForm:
    """The policy as typed; empty is off."""

    mode: Annotated[Mode, Form()] = Mode.INSTANT
    zone: FormText = "UTC"
    at: FormText = "08:00"
    weekday: FormText = "monday"
    quiet: FormText = ""
    cool_down: FormText = ""
    most_an_hour: Annotated[int, Form(ge=0, le=100_000)] = 0
    snooze: FormText = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What was typed where it could not be kept: it stands in its form again, to be mended."""

    channel: ChannelForm | None = None
    policy: PolicyForm | None = None


def as_form(policy: Policy, now: Micros) -> PolicyForm:
    """The policy that holds, as it would be typed."""
    quiet = ""
    if policy.quiet_from is not None and policy.quiet_until is not None:
        quiet = f"{format_clock(policy.quiet_from)}-{format_clock(policy.quiet_until)}"
    return PolicyForm(
        mode=policy.mode,
        zone=policy.zone,
        at=format_clock(policy.at),
        weekday=WEEKDAYS[policy.weekday],
        quiet=quiet,
        cool_down=format_duration(policy.cool_down_seconds) if policy.cool_down_seconds else "",
        most_an_hour=policy.most_an_hour,
        snooze=from_micros(policy.snoozed_until).isoformat() if policy.snoozed_until > now else "",
    )


def as_policy(form: PolicyForm, before: Policy, now: Micros) -> Policy:
    """Raises: BadInput: a time, a zone or a duration that is none."""
    quiet_from, quiet_until = parse_quiet(form.quiet) if form.quiet.strip() else (None, None)
    # What the form has no field for stays as it was.
    return replace(
        before,
        mode=form.mode,
        zone=form.zone.strip() or "UTC",
        at=parse_clock(form.at),
        weekday=parse_weekday(form.weekday),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        cool_down_seconds=parse_duration(form.cool_down) if form.cool_down.strip() else 0.0,
        most_an_hour=form.most_an_hour,
        snoozed_until=parse_moment(form.snooze, now=now) if form.snooze.strip() else 0,
    )
