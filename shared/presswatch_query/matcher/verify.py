"""Whether a query holds for an article: the meaning of the reference evaluator, by quicker ways and without places.

A tree is compiled to nested tuples, each of which begins with the function that runs it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
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
from presswatch_query.leaf_matches import has_prefix_run, has_slop_run
from presswatch_query.matcher.alias_table import AliasTables
from presswatch_query.matcher.view import ArticleView

__all__ = ["Program", "compiled", "holds", "remaining", "run"]

Program = tuple[Any, ...]
Step = Callable[[Program, ArticleView], bool]

ALIAS_TABLES = AliasTables()
"""Only remembers what follows from the leaves themselves."""


def holds(tree: Node, view: ArticleView) -> bool:
    """Whether the tree holds: for a query that is asked once."""
    return run(compiled(tree), view)


def run(program: Program, view: ArticleView) -> bool:
    """Whether the tree holds that was compiled."""
    step: Step = program[0]
    return step(program, view)


def compiled(node: Node) -> Program:
    """The program of a tree."""
    match node:
        case And(children):
            return (_all, *sorted(map(compiled, children), key=_cost))
        case Or(alias_key=key) if key:
            return (_alias, node)
        case Or(children):
            return (_any, *sorted(map(compiled, children), key=_cost))
        case Not(child):
            return (_not, compiled(child))
        case Near():
            return (_near, node)
        case AtLeast():
            return (_at_least, node)
        case Exact(field, value):
            return (_exact, field, value)
        case _:
            return _compiled_leaf(node)


def remaining(tree: Node, known: Collection[str]) -> Program | None:
    """The program of what is still to verify where the atoms in `known` are there; None where nothing is."""
    if not isinstance(tree, And):
        return compiled(tree)
    rest = tuple(child for child in tree.children if not _is_atom(child, known))
    if not rest:
        return None
    return compiled(rest[0]) if len(rest) == 1 else compiled(And(rest, tree.start, tree.end))


def _is_atom(node: Node, known: Collection[str]) -> bool:
    return isinstance(node, Words) and not node.field and " ".join(node.tokens) in known


def _compiled_leaf(leaf: Node) -> Program:
    match leaf:
        case Words((token,), field):
            return (_token_of, token, field) if field else (_token, token)
        case Words(tokens, field):
            return (_words, tokens, field)
        case SlopPhrase(tokens, slop, field):
            return (_slop, tokens, slop, field)
        case Prefix((beginning,), field):
            return (_prefix, beginning, field)
        case Prefix(tokens, field):
            return (_prefix_words, tokens, field)
        case Fuzzy(token, field):
            return (_fuzzy, token, field)
        case Literal(text, field):
            return (_literal, text, field)
        case _:
            raise TypeError(f"{type(leaf).__name__} is no leaf")


def _cost(program: Program) -> int:
    """What costs little is asked first."""
    return COSTS.get(program[0], 1)


def _all(program: Program, view: ArticleView) -> bool:
    for part in program[1:]:  # noqa: SIM110  a generator in all() costs as much as the checks
        if not part[0](part, view):
            return False
    return True


def _any(program: Program, view: ArticleView) -> bool:
    for part in program[1:]:  # noqa: SIM110  as above
        if part[0](part, view):
            return True
    return False


def _not(program: Program, view: ArticleView) -> bool:
    part = program[1]
    return not part[0](part, view)


def _token(program: Program, view: ArticleView) -> bool:
    return program[1] in view.words.tokens


def _token_of(program: Program, view: ArticleView) -> bool:
    return program[1] in view.field(program[2]).tokens


def _words(program: Program, view: ArticleView) -> bool:
    _, tokens, field = program
    inside = view.field(field)
    return inside.tokens.issuperset(tokens) and inside.has_run(tokens)


def _prefix(program: Program, view: ArticleView) -> bool:
    return view.field(program[2]).has_prefix(program[1])


def _prefix_words(program: Program, view: ArticleView) -> bool:
    _, tokens, field = program
    return any(has_prefix_run(tokens, text) for text in view.article.texts(field))


def _fuzzy(program: Program, view: ArticleView) -> bool:
    return view.field(program[2]).has_near(program[1])


def _slop(program: Program, view: ArticleView) -> bool:
    _, tokens, slop, field = program
    return any(has_slop_run(tokens, slop, text) for text in view.article.texts(field))


def _literal(program: Program, view: ArticleView) -> bool:
    return any(text.literal.holds(program[1]) for text in view.article.texts(program[2]))


def _exact(program: Program, view: ArticleView) -> bool:
    _, field, value = program
    return holds_value(field, value, view.article.exact[field])


def _alias(program: Program, view: ArticleView) -> bool:
    alias: Or = program[1]
    tokens = view.field(field_of(alias)).tokens
    return any(run(_compiled_leaf(leaf), view) for leaf in ALIAS_TABLES.leaves_at(alias, tokens))


def _near(program: Program, view: ArticleView) -> bool:
    node: Near = program[1]
    return any(_near_in(node, text) for text in view.article.texts(field_of(node.left)))


def _near_in(node: Near, text: AnalysedText) -> bool:
    left = _runs(node.left, text)
    right = _runs(node.right, text) if left else ()
    if not right:
        return False
    return _follows(left, right, node.distance) or (not node.ordered and _follows(right, left, node.distance))


def _runs(node: Node, text: AnalysedText) -> Sequence[tuple[int, int]]:
    if isinstance(node, Words) and len(node.tokens) == 1:
        return [(position, position + 1) for position in text.positions_of(node.tokens[0])]
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


def _at_least(program: Program, view: ArticleView) -> bool:
    node: AtLeast = program[1]
    texts = view.article.texts(field_of(node.child))
    return sum(non_overlapping(_found(node.child, text)) for text in texts) >= node.count


COSTS: dict[Step, int] = {_token: 0, _exact: 0, _near: 3, _at_least: 3, _slop: 2, _literal: 2}
