"""Where the clauses of a watch stand in an article."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A found clause: code points of the field, end exclusive, and the words as they stand there.

    `clause` names the clause by its offsets in the query.
    """

    field: str
    start: int
    end: int
    clause: str
    words: str
