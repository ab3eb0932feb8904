"""Where the outcomes of pages lie for analysts and operators who read them in Kibana. Only search servers have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from presswatch_shared.clock import Micros

__all__ = ["OutcomeIndex", "PageOutcome"]


class PageOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How many pages that were seen in a source in an hour came to one outcome of one step."""

    source_id: str
    source_name: str
    hour: Micros
    """Its beginning."""
    step: str
    """seen, waiting, fetched, articles, dropped, indexed, alerted; or silence, which counts no pages."""
    outcome: str
    """The reason of a drop, such as `refused: robots`; the step itself where there is none."""
    pages: int
    silent_since: Micros | None = None
    """Of a silence alone."""

    @property
    def id(self) -> str:
        """The same hour, step and outcome of a source again takes the place of what was counted before."""
        return f"{self.source_id}/{self.hour}/{self.step}/{self.outcome}"


class OutcomeIndex(Protocol):
    """One document an outcome; one of the same id takes its place."""

    async def put(self, outcomes: Sequence[PageOutcome], *, now: Micros) -> None:
        """Store the outcomes as they were counted at `now`, durably when it returns.

        Raises:
            Retry: busy, full or away, or its templates are missing; the same call may be made again.
            Poison: one of them can never be written; the others may be.
        """
        ...

    async def close(self) -> None: ...
