"""The policy of a watch as the API and the commands tell it."""

from __future__ import annotations

from typing import Any

from presswatch_shared.clock import iso
from presswatch_shared.watch_policy import WEEKDAYS, Policy, format_clock

__all__ = ["policy_json"]


def policy_json(policy: Policy) -> dict[str, Any]:
    """Times of the day as 08:00, a moment as RFC 3339."""
    return {
        "mode": policy.mode.value,
        "zone": policy.zone,
        "at": format_clock(policy.at),
        "weekday": WEEKDAYS[policy.weekday],
        "quiet_from": None if policy.quiet_from is None else format_clock(policy.quiet_from),
        "quiet_until": None if policy.quiet_until is None else format_clock(policy.quiet_until),
        "cool_down_seconds": policy.cool_down_seconds,
        "most_an_hour": policy.most_an_hour,
        "most_listed": policy.most_listed,
        "snoozed_until": iso(policy.snoozed_until or None),
    }
