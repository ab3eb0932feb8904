"""`presswatch watch policy` and `presswatch watch snooze`: when a watch tells, and when it holds back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from presswatch_cli.commands.existing_watch import existing_watch
from presswatch_shared.clock import SECOND, Micros
from presswatch_shared.durations import parse_duration
from presswatch_shared.errors import BadInput
from presswatch_shared.moments import parse_moment
from presswatch_shared.store import holding_back, inbox, policies
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.inbox import InboxFilter
from presswatch_shared.watch_policy import (
    Mode,
    Policy,
    check_policy,
    format_clock,
    parse_clock,
    parse_quiet,
    parse_weekday,
)
from presswatch_shared.watch_policy_json import policy_json

__all__ = ["PolicyOptions", "changed", "describe", "set_policy", "snooze", "typed_options"]

OFF = "off"


class PolicyOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is to be changed of a policy, under the names it has in the API, in `watch policy` and in files of watches;
    None leaves a thing as it is."""

    mode: str | None = None
    zone: str | None = None
    at: str | None = None
    """HH:MM, as both ends of the quiet hours."""
    weekday: str | None = None
    quiet_from: str | None = None
    """`off` ends quiet hours."""
    quiet_until: str | None = None
    cool_down_seconds: float | None = None
    most_an_hour: int | None = None
    most_listed: int | None = None

    @property
    def says_something(self) -> bool:
        return any(getattr(self, name) is not None for name in self.__struct_fields__)


def typed_options(
    *,
    mode: str | None = None,
    at: str | None = None,
    day: str | None = None,
    zone: str | None = None,
    quiet: str | None = None,
    cool_down: str | None = None,
    most_an_hour: int | None = None,
    most_listed: int | None = None,
) -> PolicyOptions:
    """As typed on the command line: quiet hours as HH:MM-HH:MM or `off`, a cool-down such as 30m.

    Raises:
        BadInput: quiet hours or a duration that are none.
    """
    begin, end = (None, None) if quiet is None else _ends(quiet)
    return PolicyOptions(
        mode=mode,
        zone=zone,
        at=at,
        weekday=day,
        quiet_from=begin,
        quiet_until=end,
        cool_down_seconds=None if cool_down is None else parse_duration(cool_down),
        most_an_hour=most_an_hour,
        most_listed=most_listed,
    )


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
    if options.weekday is not None:
        values["weekday"] = parse_weekday(options.weekday)
    if options.zone is not None:
        values["zone"] = options.zone
    for name in ("quiet_from", "quiet_until"):
        if (moment := getattr(options, name)) is not None:
            values[name] = None if moment == OFF else parse_clock(moment)
    for name in ("cool_down_seconds", "most_an_hour", "most_listed"):
        if (number := getattr(options, name)) is not None:
            values[name] = number
    return check_policy(replace(policy, **values))


def set_policy(store: Store, which: str, options: PolicyOptions, *, now: Micros) -> None:
    """Raises: BadInput: there is no such watch, or an option cannot be used."""

    def work(tx: Tx) -> None:
        watch_id = existing_watch(tx, which).id
        policies.set_policy(tx, watch_id, changed(policies.get_policy(tx, watch_id), options), now=now)

    store.run_now(work)


def snooze(store: Store, which: str, until: str, *, now: Micros) -> Micros:
    """Tell nothing for a duration, or until a moment, or `off`; gives the end of it.

    Raises:
        BadInput: there is no such watch, or no such moment.
    """
    end = 0 if until == OFF else _later(until, now)
    if until != OFF and end <= now:
        raise BadInput(f"{until!r} lies in the past: write how long from now (2h), a moment to come, or off")

    def work(tx: Tx) -> None:
        watch_id = existing_watch(tx, which).id
        policy = policies.get_policy(tx, watch_id)
        policies.set_policy(tx, watch_id, replace(policy, snoozed_until=end), now=now)

    store.run_now(work)
    return end


def describe(store: Store, which: str) -> Mapping[str, Any]:
    """The policy, and what became of the alerts of the watch, for JSON.

    Raises:
        BadInput: there is no such watch.
    """

    def work(tx: Tx) -> Mapping[str, Any]:
        watch_id = existing_watch(tx, which).id
        told = inbox.count_told(tx, only=InboxFilter(watch_id=watch_id))
        reasons = dict(holding_back.reasons(tx, watch_id=watch_id))
        return policy_json(policies.get_policy(tx, watch_id)) | {"alerts": dict(told), "suppressed": reasons}

    return store.read_now(work)


def _ends(quiet: str) -> tuple[str, str]:
    if quiet == OFF:
        return OFF, OFF
    begin, end = parse_quiet(quiet)
    return format_clock(begin), format_clock(end)


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
