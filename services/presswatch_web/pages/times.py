"""Moments for programs, in pages."""

from __future__ import annotations

from presswatch_shared.clock import Micros, from_micros

__all__ = ["machine"]


def machine(moment: Micros) -> str:
    """For `<time datetime>`."""
    return from_micros(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
