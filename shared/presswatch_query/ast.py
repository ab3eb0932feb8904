"""The tree of a query. One tree serves the live matcher, the search backends and the reference evaluator.

Offsets are code points of the query as given, end exclusive. `field` is one of TEXT_FIELDS, or empty for title
and body.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Words:
    """Tokens at consecutive positions: a term or a phrase."""

    tokens: tuple[str, ...]
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SlopPhrase:
    """Tokens at distinct positions pᵢ with max(pᵢ−i) − min(pᵢ−i) ≤ slop."""

    tokens: tuple[str, ...]
    slop: int
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Prefix:
    """Tokens at consecutive positions, the last one by its beginning."""

    tokens: tuple[str, ...]
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """One token at Damerau–Levenshtein distance ≤ 1."""

    token: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal:
    """Text as written, in its case and with its punctuation."""

    text: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Exact:
    """An exact field and its compared form (casefolded; source as punycode; category as tokens and spaces)."""

    field: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Or:
    """Also an alias, read as a parenthesised OR; `alias` is its name.

    An alias's children are shared between queries and have no places of their own: every leaf has the place of the Or.
    `alias_key` is the same for the same entries in the same field.
    """

    children: tuple[Node, ...]
    start: int
    end: int
    alias: str = ""
    alias_key: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    child: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Near:
    """A match of each operand in one field, not overlapping, with at most `distance` tokens between them."""

    left: Node
    right: Node
    distance: int
    ordered: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` non-overlapping matches of the child."""

    count: int
    child: Node
    start: int
    end: int


Leaf = Words | SlopPhrase | Prefix | Fuzzy | Literal | Exact
Node = And | Or | Not | Near | AtLeast | Words | SlopPhrase | Prefix | Fuzzy | Literal | Exact
