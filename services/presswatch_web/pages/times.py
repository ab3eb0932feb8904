"""Moments for people. Times on pages are UTC."""

from __future__ import annotations

from presswatch_shared.clock import Micros, from_micros

__all__ = ["absolute", "ago", "machine"]

STEPS = ((60, "s", 1), (3600, "min", 60), (86_400, "h", 3600), (30 * 86_400, "d", 86_400))


def ago(moment: Micros, now: Micros) -> str:
    """`just now`, `5 min ago`, `3 d ago`; a date where it is longer."""
    seconds = (now - moment) // 1_000_000
    if seconds < 10:
        return "just now" if seconds > -60 else absolute(moment)
    for below, unit, size in STEPS:
        if seconds < below:
            return f"{seconds // size} {unit} ago"
    return from_micros(moment).strftime("%-d %b %Y")


def absolute(moment: Micros) -> str:
    """`24 Nov 2026, 17:05 UTC`."""
    return from_micros(moment).strftime("%-d %b %Y, %H:%M UTC")


def machine(moment: Micros) -> str:
    """For `<time datetime>`."""
    return from_micros(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
