"""What a model of entities does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["EntityModel", "Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a text: code points, end exclusive; `type` as in `events.Entity`."""

    start: int
    end: int
    type: str


class EntityModel(Protocol):
    """Finds names in texts of its languages. The same text gives the same names."""

    name: str
    """Of the back end, as in the extractor's name of an event."""
    languages: frozenset[str]
    """ISO 639-1; empty means any."""

    def find(self, text: str) -> Sequence[Found]:
        """Names in the order of the text. Runs in a thread of its own, one call at a time."""
        ...
