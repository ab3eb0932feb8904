"""A query as a plan that any index can run: a small algebra over terms, and whether what it finds needs verifying.

An index cannot do everything the language asks (NEAR, ATLEAST, slop, literals). For those the plan finds *more*: every
article that matches and perhaps others, which the reference evaluator then sorts out. Under a NOT more becomes less, so
each such part has two bounds: what it finds at most, and what it finds at least; a NOT swaps them.

    candidates(NOT ATLEAST/2(a)) = everything but what is found at least, nothing = everything
    candidates(b AND NOT ATLEAST/2(a)) = b
"""

from __future__ import annotations

from dataclasses import dataclass

from presswatch_query import ast
from presswatch_query.bounds import Bounds, at_most, bounds_of_all, bounds_of_any, bounds_of_not, exactly
from presswatch_query.clauses import (
    EVERYTHING,
    NOTHING,
    Clause,
    FuzzyTerm,
    PrefixPhrase,
    Term,
    Value,
    all_of,
    any_of,
    phrase,
)
from presswatch_query.evaluation import field_of
from presswatch_query.index_form import LONG, TOKEN_LIMIT, indexed_token
from presswatch_query.literal_terms import literal_terms
from presswatch_query.nearness import near_words, slop_words

__all__ = ["Plan", "make_plan"]

DEFAULT_FIELDS = ("title", "body")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask an index for; unless `exact`, what is found and not sure is to be verified, article by article."""

    candidates: Clause
    exact: bool
    sure: Clause = NOTHING
    """Finds some of the candidates, all of which match."""
    open: ast.Node | None = None
    """What holds for a candidate if it matches: the parts of the tree that the candidates leave open."""


def make_plan(tree: ast.Node) -> Plan:
    """The plan of a query's tree."""
    if not isinstance(tree, ast.And):
        return _plan(_bounds(tree, DEFAULT_FIELDS), tree)
    known = [(child, _bounds(child, DEFAULT_FIELDS)) for child in tree.children]
    # Of an AND, the children that an index does not find exactly are left open.
    doubtful = tuple(child for child, bounds in known if bounds.most != bounds.least)
    left_open = doubtful[0] if len(doubtful) == 1 else ast.And(doubtful, tree.start, tree.end)
    return _plan(bounds_of_all(bounds for _, bounds in known), left_open)


def _plan(bounds: Bounds, left_open: ast.Node) -> Plan:
    exact = bounds.most == bounds.least
    return Plan(bounds.most, exact, bounds.least, None if exact else left_open)


def _bounds(node: ast.Node, fields: tuple[str, ...]) -> Bounds:
    """Bounds of a node whose leaves without a field are looked for in `fields`."""
    match node:
        case ast.And(children):
            return bounds_of_all(_bounds(child, fields) for child in children)
        case ast.Or(children):
            return bounds_of_any(_bounds(child, fields) for child in children)
        case ast.Not(child):
            return bounds_of_not(_bounds(child, fields))
        case ast.Near():
            return bounds_of_any(
                near_words(node, field) or _near(node, field) for field in _one(field_of(node), fields)
            )
        case ast.AtLeast(_, child):
            return at_most(_bounds(child, fields).most)
        case ast.Exact(field, value):
            return exactly(Value(field, value))
        case _:
            return bounds_of_any(_leaf(node, field) for field in _one(node.field, fields))


def _one(field: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    return (field,) if field else fields


def _near(node: ast.Near, field: str) -> Bounds:
    """Both operands are somewhere in the field."""
    return at_most(all_of((_bounds(node.left, (field,)).most, _bounds(node.right, (field,)).most)))


def _leaf(leaf: ast.Words | ast.SlopPhrase | ast.Prefix | ast.Fuzzy | ast.Literal, field: str) -> Bounds:
    match leaf:
        case ast.Words(tokens):
            return exactly(phrase(field, tuple(map(indexed_token, tokens))))
        case ast.SlopPhrase(tokens, slop):
            return slop_words(tokens, slop, field)
        case ast.Prefix(tokens):
            return _prefix(field, tokens)
        case ast.Fuzzy(token):
            return _fuzzy(field, token)
        case ast.Literal(text):
            return at_most(_literal(field, text))


def _prefix(field: str, tokens: tuple[str, ...]) -> Bounds:
    head, last = tuple(map(indexed_token, tokens[:-1])), tokens[-1]
    if len(last) <= TOKEN_LIMIT:
        return exactly(PrefixPhrase(field, head, last))
    return at_most(PrefixPhrase(field, head, f"{last[:TOKEN_LIMIT]}_"))


def _fuzzy(field: str, token: str) -> Bounds:
    if len(token) < TOKEN_LIMIT:
        return exactly(FuzzyTerm(field, token))
    short = (FuzzyTerm(field, token),) if len(token) <= TOKEN_LIMIT + 1 else ()
    return at_most(any_of((*short, Value("trait", LONG))))


def _literal(field: str, text: str) -> Clause:
    needed = literal_terms(text)
    if not needed.tokens:
        return EVERYTHING
    terms = tuple(map(indexed_token, needed.tokens))
    found = phrase(field, terms) if needed.adjacent else all_of(Term(field, term) for term in terms)
    return any_of((found, Value("trait", needed.unless)))
