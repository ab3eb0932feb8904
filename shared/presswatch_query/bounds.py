"""What a part of a query finds at most, and what it finds at least."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from presswatch_query.clauses import NOTHING, Clause, all_of, any_of, everything_but

__all__ = ["Bounds", "at_most", "bounds_of_all", "bounds_of_any", "bounds_of_not", "exactly"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The same clause twice where an index can say exactly what is found."""

    most: Clause
    least: Clause


def exactly(clause: Clause) -> Bounds:
    """The clause finds all that matches and nothing else."""
    return Bounds(clause, clause)


def at_most(clause: Clause) -> Bounds:
    """The clause finds all that matches, and perhaps more."""
    return Bounds(clause, NOTHING)


def bounds_of_all(parts: Iterable[Bounds]) -> Bounds:
    """Of an AND."""
    known = list(parts)
    return Bounds(all_of(part.most for part in known), all_of(part.least for part in known))


def bounds_of_any(parts: Iterable[Bounds]) -> Bounds:
    """Of an OR."""
    known = list(parts)
    return Bounds(any_of(part.most for part in known), any_of(part.least for part in known))


def bounds_of_not(part: Bounds) -> Bounds:
    """Of a NOT: what is found at least is what is missed at most."""
    return Bounds(everything_but(part.least), everything_but(part.most))
