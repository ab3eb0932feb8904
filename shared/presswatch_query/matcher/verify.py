"""Whether a tree holds for an article: the meaning of the reference evaluator, by quicker ways and without places."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any

from presswatch_query.article import AnalysedText
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
from presswatch_query.evaluation import Found, field_of, found_in, non_overlapping
from presswatch_query.exact_values import holds_value
from presswatch_query.leaf_matches import has_prefix_run, has_slop_run, has_word_run
from presswatch_query.matcher.alias_table import AliasTables
from presswatch_query.matcher.view import ArticleView

__all__ = ["holds"]

ALIAS_TABLES = AliasTables()
"""Only remembers what follows from the leaves themselves."""


def holds(node: Node, view: ArticleView) -> bool:
    return CHECKS[node.__class__](node, view)


def _and(node: And, view: ArticleView) -> bool:
    for child in node.children:  # noqa: SIM110  a generator in all() costs as much as the checks
        if not CHECKS[child.__class__](child, view):
            return False
    return True


def _or(node: Or, view: ArticleView) -> bool:
    if node.alias_key:
        tokens = view.field(field_of(node)).tokens
        return any(_words(leaf, view) for leaf in ALIAS_TABLES.leaves_at(node, tokens))
    for child in node.children:  # noqa: SIM110  as above
        if CHECKS[child.__class__](child, view):
            return True
    return False


def _not(node: Not, view: ArticleView) -> bool:
    return not CHECKS[node.child.__class__](node.child, view)


def _words(node: Words, view: ArticleView) -> bool:
    tokens, field = node.tokens, node.field
    inside = view.field("" if field in ("title", "body") else field)
    if len(tokens) == 1:
        if tokens[0] not in inside.tokens:
            return False
        return inside.texts is view.article.texts(field) or any(
            tokens[0] in t.positions for t in view.article.texts(field)
        )
    if f"{tokens[0]} {tokens[1]}" not in inside.atoms:
        return False
    if len(tokens) == 2 and field not in ("title", "body"):
        return True
    return any(has_word_run(tokens, text) for text in view.article.texts(field))


def _prefix(node: Prefix, view: ArticleView) -> bool:
    tokens, field = node.tokens, node.field
    if len(tokens) == 1 and field not in ("title", "body"):
        return view.field(field).has_prefix(tokens[0])
    return any(has_prefix_run(tokens, text) for text in view.article.texts(field))


def _fuzzy(node: Fuzzy, view: ArticleView) -> bool:
    if node.field not in ("title", "body"):
        return view.field(node.field).has_near(node.token)
    return any(found_in(node, text) for text in view.article.texts(node.field))


def _slop(node: SlopPhrase, view: ArticleView) -> bool:
    return any(has_slop_run(node.tokens, node.slop, text) for text in view.article.texts(node.field))


def _literal(node: Literal, view: ArticleView) -> bool:
    return any(text.literal.holds(node.text) for text in view.article.texts(node.field))


def _exact(node: Exact, view: ArticleView) -> bool:
    return holds_value(node.field, node.value, view.article.exact[node.field])


def _near(node: Near, view: ArticleView) -> bool:
    return any(_near_in(node, text) for text in view.article.texts(field_of(node.left)))


def _near_in(node: Near, text: AnalysedText) -> bool:
    left = _runs(node.left, text)
    if not left:
        return False
    right = _runs(node.right, text)
    if not right:
        return False
    return _follows(left, right, node.distance) or (not node.ordered and _follows(right, left, node.distance))


def _runs(node: Node, text: AnalysedText) -> Sequence[tuple[int, int]]:
    if node.__class__ is Words and len(node.tokens) == 1:
        return [(position, position + 1) for position in text.positions.get(node.tokens[0], ())]
    return [(match.start, match.end) for match in _found(node, text)]


def _found(node: Node, text: AnalysedText) -> Sequence[Found]:
    """As `found_in`, without looking for every entry of an alias."""
    if not isinstance(node, Or):
        return found_in(node, text)
    leaves = ALIAS_TABLES.leaves_at(node, text.positions.keys()) if node.alias_key else node.children
    return sorted({match for leaf in leaves for match in _found(leaf, text)})


def _follows(first: Sequence[tuple[int, int]], second: Sequence[tuple[int, int]], distance: int) -> bool:
    """Whether one of `second` begins at most `distance` tokens after one of `first` ends. `second` is sorted."""
    starts = [start for start, _ in second]
    for _, end in first:
        at = bisect_left(starts, end)
        if at < len(starts) and starts[at] <= end + distance:
            return True
    return False


def _at_least(node: AtLeast, view: ArticleView) -> bool:
    texts = view.article.texts(field_of(node.child))
    return sum(non_overlapping(_found(node.child, text)) for text in texts) >= node.count


CHECKS: dict[type, Callable[[Any, ArticleView], bool]] = {
    And: _and,
    AtLeast: _at_least,
    Exact: _exact,
    Fuzzy: _fuzzy,
    Literal: _literal,
    Near: _near,
    Not: _not,
    Or: _or,
    Prefix: _prefix,
    SlopPhrase: _slop,
    Words: _words,
}
