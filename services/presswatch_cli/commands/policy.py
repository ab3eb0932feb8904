"""`presswatch watch policy` and `presswatch watch snooze`: when a watch tells, and when it holds back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from presswatch_shared.clock import Micros, iso
from presswatch_shared.durations import format_duration, parse_duration
from presswatch_shared.errors import BadInput
from presswatch_shared.moments import parse_moment
from presswatch_shared.store import holding_back, inbox, policies, watches
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.inbox import InboxFilter
from presswatch_shared.watch_policy import (
    WEEKDAYS,
    Mode,
    Policy,
    check_policy,
    format_clock,
    parse_clock,
    parse_quiet,
    parse_weekday,
)

__all__ = ["PolicyOptions", "changed", "describe", "policy_json", "set_policy", "snooze"]

OFF = "off"
SECOND = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOptions:
    """The options as typed; None leaves a thing as it is."""

    mode: str | None = None
    at: str | None = None
    day: str | None = None
    zone: str | None = None
    quiet: str | None = None
    """HH:MM-HH:MM, or off."""
    cool_down: str | None = None
    most_an_hour: int | None = None
    most_listed: int | None = None

    @property
    def says_something(self) -> bool:
        return any(getattr(self, name) is not None for name in self.__slots__)


def changed(policy: Policy, options: PolicyOptions) -> Policy:
    """The policy with what the options say.

    Raises:
        BadInput: one of them cannot be used.
    """
    values: dict[str, Any] = {}
    if options.mode is not None:
        values["mode"] = _mode(options.mode)
    if options.at is not None:
        values["at"] = parse_clock(options.at)
    if options.day is not None:
        values["weekday"] = parse_weekday(options.day)
    if options.zone is not None:
        values["zone"] = options.zone
    if options.quiet is not None:
        values["quiet_from"], values["quiet_until"] = (
            (None, None) if options.quiet == OFF else parse_quiet(options.quiet)
        )
    if options.cool_down is not None:
        values["cool_down_seconds"] = parse_duration(options.cool_down)
    numbers = {"most_an_hour": options.most_an_hour, "most_listed": options.most_listed}
    values |= {name: number for name, number in numbers.items() if number is not None}
    return check_policy(replace(policy, **values))


def set_policy(store: Store, watch_id: str, options: PolicyOptions, *, now: Micros) -> None:
    """Raises: BadInput: there is no such watch, or an option cannot be used."""

    def work(tx: Tx) -> None:
        _watch_exists(tx, watch_id)
        policies.set_policy(tx, watch_id, changed(policies.get_policy(tx, watch_id), options), now=now)

    store.run_now(work)


def snooze(store: Store, watch_id: str, until: str, *, now: Micros) -> Micros:
    """Tell nothing for a duration, or until a moment, or `off`; gives the end of it.

    Raises:
        BadInput: there is no such watch, or no such moment.
    """
    end = 0 if until == OFF else _later(until, now)
    if until != OFF and end <= now:
        raise BadInput(f"{until!r} lies in the past: write how long from now (2h), a moment to come, or off")

    def work(tx: Tx) -> None:
        _watch_exists(tx, watch_id)
        policy = policies.get_policy(tx, watch_id)
        policies.set_policy(tx, watch_id, replace(policy, snoozed_until=end), now=now)

    store.run_now(work)
    return end


def describe(store: Store, watch_id: str) -> Mapping[str, Any]:
    """The policy, and what became of the alerts of the watch, for JSON.

    Raises:
        BadInput: there is no such watch.
    """

    def work(tx: Tx) -> Mapping[str, Any]:
        _watch_exists(tx, watch_id)
        told = inbox.count_told(tx, only=InboxFilter(watch_id=watch_id))
        reasons = dict(holding_back.reasons(tx, watch_id=watch_id))
        return policy_json(policies.get_policy(tx, watch_id)) | {"alerts": dict(told), "suppressed": reasons}

    return store.read_now(work)


def policy_json(policy: Policy) -> dict[str, Any]:
    """A policy as it is written on the command line."""
    quiet = None
    if policy.quiet_from is not None and policy.quiet_until is not None:
        quiet = f"{format_clock(policy.quiet_from)}-{format_clock(policy.quiet_until)}"
    return {
        "mode": policy.mode.value,
        "at": format_clock(policy.at),
        "day": WEEKDAYS[policy.weekday],
        "zone": policy.zone,
        "quiet": quiet,
        "cool_down": format_duration(policy.cool_down_seconds),
        "most_an_hour": policy.most_an_hour,
        "most_listed": policy.most_listed,
        "snoozed_until": iso(policy.snoozed_until or None),
    }


def _mode(text: str) -> Mode:
    try:
        return Mode(text)
    except ValueError as error:
        raise BadInput(f"{text[:40]!r} is no way to tell: write one of {', '.join(Mode)}") from error


def _later(text: str, now: Micros) -> Micros:
    try:
        return now + round(parse_duration(text) * SECOND)
    except BadInput:
        return parse_moment(text, now=now)


def _watch_exists(tx: Tx, watch_id: str) -> None:
    if watches.get_watch(tx, watch_id) is None:
        raise BadInput(f"there is no watch {watch_id!r}: `presswatch watch list` shows all")
