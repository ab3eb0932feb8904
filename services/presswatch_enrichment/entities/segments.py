"""The names in runs of capitalised words: the cut of each run into segments whose evidence adds up to the most.

A text is gone through twice. What the first reading took a name for speaks for the same in the second, and the surname
of a person named in full speaks for that person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from presswatch_enrichment.entities.evidence import Document
from presswatch_enrichment.entities.runs import Run
from presswatch_enrichment.entities.weights import KINDS, Score, Scorer, Span, plus
from presswatch_enrichment.entities.words import small_words, words

__all__ = ["Cut", "Segment", "cut", "name_segments", "spans_of"]

WORDS_MAX = 8
NONE, PERSON, ORGANISATION, PLACE, OTHER = range(len(KINDS))
ALONE = (NONE, OTHER)
NO_NAME = (NONE, PERSON)
TOGETHER = (PERSON, len(KINDS))
NO_PERSON = (ORGANISATION, len(KINDS))
WORD, SMALL, JOINER = "wsj"
SHAPES_REMEMBERED = 2048
AGREEMENT = 0.5
"""How much the mean evidence on all places where a name stands counts at each of them."""
ENDS_A_PERSON: Score = (0.0, 3.0, 0.0, 0.0, 0.0)
BEGINS_AN_ORGANISATION: Score = (0.0, 0.0, 1.0, 0.0, 0.0)
"""What it counts that a word ends a person's full name, or begins an organisation's, elsewhere in the text."""

INFINITY = float("inf")

Cut = list[tuple[int, int]]
"""The number of a span and its kind, of each segment in order."""


class Segment(NamedTuple):
    """Words `i` to `j` of a run, what they are (an index of KINDS), and by how much that beats no name."""

    run: Run
    i: int
    j: int
    kind: int
    lead: float

    @property
    def start(self) -> int:
        return self.run.words[self.i].start

    @property
    def end(self) -> int:
        return self.run.words[self.j - 1].end


def spans_of(run: Run) -> Sequence[Span]:
    """What of a run could be a segment, by where it ends. Each single word could: a cut has to come past it."""
    texts = [word.text for word in run.words]
    small, joiners = small_words(), words("joiners")
    if small.isdisjoint(texts):
        return _spans(WORD * len(texts))
    return _spans("".join(JOINER if text in joiners else SMALL if text in small else WORD for text in texts))


@lru_cache(maxsize=SHAPES_REMEMBERED)
def _spans(shape: str) -> Sequence[Span]:
    """Of words that are such."""
    ends = range(1, len(shape) + 1)
    places = ((i, j) for j in ends for i in range(max(0, j - WORDS_MAX), j))
    return tuple(Span(i, j, *kinds) for i, j in places if (kinds := _kinds(shape[i:j])))


def _kinds(shape: str) -> tuple[int, int] | None:
    """The kinds that such words could be, from one to below another."""
    if len(shape) == 1:
        return ALONE if shape == WORD else NO_NAME
    if shape[0] != WORD or shape[-1] != WORD:
        return None
    return NO_PERSON if JOINER in shape else TOGETHER


def cut(spans: Sequence[Span], scores: Sequence[Score]) -> Cut:
    """The best cut of a run, by the score of each of its spans."""
    count = spans[-1].j
    totals, chosen = [0.0, *[float("-inf")] * count], [(0, NONE)] * (count + 1)
    for number, (i, j, low, high) in enumerate(spans):
        fitting = scores[number][low:high]
        most = max(fitting)
        if totals[i] + most > totals[j]:
            totals[j] = totals[i] + most
            chosen[j] = number, low + fitting.index(most)
    # From the end of the run to its beginning, then the other way round.
    segments: Cut = []
    while count:
        segments.append(chosen[count])
        count = spans[chosen[count][0]].i
    return segments[::-1]


def name_segments(about: Document, scorer: Scorer) -> Iterator[Segment]:
    """All names of a text, and what is none but stands in a run (kind NONE), in its order."""
    readings = [_reading(run, about, scorer) for run in about.runs]
    memory = _Memory()
    for reading in readings:
        memory.note(reading)
    for reading in readings:
        yield from memory.read_again(reading)


class _Reading(NamedTuple):
    """A run, its spans with their texts and the evidence on each, and the best cut by that."""

    run: Run
    spans: Sequence[Span]
    texts: Sequence[str]
    scores: Sequence[Score]
    cut: Cut


def _reading(run: Run, about: Document, scorer: Scorer) -> _Reading:
    spans = spans_of(run)
    scores = scorer.scores(run, about, spans)
    texts = [about.text[run.words[span.i].start : run.words[span.j - 1].end] for span in spans]
    return _Reading(run, spans, texts, scores, cut(spans, scores))


@dataclass(slots=True)
class _Memory:
    """What the first reading found: sums of evidence by name, and words that shorten names."""

    sums: dict[str, Score] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    surnames: set[str] = field(default_factory=set)
    short_forms: set[str] = field(default_factory=set)

    def note(self, reading: _Reading) -> None:
        for number, kind in reading.cut:
            text, score = reading.texts[number], reading.scores[number]
            self.sums[text] = plus(self.sums[text], score) if text in self.sums else score
            self.counts[text] += 1
            i, j, *_ = reading.spans[number]
            if j - i > 1 and kind == PERSON:
                self.surnames.add(reading.run.words[j - 1].text)
            elif j - i > 1 and kind == ORGANISATION:
                self.short_forms.add(reading.run.words[i].text)

    def read_again(self, reading: _Reading) -> Iterator[Segment]:
        scores, segments = reading.scores, reading.cut
        if self._tells(reading):
            scores = list(map(self._with_memory, reading.spans, reading.texts, scores))
            segments = cut(reading.spans, scores)
        for number, kind in segments:
            i, j, *_ = reading.spans[number]
            yield Segment(reading.run, i, j, kind, scores[number][kind] - scores[number][NONE] if kind else 0.0)

    def _tells(self, reading: _Reading) -> bool:
        """Something is remembered of a segment or a word of this run."""
        if any(self.counts[reading.texts[number]] > 1 for number, _ in reading.cut):
            return True
        return not (self.surnames.isdisjoint(reading.texts) and self.short_forms.isdisjoint(reading.texts))

    def _with_memory(self, span: Span, text: str, score: Score) -> Score:
        if (count := self.counts.get(text, 0)) > 1:
            none, person, organisation, place, other = (AGREEMENT / count * value for value in self.sums[text])
            most = max(none, person, organisation, place, other)
            score = plus(score, (none - most, person - most, organisation - most, place - most, other - most))
        if span.j - span.i == 1 and text in self.surnames:
            return plus(score, ENDS_A_PERSON)
        if span.j - span.i == 1 and text in self.short_forms:
            return plus(score, BEGINS_AN_ORGANISATION)
        return score
