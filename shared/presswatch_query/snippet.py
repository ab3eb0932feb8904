"""A snippet of an article: plain text and where the query was found in it. Never markup."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from presswatch_query.article import Article

__all__ = ["SNIPPET_WIDTH", "Mark", "Snippet", "make_snippet", "marks_in", "plain"]

SNIPPET_WIDTH = 240
MOST_SPANS = 1_000
"""Of a field; an article of one word over and over has a hundred thousand."""
WORD_REACH = 24
"""How far a cut may move to stand between two words."""
# A bidirectional control whose partner is cut off would turn the rest of the page round.
BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class FoundSpan(Protocol):
    """A place in a field, as an evaluation reports it."""

    @property
    def field(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A found place: code points of the text that carries it, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A window of one field, control characters as spaces. Marks do not overlap and are in order."""

    field: str
    text: str
    marks: tuple[Mark, ...] = ()
    cut_before: bool = False
    """Whether the field goes on before the window."""
    cut_after: bool = False


def plain(text: str) -> str:
    """The text with control characters as spaces: as long as before, and safe to print."""
    return BREAKS.sub(" ", text)


def marks_in(spans: Iterable[FoundSpan], field: str) -> tuple[Mark, ...]:
    """The places in one field; those that overlap or touch are one."""
    places = sorted(islice((Mark(span.start, span.end) for span in spans if span.field == field), MOST_SPANS))
    joined: list[Mark] = []
    for place in places:
        if joined and place.start <= joined[-1].end:
            joined[-1] = Mark(joined[-1].start, max(joined[-1].end, place.end))
        else:
            joined.append(place)
    return tuple(joined)


def make_snippet(article: Article, spans: Sequence[FoundSpan], *, width: int = SNIPPET_WIDTH) -> Snippet:
    """About `width` characters of the body with as many different matches as fit; its beginning if it has none."""
    for field, text in (("body", article.body), ("lead", article.lead)):
        marks = marks_in(spans, field)
        if text and marks:
            return _window(field, text, marks, width)
    return _window("body", article.body, (), width)


def _window(field: str, text: str, marks: tuple[Mark, ...], width: int) -> Snippet:
    first, last = _best_run(text, marks, width) if marks else (0, 0)
    room = max(0, width - (last - first))
    start = _to_word_start(text, max(0, min(first - room // 2, len(text) - width)), first)
    end = _to_word_end(text, min(len(text), start + max(width, min(last, first + width) - start)), last)
    return Snippet(
        field=field,
        text=plain(text[start:end]),
        marks=tuple(
            Mark(max(mark.start, start) - start, min(mark.end, end) - start)
            for mark in marks
            if mark.start < end and mark.end > start
        ),
        cut_before=bool(text[:start].strip()),
        cut_after=bool(text[end:].strip()),
    )


def _best_run(text: str, marks: tuple[Mark, ...], width: int) -> tuple[int, int]:
    """Where the matches that fit into one window begin and end: most different ones, then most, then the first."""
    best = (0, 0)
    place = (marks[0].start, marks[0].end)
    held: deque[Mark] = deque()
    words: Counter[str] = Counter()
    for mark in marks:
        held.append(mark)
        words[_word(text, mark)] += 1
        while len(held) > 1 and mark.end - held[0].start > width:
            gone = _word(text, held.popleft())
            words[gone] -= 1
            if not words[gone]:
                del words[gone]
        if (len(words), len(held)) > best:
            best, place = (len(words), len(held)), (held[0].start, mark.end)
    return place


def _word(text: str, mark: Mark) -> str:
    return text[mark.start : min(mark.end, mark.start + SNIPPET_WIDTH)].casefold()


def _to_word_start(text: str, at: int, latest: int) -> int:
    """`at`, or the beginning of the next word if that is near."""
    if at == 0 or text[at - 1].isspace():
        return at
    space = re.compile(r"\s+").search(text, at, min(latest, at + WORD_REACH))
    return space.end() if space else at


def _to_word_end(text: str, at: int, earliest: int) -> int:
    """`at`, or the end of the word before if that is near."""
    if at == len(text) or text[at].isspace():
        return at
    space = text.rfind(" ", max(earliest, at - WORD_REACH), at)
    return space if space > 0 else at
