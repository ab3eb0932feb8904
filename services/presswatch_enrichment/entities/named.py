"""A span of a text and what it names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from presswatch_enrichment.entities.gazetteer import Entry

__all__ = ["Named", "of_entry", "without_overlaps"]


class Named(NamedTuple):
    """Where spans overlap the greater strength wins. `entry` is what the tables know of it."""

    start: int
    end: int
    type: str
    name: str
    id: str
    strength: int
    entry: Entry | None = None


def of_entry(start: int, end: int, entry: Entry, strength: int) -> Named:
    return Named(start, end, entry.type, entry.name, entry.id, strength, entry)


def without_overlaps(names: Sequence[Named]) -> Sequence[Named]:
    """The stronger and longer of those that overlap, in the order of the text."""
    taken: list[Named] = []
    covered: set[int] = set()
    for named in sorted(names, key=lambda n: (-n.strength, n.start - n.end, n.start)):
        span = range(named.start, named.end)
        if covered.isdisjoint(span):
            taken.append(named)
            covered.update(span)
    return sorted(taken, key=lambda n: n.start)
