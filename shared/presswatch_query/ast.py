"""The tree of a query. One tree serves the live matcher, the search backends and the reference evaluator.

Offsets are code points of the query as given, end exclusive. `field` is one of TEXT_FIELDS, or empty for title
and body.

Most nodes are tuples, which are made quickly; two of different kinds with the same parts would be equal. Queries are
compared by `canonical_form`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "EXACT_FIELDS",
    "TEXT_FIELDS",
    "And",
    "AtLeast",
    "Exact",
    "Fuzzy",
    "Leaf",
    "Literal",
    "Near",
    "Node",
    "Not",
    "Or",
    "Prefix",
    "SlopPhrase",
    "Words",
]

TEXT_FIELDS = ("title", "body", "lead", "author", "url")
EXACT_FIELDS = ("source", "lang", "country", "category")


class Words(NamedTuple):
    """Tokens at consecutive positions: a term or a phrase."""

    tokens: tuple[str, ...]
    field: str
    start: int
    end: int


class SlopPhrase(NamedTuple):
    """Tokens at distinct positions pᵢ with max(pᵢ−i) − min(pᵢ−i) ≤ slop."""

    tokens: tuple[str, ...]
    slop: int
    field: str
    start: int
    end: int


class Prefix(NamedTuple):
    """Tokens at consecutive positions, the last one by its beginning."""

    tokens: tuple[str, ...]
    field: str
    start: int
    end: int


class Fuzzy(NamedTuple):
    """One token at Damerau–Levenshtein distance ≤ 1."""

    token: str
    field: str
    start: int
    end: int


class Literal(NamedTuple):
    """Text as written, in its case and with its punctuation."""

    text: str
    field: str
    start: int
    end: int


class Exact(NamedTuple):
    """An exact field and its compared form (casefolded; source as punycode; category as tokens and spaces)."""

    field: str
    value: str
    start: int
    end: int


class And(NamedTuple):
    children: tuple[Node, ...]
    start: int
    end: int


class Or(NamedTuple):
    """Also an alias, read as a parenthesised OR; `alias` is its name.

    An alias's children are shared between queries and have no places of their own: every leaf has the place of the Or.
    `alias_key` is the same for the same entries in the same field.
    """

    children: tuple[Node, ...]
    start: int
    end: int
    alias: str = ""
    alias_key: str = ""


class Not(NamedTuple):
    child: Node
    start: int
    end: int


class Near(NamedTuple):
    """A match of each operand in one field, not overlapping, with at most `distance` tokens between them."""

    left: Node
    right: Node
    distance: int
    ordered: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` non-overlapping matches of the child. No tuple as the others, which are made quicker: a tuple
    has a `count` of its own.
    """

    count: int
    child: Node
    start: int
    end: int


Leaf = Words | SlopPhrase | Prefix | Fuzzy | Literal | Exact
Node = And | Or | Not | Near | AtLeast | Words | SlopPhrase | Prefix | Fuzzy | Literal | Exact
