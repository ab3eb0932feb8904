"""Queries that no article can match, as far as their words alone tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product

from presswatch_query.ast import And, AtLeast, Exact, Near, Node, Not, Or, Prefix, SlopPhrase, Words
from presswatch_query.canonical import canonical_form
from presswatch_query.exact_values import holds_value

__all__ = ["never_matches"]

SEARCHED = ("title", "body")
"""Where a leaf without a field is looked for."""
MOST_CLAUSES = 8
"""All cases of so many clauses are tried; in a larger query only what AND joins at the top is compared."""


def never_matches(tree: Node) -> bool:
    """Whether no choice of clauses that hold and clauses that do not makes the query match."""
    keys, clauses = {}, {}
    for clause in _clauses(tree):
        key = keys[id(clause)] = canonical_form(clause)
        clauses[key] = clause
        if len(clauses) > MOST_CLAUSES:
            return isinstance(tree, And) and _contradicts_itself(tree)
    implied, excluded = _relations(clauses)
    for held in product((False, True), repeat=len(clauses)):
        case = dict(zip(clauses, held, strict=True))
        possible = all(case[then] or not case[if_] for if_, then in implied)
        if possible and not any(case[one] and case[other] for one, other in excluded) and _holds(tree, keys, case):
            return False
    return True


def _clauses(node: Node) -> Iterator[Node]:
    match node:
        case And(children) | Or(children, alias=""):
            for child in children:
                yield from _clauses(child)
        case Not(child):
            yield from _clauses(child)
        case _:
            yield node


def _holds(node: Node, keys: Mapping[int, str], case: Mapping[str, bool]) -> bool:
    match node:
        case And(children):
            return all(_holds(child, keys, case) for child in children)
        case Or(children, alias=""):
            return any(_holds(child, keys, case) for child in children)
        case Not(child):
            return not _holds(child, keys, case)
    return case[keys[id(node)]]


def _relations(clauses: Mapping[str, Node]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Which clauses imply others, and which cannot hold together."""
    implied, excluded = [], []
    for (one, first), (other, second) in combinations(clauses.items(), 2):
        if _implies(first, second):
            implied.append((one, other))
        if _implies(second, first):
            implied.append((other, one))
        if isinstance(first, Exact) and isinstance(second, Exact) and _excludes(first, second):
            excluded.append((one, other))
    return implied, excluded


def _implies(one: Node, other: Node) -> bool:
    """Whether wherever the one is found the other is found, too."""
    if isinstance(one, Exact) and isinstance(other, Exact):
        return one.field == other.field and holds_value(one.field, other.value, one.value)
    if isinstance(one, Near):
        return _needs(one.left, other) or _needs(one.right, other)
    if isinstance(one, AtLeast):
        return _needs(one.child, other)
    if not isinstance(one, (Words, SlopPhrase)) or not isinstance(other, (Words, Prefix)):
        return False
    return _holds_words(one, other) and (one.field == other.field or (not other.field and one.field in SEARCHED))


def _needs(part: Node, other: Node) -> bool:
    return canonical_form(part) == canonical_form(other) or _implies(part, other)


def _holds_words(one: Words | SlopPhrase, other: Words | Prefix) -> bool:
    if isinstance(one, SlopPhrase) and len(other.tokens) > 1:
        return False
    end = "" if isinstance(other, Prefix) else " "
    return f" {' '.join(other.tokens)}{end}" in f" {' '.join(one.tokens)} "


def _excludes(one: Exact, other: Exact) -> bool:
    return one.field == other.field and not _implies(one, other) and not _implies(other, one)


def _contradicts_itself(tree: And) -> bool:
    unwanted = {canonical_form(child.child) for child in tree.children if isinstance(child, Not)}
    wanted = (child for child in tree.children if not isinstance(child, Not))
    return bool(unwanted) and any(canonical_form(child) in unwanted for child in wanted)
