"""What of a watch must be in an article for it to match at all: clauses, each a choice of atoms.

An atom is written as a string: a token, or two or three joined by spaces, for title and body; everything else as
`\\0field\\0kind\\0key`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from presswatch_query.ast import (
    And,
    AtLeast,
    Exact,
    Fuzzy,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    SlopPhrase,
    Words,
)
from presswatch_query.literal_terms import literal_terms

__all__ = [
    "ALIAS",
    "ALWAYS",
    "LOOSE",
    "SEPARATOR",
    "Clause",
    "Rarity",
    "direct_atom",
    "encoded",
    "leaf_atom",
    "necessary_clauses",
    "second_tokens",
]

LONGEST_GRAM = 3
MOST_SECOND_ATOMS = 8
PARTS_OF_WORDS = ("title", "body")
IN_TITLE_AND_BODY = ("", *PARTS_OF_WORDS)
SEPARATOR = "\0"
ALWAYS = f"{SEPARATOR}{SEPARATOR}always{SEPARATOR}"
ALIAS = "alias"
MOST_LEAVES_ASKED = 50
LOOSE = f"{SEPARATOR}{SEPARATOR}loose{SEPARATOR}"

Rarity = Callable[[str], float]
"""The share of articles that have a token."""

EXACT_SHARES = {"source": 0.01, "category": 0.1, "country": 0.2, "lang": 0.3}
WILD_SHARE = 0.05
PAIR_SHARE = 0.1
"""How much rarer a pair is than the rarer one of its tokens."""


class Clause(NamedTuple):
    """One of the atoms must be there; `share` is the share of articles in which one is, roughly."""

    share: float
    atoms: tuple[str, ...]


def encoded(field: str, kind: str, key: str) -> str:
    """The atom of a kind (`gram`, `prefix`, `fuzzy`, `exact`) in a field; plain for a gram of title and body."""
    if kind == "gram" and field in IN_TITLE_AND_BODY:
        return key
    return SEPARATOR.join(("", "" if field in IN_TITLE_AND_BODY else field, kind, key))


def direct_atom(node: Node) -> str | None:
    """The atom that decides by itself whether the watch matches; None where there is none."""
    match node:
        case Words(tokens, field) if len(tokens) <= LONGEST_GRAM and field not in PARTS_OF_WORDS:
            return encoded(field, "gram", " ".join(tokens))
        case Prefix((beginning,), field) if field not in PARTS_OF_WORDS:
            return encoded(field, "prefix", beginning)
        case Fuzzy(token, field) if field not in PARTS_OF_WORDS:
            return encoded(field, "fuzzy", token)
        case Exact(field, value):
            return encoded(field, "exact", value)
    return None


def necessary_clauses(node: Node, rarity: Rarity) -> list[Clause]:
    """The clauses, the rarest first; none where a watch may match an article that has none of its atoms."""
    return sorted(_clauses(node, rarity), key=lambda clause: clause.share)


def _clauses(node: Node, rarity: Rarity) -> Iterable[Clause]:
    match node:
        case And(children):
            return [clause for child in children for clause in _clauses(child, rarity)]
        case Near(left, right):
            return [*_clauses(left, rarity), *_clauses(right, rarity)]
        case AtLeast(_, child):
            return _clauses(child, rarity)
        case Or(alias_key=key) if key:
            return _alias_clause(node, rarity)
        case Or(children):
            return _one_of(children, rarity)
        case Not():
            return ()
        case _:
            return _leaf_clauses(node, rarity)


def _alias_clause(alias: Or, rarity: Rarity) -> Iterator[Clause]:
    """One atom that stands for all leaves of the alias: they are entered once, however many watches name it."""
    share = sum(rarity(leaf.tokens[0]) for leaf in alias.children[:MOST_LEAVES_ASKED] if isinstance(leaf, Words))
    yield Clause(share * max(1, len(alias.children) / MOST_LEAVES_ASKED), (encoded("", ALIAS, alias.alias_key),))


def _one_of(children: Sequence[Node], rarity: Rarity) -> list[Clause]:
    """The rarest clause of each child, as one."""
    best = [min(_clauses(child, rarity), default=None, key=lambda clause: clause.share) for child in children]
    known = [clause for clause in best if clause is not None]
    if len(known) < len(best):
        return []
    atoms = dict.fromkeys(atom for clause in known for atom in clause.atoms)
    return [Clause(sum(clause.share for clause in known), tuple(atoms))]


def _leaf_clauses(leaf: Node, rarity: Rarity) -> Iterator[Clause]:
    match leaf:
        case Words(tokens, field):
            yield _gram_clause(tokens, field, rarity)
        case SlopPhrase(tokens, _, field):
            for token in dict.fromkeys(tokens):
                yield Clause(rarity(token), (encoded(field, "gram", token),))
        case Prefix(tokens, field):
            if len(tokens) > 1:
                yield _gram_clause(tokens[:-1], field, rarity)
            else:
                yield Clause(WILD_SHARE, (encoded(field, "prefix", tokens[0]),))
        case Fuzzy(token, field):
            yield Clause(2 * rarity(token), (encoded(field, "fuzzy", token),))
        case Literal(text, field):
            for token in dict.fromkeys(literal_terms(text).tokens):
                yield Clause(rarity(token), (encoded(field, "gram", token), LOOSE))
        case Exact(field, value):
            yield Clause(EXACT_SHARES[field], (encoded(field, "exact", value),))


def leaf_atom(leaf: Node, rarity: Rarity) -> str:
    """The rarest atom of a leaf of an alias, which is words."""
    return min(_leaf_clauses(leaf, rarity), key=lambda clause: clause.share).atoms[0]


def second_tokens(clauses: Sequence[Clause], rarity: Rarity) -> tuple[str, ...]:
    """Tokens of title and body that the rarest clause made of few grams needs one of: the rarest of each gram."""
    for clause in clauses:
        if len(clause.atoms) <= MOST_SECOND_ATOMS and not any(atom.startswith(SEPARATOR) for atom in clause.atoms):
            return tuple(min(atom.split(" "), key=rarity) for atom in clause.atoms)
    return ()


def _gram_clause(tokens: Sequence[str], field: str, rarity: Rarity) -> Clause:
    """The rarest run of up to three of the tokens."""
    length = min(len(tokens), LONGEST_GRAM)
    grams = (tokens[at : at + length] for at in range(len(tokens) - length + 1))
    share, gram = min((_gram_share(gram, rarity), gram) for gram in grams)
    return Clause(share, (encoded(field, "gram", " ".join(gram)),))


def _gram_share(gram: Sequence[str], rarity: Rarity) -> float:
    return min(map(rarity, gram)) * PAIR_SHARE ** (len(gram) - 1)
