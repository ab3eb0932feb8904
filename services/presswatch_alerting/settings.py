"""What alerting needs to know."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AlertingSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingSettings:
    """How much of an article an alert carries, and how often costs are written down."""

    snippet_width: int = 280
    """Code points."""
    most_matches: int = 100
    """Places named in an alert; a text of one word said a thousand times has no more."""
    costs_every_seconds: float = 10.0
    """What watches cost is written to the store so often; it is lost with a crash."""
