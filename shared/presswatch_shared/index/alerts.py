"""Where alerts lie for analysts who read them in Kibana. Only search servers have it; delivery does without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from presswatch_shared.events import AlertFired

__all__ = ["AlertIndex"]


class AlertIndex(Protocol):
    """One document an alert; the same alert again takes its place."""

    async def put(self, alerts: Sequence[AlertFired]) -> None:
        """Store the alerts, durably when it returns.

        Raises:
            Retry: busy, full or away; the same call may be made again.
            Poison: one of them can never be written; the others may be.
        """
        ...

    async def close(self) -> None: ...
