"""NEAR and slop as pairs of terms.

Two different words at most n apart in either order are two sloppy pairs, exactly: a pair allows places from n before
to n behind where the second word would follow at once, so one says `a … b` and a bit of `b … a`, the other the rest.
Everything else (an order, phrases, more than two words, a word twice, several authors in one field) is found by the
pairs, and perhaps more with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from presswatch_query import ast
from presswatch_query.bounds import Bounds, at_most, bounds_of_any, exactly
from presswatch_query.clauses import Clause, SlopPair, all_of, any_of, phrase
from presswatch_query.index_form import indexed_token

__all__ = ["near_words", "slop_words"]

MOST_PAIRS = 400
"""Of alternatives on both sides; a NEAR of large aliases asks for one of each side instead."""
SEVERAL_TEXTS = "author"

Words = tuple[str, ...]


def slop_words(tokens: tuple[str, ...], slop: int, field: str) -> Bounds:
    """Of `"phrase"~slop` in a field."""
    terms = tuple(map(indexed_token, tokens))
    if len(terms) == 1:
        return exactly(phrase(field, terms))
    pairs = all_of(SlopPair(field, first, second, slop) for first, second in pairwise(terms))
    if len(terms) == 2 and terms[0] != terms[1] and field != SEVERAL_TEXTS:
        return exactly(pairs)
    return Bounds(pairs, phrase(field, terms))


def near_words(node: ast.Near, field: str) -> Bounds | None:
    """Of a NEAR of words, phrases and alternatives of these in a field; None for any other."""
    left, right = _alternatives(node.left), _alternatives(node.right)
    if left is None or right is None or len(left) * len(right) > MOST_PAIRS:
        return None
    return bounds_of_any(_near(one, other, node, field) for one in left for other in right)


def _alternatives(operand: ast.Node) -> list[Words] | None:
    """The words or phrases of which one is needed."""
    match operand:
        case ast.Words(tokens):
            return [tuple(map(indexed_token, tokens))]
        case ast.Or(children):
            parts = [_alternatives(child) for child in children]
            known = [part for part in parts if part is not None]
            return [words for part in known for words in part] if len(known) == len(parts) else None
        case _:
            return None


def _near(left: Words, right: Words, node: ast.Near, field: str) -> Bounds:
    pairs = any_of(_pairs(left, right, node, field))
    if len(left) == len(right) == 1 and left != right and not node.ordered and field != SEVERAL_TEXTS:
        return exactly(pairs)
    phrases = (phrase(field, words) for words in (left, right) if len(words) > 1)
    return at_most(all_of((*phrases, pairs)))


def _pairs(left: Words, right: Words, node: ast.Near, field: str) -> Iterator[Clause]:
    yield SlopPair(field, left[-1], right[0], node.distance)
    if not node.ordered:
        yield SlopPair(field, right[-1], left[0], node.distance)
