"""The names in runs of capitalised words: the cut of each run into segments whose evidence adds up to the most.

A text is gone through twice. What the first reading took a name for speaks for the same in the second, and the surname
of a person named in full speaks for that person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from presswatch_enrichment.entities.evidence import Document
from presswatch_enrichment.entities.runs import Run
from presswatch_enrichment.entities.weights import KINDS, Score, Scorer, add
from presswatch_enrichment.entities.words import small_words, words

__all__ = ["Cut", "Segment", "cut", "kinds_allowed", "name_segments"]

WORDS_MAX = 8
NONE, PERSON, ORGANISATION, PLACE, OTHER = range(len(KINDS))
ALONE = (NONE, PERSON, ORGANISATION, PLACE)
TOGETHER = (PERSON, ORGANISATION, PLACE, OTHER)
NO_PERSON = (ORGANISATION, PLACE, OTHER)
AGREEMENT = 0.5
"""How much the mean evidence on all places where a name stands counts at each of them."""
ENDS_A_PERSON: Score = (0.0, 3.0, 0.0, 0.0, 0.0)
BEGINS_AN_ORGANISATION: Score = (0.0, 0.0, 1.0, 0.0, 0.0)
"""What it counts that a word ends a person's full name, or begins an organisation's, elsewhere in the text."""

INFINITY = float("inf")

Scoring = Callable[[int, int], Score]
Cut = list[tuple[int, int, int]]


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


def kinds_allowed(run: Run, i: int, j: int) -> Sequence[int]:
    """What the words `i` to `j` of a run could be; nothing where no segment ends there."""
    run_words = run.words
    small = small_words()
    if j - i == 1:
        return (NONE,) if run_words[i].text in small else ALONE
    if run_words[i].text in small or run_words[j - 1].text in small:
        return ()
    if j - i == 2:
        return TOGETHER
    joiners = words("joiners")
    return NO_PERSON if any(word.text in joiners for word in run_words[i:j]) else TOGETHER


def cut(run: Run, score: Scoring) -> Cut:
    """The best cut of a run: (first word, end, kind) of each segment."""
    if len(run.words) == 1:
        scores = score(0, 1)
        return [(0, 1, max(kinds_allowed(run, 0, 1), key=scores.__getitem__))]
    best: list[tuple[float, int, int]] = [(0.0, 0, NONE)]
    for j in range(1, len(run.words) + 1):
        most, begin, chosen = -INFINITY, 0, NONE
        for i in range(max(0, j - WORDS_MAX), j):
            if kinds := kinds_allowed(run, i, j):
                scores = score(i, j)
                kind = max(kinds, key=scores.__getitem__)
                total = best[i][0] + scores[kind]
                if total > most:
                    most, begin, chosen = total, i, kind
        best.append((most, begin, chosen))
    return _segments(best)


def _segments(best: Sequence[tuple[float, int, int]]) -> Cut:
    """From the end of the run to its beginning, then the other way round."""
    segments: Cut = []
    j = len(best) - 1
    while j:
        _, i, kind = best[j]
        segments.append((i, j, kind))
        j = i
    return segments[::-1]


def name_segments(about: Document, scorer: Scorer) -> Iterator[Segment]:
    """All names of a text, and what is none but stands in a run (kind NONE), in its order."""
    readings = [_Reading(run, about.text, scorer.reading(run, about)) for run in about.runs]
    memory = _Memory()
    for reading in readings:
        memory.note(reading)
    for reading in readings:
        yield from memory.read_again(reading)


class _Reading:
    """A run, the evidence on each of its segments, and its best cut by that."""

    __slots__ = ("_scoring", "_sums", "_text", "cut", "run")

    def __init__(self, run: Run, text: str, scoring: Scoring) -> None:
        self.run = run
        self._text = text
        self._scoring = scoring
        self._sums: dict[tuple[int, int], Score] = {}
        self.cut = cut(run, self.score)

    def score(self, i: int, j: int) -> Score:
        found = self._sums.get((i, j))
        if found is None:
            found = self._sums[i, j] = self._scoring(i, j)
        return found

    def text(self, i: int, j: int) -> str:
        return self._text[self.run.words[i].start : self.run.words[j - 1].end]


@dataclass(slots=True)
class _Memory:
    """What the first reading found: sums of evidence by name, and words that shorten names."""

    sums: dict[str, Score] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    surnames: set[str] = field(default_factory=set)
    short_forms: set[str] = field(default_factory=set)

    def note(self, reading: _Reading) -> None:
        for i, j, kind in reading.cut:
            text, score = reading.text(i, j), reading.score(i, j)
            self.sums[text] = add((self.sums[text], score)) if text in self.sums else score
            self.counts[text] += 1
            if j - i > 1 and kind == PERSON:
                self.surnames.add(reading.run.words[j - 1].text)
            elif j - i > 1 and kind == ORGANISATION:
                self.short_forms.add(reading.run.words[i].text)

    def read_again(self, reading: _Reading) -> Iterator[Segment]:
        def score(i: int, j: int) -> Score:
            return self._with_memory(reading, i, j)

        segments = cut(reading.run, score) if self._tells(reading) else reading.cut
        for i, j, kind in segments:
            lead = 0.0
            if kind != NONE:
                found = score(i, j)
                lead = found[kind] - found[NONE]
            yield Segment(reading.run, i, j, kind, lead)

    def _tells(self, reading: _Reading) -> bool:
        """Something is remembered of a segment or a word of this run."""
        for i, j, _ in reading.cut:
            if self.counts[reading.text(i, j)] > 1:
                return True
        words_of_run = [word.text for word in reading.run.words]
        return not (self.surnames.isdisjoint(words_of_run) and self.short_forms.isdisjoint(words_of_run))

    def _with_memory(self, reading: _Reading, i: int, j: int) -> Score:
        scores = [reading.score(i, j)]
        text = reading.text(i, j)
        if (count := self.counts.get(text, 0)) > 1:
            none, person, organisation, place, other = (AGREEMENT / count * value for value in self.sums[text])
            most = max(none, person, organisation, place, other)
            scores.append((none - most, person - most, organisation - most, place - most, other - most))
        if j - i == 1 and text in self.surnames:
            scores.append(ENDS_A_PERSON)
        elif j - i == 1 and text in self.short_forms:
            scores.append(BEGINS_AN_ORGANISATION)
        return add(scores)
