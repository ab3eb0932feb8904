"""The algebra that an index answers queries with: terms, phrases, sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "AllOf",
    "AnyOf",
    "Clause",
    "Except",
    "FuzzyTerm",
    "Phrase",
    "PrefixPhrase",
    "SlopPair",
    "Term",
    "Value",
    "all_of",
    "any_of",
    "everything_but",
    "phrase",
]


@dataclass(frozen=True, slots=True)
class Term:
    """The field has this term."""

    field: str
    term: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """The field has these terms (two or more) at consecutive positions."""

    field: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrefixPhrase:
    """Side by side the terms of `head` (perhaps none) and a term that begins with `prefix`."""

    field: str
    head: tuple[str, ...]
    prefix: str


@dataclass(frozen=True, slots=True)
class SlopPair:
    """The field has both terms, at positions with |second − first − 1| ≤ slop: what Lucene calls a sloppy phrase."""

    field: str
    first: str
    second: str
    slop: int


@dataclass(frozen=True, slots=True)
class FuzzyTerm:
    """The field has a term at Damerau–Levenshtein distance ≤ 1."""

    field: str
    term: str


@dataclass(frozen=True, slots=True)
class Value:
    """One of the values of an exact field (`source`, `lang`, `country`, `category`, `trait`) is this."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Two or more. Without any clause: everything."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Two or more. Without any clause: nothing."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Except:
    """Every article that the clause does not find."""

    clause: Clause


Clause = Term | Phrase | PrefixPhrase | SlopPair | FuzzyTerm | Value | AllOf | AnyOf | Except
EVERYTHING = AllOf(())
NOTHING = AnyOf(())


def phrase(field: str, terms: tuple[str, ...]) -> Clause:
    """The terms at consecutive positions; there may be but one."""
    return Term(field, terms[0]) if len(terms) == 1 else Phrase(field, terms)


def all_of(clauses: Iterable[Clause]) -> Clause:
    """AllOf, without what makes no difference."""
    needed = [clause for clause in dict.fromkeys(clauses) if clause != EVERYTHING]
    if NOTHING in needed:
        return NOTHING
    return needed[0] if len(needed) == 1 else AllOf(tuple(needed))


def any_of(clauses: Iterable[Clause]) -> Clause:
    """AnyOf, without what makes no difference."""
    ways = [clause for clause in dict.fromkeys(clauses) if clause != NOTHING]
    if EVERYTHING in ways:
        return EVERYTHING
    return ways[0] if len(ways) == 1 else AnyOf(tuple(ways))


def everything_but(clause: Clause) -> Clause:
    """Except, without what makes no difference."""
    if clause == EVERYTHING:
        return NOTHING
    if clause == NOTHING:
        return EVERYTHING
    return clause.clause if isinstance(clause, Except) else Except(clause)
