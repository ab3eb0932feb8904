"""A snippet of an article: plain text and where the query was found in it. Never markup."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Mark", "Snippet"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A found place: code points of the text that carries it, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A window of one field. Marks do not overlap and are in order."""

    field: str
    text: str
    marks: tuple[Mark, ...] = ()
    cut_before: bool = False
    """Whether the field goes on before the window."""
    cut_after: bool = False
