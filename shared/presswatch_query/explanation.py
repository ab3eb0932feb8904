"""Why an article matched a query or did not: for every clause what was found where, or how near it came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from presswatch_query.article import AnalysedArticle
from presswatch_query.ast import TEXT_FIELDS, And, AtLeast, Exact, Fuzzy, Near, Node, Not, Or, Prefix
from presswatch_query.evaluation import Found, Span, field_of, found_in, non_overlapping, spans_of
from presswatch_query.near_misses import exact_note, missing_note
from presswatch_query.parsing import Query
from presswatch_query.texts import Text, gettext, ngettext

__all__ = ["Explanation", "explain"]

MOST_PLACES = 3
LONGEST_SHOWN = 40

Pair = tuple[str, Sequence[Found], Sequence[Found]]
"""A text, and where both sides of a NEAR stand in it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clause: its text in the query (with its field), whether it holds, one short sentence, where it was found."""

    clause: str
    holds: bool
    note: str
    spans: tuple[Span, ...] = ()
    parts: tuple[Explanation, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as indented text, a clause a line."""
        yield f"{'  ' * depth}{'✓' if self.holds else '✗'} {self.clause}: {self.note}"
        for part in self.parts:
            yield from part.lines(depth + 1)

    def as_json(self) -> dict[str, Any]:
        return {
            "clause": self.clause,
            "holds": self.holds,
            "note": self.note,
            "spans": [{"field": span.field, "start": span.start, "end": span.end} for span in self.spans],
            "parts": [part.as_json() for part in self.parts],
        }


def explain(query: Query, article: AnalysedArticle) -> Explanation:
    """The explanation of the whole query; every clause is worked out, whether it decides or not."""
    return _Explainer(query.text, article).explain(query.tree)


class _Explainer:
    def __init__(self, text: str, article: AnalysedArticle) -> None:
        self._text = text
        self._article = article

    def explain(self, node: Node) -> Explanation:
        spans = spans_of(node, self._article)
        holds = spans is not None
        return Explanation(
            clause=self._clause(node),
            holds=holds,
            note=self._note(node, spans),
            spans=tuple(sorted(set(spans or ()))),
            parts=tuple(self.explain(part) for part in _parts(node)),
        )

    def _clause(self, node: Node) -> str:
        """The operator for what joins clauses, the leaf as written for what is looked for."""
        match node:
            case And():
                return "AND"
            case Near(_, _, distance, ordered):
                return f"{'ONEAR' if ordered else 'NEAR'}/{distance}"
            case AtLeast(count):
                return f"ATLEAST/{count}"
            case Not(child):
                return f"NOT {self._clause(child)}"
            case Or(alias=""):
                return "OR"
        written = self._text[node.start : node.end]
        field = field_of(node)
        return f"{field}:{written}" if field else written

    def _note(self, node: Node, spans: list[Span] | None) -> str:
        match node:
            case And(children) | Or(children, alias=""):
                held = sum(spans_of(child, self._article) is not None for child in children)
                return gettext("%(held)s of %(all)s hold", held=held, all=len(children))
            case Not(child):
                found = spans_of(child, self._article)
                return gettext("not found") if found is None else _found_note(found)
            case Near():
                return self._near_note(node)
            case AtLeast(count, child):
                found_times = self._count(child)
                return ngettext(
                    "found %(count)s time, %(needed)s needed",
                    "found %(count)s times, %(needed)s needed",
                    found_times,
                    needed=count,
                )
            case Exact(field):
                return exact_note(field, self._article)
        if spans is None:
            return missing_note(node, self._article)
        if not isinstance(node, (Prefix, Fuzzy, Or)):
            return _found_note(spans)
        return gettext("%(found)s: %(words)s", found=_found_note(spans), words=_written(spans, self._article))

    def _count(self, child: Node) -> int:
        return sum(non_overlapping(found_in(child, text)) for text in self._article.texts(field_of(child)))

    def _near_note(self, node: Near) -> str:
        """The nearest distance; which side is missing, where one is."""
        pairs = [
            (text.name, found_in(node.left, text), found_in(node.right, text))
            for text in self._article.texts(field_of(node))
        ]
        nearest = _nearest_pair(pairs, ordered=node.ordered)
        if nearest is not None:
            return gettext("nearest distance %(distance)s in %(field)s", distance=nearest[0], field=nearest[1])
        seen = (any(left for _, left, _ in pairs), any(right for _, _, right in pairs))
        sides = [self._clause(side) for side, found in zip((node.left, node.right), seen, strict=True) if not found]
        if sides:
            return _missing_sides(sides)
        turned = _nearest_pair(pairs, ordered=False)
        if turned is not None:
            return gettext(
                "never in this order in one field; the other way round at distance %(distance)s in %(field)s",
                distance=turned[0],
                field=turned[1],
            )
        together = any(left and right for _, left, right in pairs)
        return gettext("only where both are the same words") if together else gettext("never in one field")


def _parts(node: Node) -> Sequence[Node]:
    match node:
        case And(children) | Or(children, alias=""):
            return children
        case Near(left, right):
            return (left, right)
        case AtLeast(_, child):
            return (child,)
        case Not(And() | Or(alias="") | Near() | AtLeast() as child):
            return (child,)
    return ()


def _written(spans: Sequence[Span], article: AnalysedArticle) -> str:
    """The words as they stand in the text, the first ones."""
    texts = {text.name: text.raw for field in TEXT_FIELDS for text in article.texts(field)}
    words = (texts[span.field][span.start : span.end][:LONGEST_SHOWN] for span in sorted(spans) if span.field in texts)
    different = list(islice(dict.fromkeys(words), MOST_PLACES + 1))
    return ", ".join(different[:MOST_PLACES]) + (" …" if len(different) > MOST_PLACES else "")


def _found_note(spans: Sequence[Span]) -> Text:
    """The first places, and how many more."""
    places = sorted({(span.field, span.start) for span in spans})
    shown = ", ".join(f"{field} {start}" for field, start in places[:MOST_PLACES])
    if len(places) > MOST_PLACES:
        return gettext("found at %(places)s and %(more)s more", places=shown, more=len(places) - MOST_PLACES)
    return gettext("found at %(places)s", places=shown) if places else gettext("found")


def _missing_sides(sides: Sequence[str]) -> Text:
    if len(sides) == 1:
        return gettext("%(one)s not found", one=sides[0])
    return gettext("%(one)s and %(other)s not found", one=sides[0], other=sides[1])


def _nearest_pair(pairs: Sequence[Pair], *, ordered: bool) -> tuple[int, str] | None:
    """The least distance in any text, and the name of that text."""
    distances = ((_nearest(left, right, ordered=ordered), name) for name, left, right in pairs)
    return min(((distance, name) for distance, name in distances if distance is not None), default=None)


def _nearest(left: Sequence[Found], right: Sequence[Found], *, ordered: bool) -> int | None:
    """The least number of tokens between a match of each side that do not overlap."""
    gaps = [gap for gap in (_least_gap(left, right), None if ordered else _least_gap(right, left)) if gap is not None]
    return min(gaps, default=None)


def _least_gap(first: Sequence[Found], second: Sequence[Found]) -> int | None:
    """The least number of tokens between a match of `first` and a later one of `second`."""
    ends = sorted(match.end for match in first)
    best = None
    at = 0
    for start in sorted(match.start for match in second):
        while at < len(ends) and ends[at] <= start:
            at += 1
        if at and (best is None or start - ends[at - 1] < best):
            best = start - ends[at - 1]
    return best
