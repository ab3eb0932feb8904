"""The reference evaluator: what a query means, for one article. Everything else must agree with it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from presswatch_query.article import AnalysedArticle, AnalysedText
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
from presswatch_query.exact_values import holds_value
from presswatch_query.leaf_matches import fuzzy_runs, prefix_runs, slop_runs, word_runs
from presswatch_query.parsing import Query

__all__ = [
    "Evaluation",
    "Found",
    "Span",
    "evaluate",
    "field_of",
    "found_in",
    "near_pairs",
    "non_overlapping",
    "spans_of",
]

FIELD_ORDER = {
    name: rank for rank, name in enumerate(("title", "lead", "body", "author", "url", "source", "lang", "country"))
}


class Span(NamedTuple):
    """A place where a leaf was found: code points of the raw field, end exclusive.

    `field` is `title`, `body`, `lead`, `author.N` (N from 0), `url` or an exact field. `leaf` is the place of the leaf
    in the query.
    """

    field: str
    start: int
    end: int
    leaf: tuple[int, int]


class Found(NamedTuple):
    """A match of an operand in one text: token positions, end exclusive, and the leaf."""

    start: int
    end: int
    leaf: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`spans`: every place of every leaf that took part; by field, in order. Empty where nothing matched."""

    matched: bool
    spans: tuple[Span, ...]


def evaluate(query: Query, article: AnalysedArticle) -> Evaluation:
    """Whether the query matches the article, and where."""
    spans = spans_of(query.tree, article)
    if spans is None:
        return Evaluation(False, ())
    return Evaluation(True, tuple(sorted(set(spans), key=_reading_order)))


def _reading_order(span: Span) -> tuple[int, str, int, int, tuple[int, int]]:
    name = span.field.partition(".")[0]
    return FIELD_ORDER.get(name, len(FIELD_ORDER)), span.field, span.start, span.end, span.leaf


def spans_of(node: Node, article: AnalysedArticle) -> list[Span] | None:
    """The places that made a node match; None if it does not."""
    match node:
        case And(children):
            parts = [spans_of(child, article) for child in children]
            return None if None in parts else [span for part in parts if part for span in part]
        case Or():
            return _any_spans(node, article)
        case Not(child):
            return [] if spans_of(child, article) is None else None
        case Near():
            return _near_spans(node, article)
        case AtLeast(count, child):
            return _count_spans(count, child, article)
        case Exact(field, value):
            held = article.exact[field]
            if not holds_value(field, value, held):
                return None
            raw: str = getattr(article.article, field)
            return [Span(field, 0, len(raw), (node.start, node.end))]
        case _:
            return _leaf_spans(node, article) or None


def _any_spans(node: Or, article: AnalysedArticle) -> list[Span] | None:
    parts = [part for child in node.children if (part := spans_of(child, article)) is not None]
    spans = [span for part in parts for span in part]
    if node.alias:
        spans = [span._replace(leaf=(node.start, node.end)) for span in spans]
    return spans if parts else None


def _leaf_spans(leaf: Words | SlopPhrase | Prefix | Fuzzy | Literal, article: AnalysedArticle) -> list[Span]:
    place = (leaf.start, leaf.end)
    if isinstance(leaf, Literal):
        return [
            Span(text.name, start, end, place)
            for text in article.texts(leaf.field)
            for start, end in text.literal.find(leaf.text)
        ]
    return [span for text in article.texts(leaf.field) for span in _spans(found_in(leaf, text), text)]


def found_in(node: Node, text: AnalysedText) -> list[Found]:
    """Every match of a leaf, or of an OR of leaves, in one text; sorted."""
    if isinstance(node, Or):
        found = {match for child in node.children for match in found_in(child, text)}
        if node.alias:
            found = {match._replace(leaf=(node.start, node.end)) for match in found}
        return sorted(found)
    match node:
        case Words(tokens):
            runs = word_runs(tokens, text)
        case SlopPhrase(tokens, slop):
            runs = slop_runs(tokens, slop, text)
        case Prefix(tokens):
            runs = prefix_runs(tokens, text)
        case Fuzzy(token):
            runs = fuzzy_runs(token, text)
        case _:
            raise TypeError(f"{type(node).__name__} is not made of tokens")
    return [Found(start, end, (node.start, node.end)) for start, end in runs]


def _spans(found: Iterable[Found], text: AnalysedText) -> Iterator[Span]:
    places = text.places
    return (Span(text.name, places[start][0], places[end - 1][1], leaf) for start, end, leaf in found)


def field_of(node: Node) -> str:
    """The field that all leaves of a NEAR or ATLEAST are looked for in."""
    match node:
        case And(children) | Or(children):
            return field_of(children[0])
        case Near(left):
            return field_of(left)
        case Not(child) | AtLeast(_, child):
            return field_of(child)
        case _:
            return node.field


def _near_spans(node: Near, article: AnalysedArticle) -> list[Span] | None:
    spans = [
        span
        for text in article.texts(field_of(node))
        for side in near_pairs(node, found_in(node.left, text), found_in(node.right, text))
        for span in _spans(side, text)
    ]
    return spans or None


def near_pairs(node: Near, left: Sequence[Found], right: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """The matches of both sides that have a partner."""
    before = not node.ordered
    return (
        _with_partner(left, right, node.distance, after=True, before=before),
        _with_partner(right, left, node.distance, after=before, before=True),
    )


def _with_partner(
    some: Sequence[Found], others: Sequence[Found], distance: int, *, after: bool, before: bool
) -> list[Found]:
    """Those with one of the others close enough after or before them, without a common token."""
    starts = sorted(other.start for other in others)
    ends = sorted(other.end for other in others)
    return [
        match
        for match in some
        if (after and _any_within(starts, match.end, match.end + distance))
        or (before and _any_within(ends, match.start - distance, match.start))
    ]


def _any_within(values: Sequence[int], low: int, high: int) -> bool:
    at = bisect_left(values, low)
    return at < len(values) and values[at] <= high


def _count_spans(count: int, child: Node, article: AnalysedArticle) -> list[Span] | None:
    texts = [(text, found_in(child, text)) for text in article.texts(field_of(child))]
    if sum(non_overlapping(found) for _, found in texts) < count:
        return None
    return [span for text, found in texts for span in _spans(found, text)]


def non_overlapping(found: Iterable[Found]) -> int:
    """How many can be taken so that no two have a common token."""
    count = free = 0
    for match in sorted(found, key=lambda match: match.end):
        if match.start >= free:
            count, free = count + 1, match.end
    return count
