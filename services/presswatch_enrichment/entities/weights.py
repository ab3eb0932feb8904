"""How much each piece of evidence counts for each kind of name: the table `data/weights.tsv`.

The table was fitted by `fit_weights.py`; a feature it does not have counts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from presswatch_enrichment.entities.evidence import (
    Document,
    after_features,
    before_features,
    earlier_features,
    end_of,
    further_features,
    inside,
    inside_features,
    lead_of,
    leads,
    look_features,
    opening_features,
    spelling_features,
    within_run,
)
from presswatch_enrichment.entities.runs import Run
from presswatch_enrichment.entities.traits import coarse, traits
from presswatch_enrichment.entities.words import noun_kind

__all__ = ["KINDS", "Score", "Scorer", "Span", "add", "features_of", "load_scorer", "plus", "read_weights"]

TABLE = Path(__file__).parent / "data" / "weights.tsv"
KINDS = ("", "person", "organisation", "place", "other")
"""Of a segment, in the order of the table's columns; the first one is no name, "other" a title or an event."""
Score = tuple[float, float, float, float, float]


class Span(NamedTuple):
    """Words `i` to `j` of a run, which could be any kind from `low` to below `high`."""

    i: int
    j: int
    low: int
    high: int


WORDS_REMEMBERED = 8192
REMEMBERED = 4096
"""Sums of evidence by what they are asked for. A text comes back to its own words: more would hardly be asked again."""


def features_of(run: Run, i: int, j: int, about: Document) -> list[str]:
    """All evidence on the words `i` to `j` of a run."""
    words = [word.text for word in run.words]
    found = [*inside_features(*inside(run, i, j, about))]
    for word, role in _roles(words[i:j]):
        found += [*look_features(traits(word), role), *spelling_features(word, role)]
    if i:
        found += within_run(*_cut_at(words, i), "b")
    else:
        earlier, before, look, seen = lead_of(run, about)
        found += [*before_features(before), *earlier_features(earlier, before)]
        found += opening_features(leads(before), look, seen, j > 1)
    if j < len(words):
        found += within_run(*_cut_at(words, j), "a")
    else:
        after, further, apposition = end_of(run, about)
        found += [*after_features(after), *further_features(after, further, apposition)]
    return found


def _roles(words: Sequence[str]) -> list[tuple[str, str]]:
    if len(words) == 1:
        return [(words[0], "only")]
    return [(words[0], "first"), *((word, "mid") for word in words[1:-1]), (words[-1], "last")]


def _cut_at(words: Sequence[str], place: int) -> tuple[str, str, str]:
    """What `within_run` asks of the words at a cut."""
    one, other = words[place - 1], words[place]
    return coarse(one), coarse(other), noun_kind(one.lower())


class Scorer:
    """The weights, and sums of those that come up again and again, which are remembered."""

    def __init__(self, weights: Mapping[str, Score]) -> None:
        self._weights = weights
        of_words, of_classes = lru_cache(maxsize=WORDS_REMEMBERED), lru_cache(maxsize=REMEMBERED)
        self._of_word = of_words(self._word)
        self._of_before = of_words(lambda word: self.sum(before_features(word)))
        self._of_after = of_words(lambda word: self.sum(after_features(word)))
        self._of_look = of_classes(lambda *key: self.sum(look_features(*key)))
        self._of_cut = of_classes(lambda *key: self.sum(within_run(*key)))
        self._of_opening = of_classes(lambda *key: self.sum(opening_features(*key)))
        self._of_inside = of_classes(lambda *key: self.sum(inside_features(*key)))

    def scores(self, run: Run, about: Document, spans: Sequence[Span]) -> Sequence[Score]:
        """The evidence on each of some spans of a run."""
        words = [word.text for word in run.words]
        own = [self._of_inside(*inside(run, span.i, span.j, about)) for span in spans]
        lead = lead_of(run, about)
        front, end = self._front(*lead, False), self._end(*end_of(run, about))
        if len(words) == 1:
            return [_together(front, end, own[0], self._of_word(words[0], "only"))]
        cuts = [_cut_at(words, place) for place in range(1, len(words))]
        left = [front, *(self._of_cut(*key, "b") for key in cuts)]
        right = [*(self._of_cut(*key, "a") for key in cuts), end]
        begin = [plus(side, self._of_word(word, "first")) for word, side in zip(words, left, strict=True)]
        begin[0] = plus(self._front(*lead, True), self._of_word(words[0], "first"))
        finish = [plus(side, self._of_word(word, "last")) for word, side in zip(words, right, strict=True)]
        found = []
        for (i, j, _, _), of_span in zip(spans, own, strict=True):
            if j - i == 1:
                found.append(_together(left[i], right[i], of_span, self._of_word(words[i], "only")))
            else:
                between = [self._of_word(word, "mid") for word in words[i + 1 : j - 1]] if j - i > 2 else ()
                found.append(add((begin[i], finish[j - 1], of_span, *between)))
        return found

    def sum(self, features: Iterable[str]) -> Score:
        return add(self._known(features))

    def _known(self, features: Iterable[str]) -> Sequence[Score]:
        known = self._weights.get
        return [score for feature in features if (score := known(feature))]

    def _word(self, word: str, role: str) -> Score:
        return add((self._of_look(traits(word), role), *self._known(spelling_features(word, role))))

    def _front(self, earlier: str, before: str, look: str, seen: str, many: bool) -> Score:
        found = plus(self._of_before(before), self._of_opening(leads(before), look, seen, many))
        more = self._known(earlier_features(earlier, before))
        return add((found, *more)) if more else found

    def _end(self, after: str, further: str, apposition: str) -> Score:
        found = self._of_after(after)
        more = self._known(further_features(after, further, apposition))
        return add((found, *more)) if more else found


def add(scores: Iterable[Score]) -> Score:
    none = person = organisation = place = other = 0.0
    for to_none, to_person, to_organisation, to_place, to_other in scores:
        none += to_none
        person += to_person
        organisation += to_organisation
        place += to_place
        other += to_other
    return none, person, organisation, place, other


def plus(a: Score, b: Score) -> Score:
    """`add` of two."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]


def _together(a: Score, b: Score, c: Score, d: Score) -> Score:
    """`add` of four: without a loop it takes a third of the time."""
    return (
        a[0] + b[0] + c[0] + d[0],
        a[1] + b[1] + c[1] + d[1],
        a[2] + b[2] + c[2] + d[2],
        a[3] + b[3] + c[3] + d[3],
        a[4] + b[4] + c[4] + d[4],
    )


@cache
def load_scorer() -> Scorer:
    return Scorer(read_weights(TABLE))


def read_weights(table: Path) -> Mapping[str, Score]:
    weights: dict[str, Score] = {}
    for line in table.read_text(encoding="utf-8").split("\n")[1:]:
        feature, *columns = line.split("\t")
        if columns:
            none, person, organisation, place, other = (float(column or 0) for column in columns)
            weights[feature] = (none, person, organisation, place, other)
    return weights
