"""A query as a plan that any index can run: a small algebra over terms, and whether what it finds needs verifying.

An index cannot do everything the language asks (NEAR, ATLEAST, slop, literals). For those the plan finds *more*: every
article that matches and perhaps others, which the reference evaluator then sorts out. Under a NOT more becomes less, so
each such part has two bounds: what it finds at most, and what it finds at least; a NOT swaps them.

    candidates(NOT (a NEAR b)) = everything but (at least: nothing) = everything
    candidates(c AND NOT (a NEAR b)) = c
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from presswatch_query import ast
from presswatch_query.index_form import LONG, TOKEN_LIMIT, indexed_token
from presswatch_query.literal_terms import literal_terms

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "AllOf",
    "AnyOf",
    "Clause",
    "Except",
    "FuzzyTerm",
    "Phrase",
    "Plan",
    "PrefixPhrase",
    "Term",
    "Value",
    "make_plan",
]

DEFAULT_FIELDS = ("title", "body")


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
    """The field has the terms of `head` (perhaps none) and a term that begins with `prefix` at consecutive positions."""

    field: str
    head: tuple[str, ...]
    prefix: str


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


Clause = Term | Phrase | PrefixPhrase | FuzzyTerm | Value | AllOf | AnyOf | Except
EVERYTHING = AllOf(())
NOTHING = AnyOf(())


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask an index for; unless `exact`, each article found is to be verified by the reference evaluator."""

    candidates: Clause
    exact: bool


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What a part of the query finds at most and at least; the same where the plan says it exactly."""

    most: Clause
    least: Clause


def make_plan(tree: ast.Node) -> Plan:
    """The plan of a query's tree."""
    bounds = _bounds(tree, DEFAULT_FIELDS)
    return Plan(bounds.most, bounds.most == bounds.least)


def _bounds(node: ast.Node, fields: tuple[str, ...]) -> _Bounds:
    """Bounds of a node whose leaves without a field are looked for in `fields`."""
    match node:
        case ast.And(children):
            return _all_of(_bounds(child, fields) for child in children)
        case ast.Or(children):
            return _any_of(_bounds(child, fields) for child in children)
        case ast.Not(child):
            inner = _bounds(child, fields)
            return _Bounds(_except(inner.least), _except(inner.most))
        case ast.Near(left, right):
            return _at_most(_any(_both_in(left, right, field) for field in fields))
        case ast.AtLeast(_, child):
            return _at_most(_bounds(child, fields).most)
        case ast.Exact(field, value):
            return _exactly(Value(field, value))
        case _:
            return _any_of(_leaf(node, field) for field in ((node.field,) if node.field else fields))


def _leaf(leaf: ast.Words | ast.SlopPhrase | ast.Prefix | ast.Fuzzy | ast.Literal, field: str) -> _Bounds:
    match leaf:
        case ast.Words(tokens):
            return _exactly(_phrase(field, tokens))
        case ast.SlopPhrase(tokens):
            return _Bounds(_all(_terms(field, tokens)), _phrase(field, tokens))
        case ast.Prefix(tokens):
            return _prefix(field, tokens)
        case ast.Fuzzy(token):
            return _fuzzy(field, token)
        case ast.Literal(text):
            return _at_most(_literal(field, text))


def _phrase(field: str, tokens: tuple[str, ...]) -> Clause:
    terms = tuple(map(indexed_token, tokens))
    return Term(field, terms[0]) if len(terms) == 1 else Phrase(field, terms)


def _terms(field: str, tokens: Iterable[str]) -> Iterable[Clause]:
    return (Term(field, indexed_token(token)) for token in dict.fromkeys(tokens))


def _prefix(field: str, tokens: tuple[str, ...]) -> _Bounds:
    head, last = tuple(map(indexed_token, tokens[:-1])), tokens[-1]
    if len(last) <= TOKEN_LIMIT:
        return _exactly(PrefixPhrase(field, head, last))
    return _at_most(PrefixPhrase(field, head, f"{last[:TOKEN_LIMIT]}_"))


def _fuzzy(field: str, token: str) -> _Bounds:
    if len(token) < TOKEN_LIMIT:
        return _exactly(FuzzyTerm(field, token))
    short = (FuzzyTerm(field, token),) if len(token) <= TOKEN_LIMIT + 1 else ()
    return _at_most(_any((*short, Value("trait", LONG))))


def _literal(field: str, text: str) -> Clause:
    needed = literal_terms(text)
    if not needed.tokens:
        return EVERYTHING
    found = _phrase(field, needed.tokens) if needed.adjacent else _all(_terms(field, needed.tokens))
    return _any((found, Value("trait", needed.unless)))


def _both_in(left: ast.Node, right: ast.Node, field: str) -> Clause:
    return _all((_bounds(left, (field,)).most, _bounds(right, (field,)).most))


def _exactly(clause: Clause) -> _Bounds:
    return _Bounds(clause, clause)


def _at_most(clause: Clause) -> _Bounds:
    return _Bounds(clause, NOTHING)


def _all_of(parts: Iterable[_Bounds]) -> _Bounds:
    known = list(parts)
    return _Bounds(_all(part.most for part in known), _all(part.least for part in known))


def _any_of(parts: Iterable[_Bounds]) -> _Bounds:
    known = list(parts)
    return _Bounds(_any(part.most for part in known), _any(part.least for part in known))


def _all(clauses: Iterable[Clause]) -> Clause:
    """AllOf, without what makes no difference."""
    needed = [clause for clause in dict.fromkeys(clauses) if clause != EVERYTHING]
    if NOTHING in needed:
        return NOTHING
    return needed[0] if len(needed) == 1 else AllOf(tuple(needed))


def _any(clauses: Iterable[Clause]) -> Clause:
    """AnyOf, without what makes no difference."""
    ways = [clause for clause in dict.fromkeys(clauses) if clause != NOTHING]
    if EVERYTHING in ways:
        return EVERYTHING
    return ways[0] if len(ways) == 1 else AnyOf(tuple(ways))


def _except(clause: Clause) -> Clause:
    if clause == EVERYTHING:
        return NOTHING
    if clause == NOTHING:
        return EVERYTHING
    return clause.clause if isinstance(clause, Except) else Except(clause)
