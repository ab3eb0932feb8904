"""How much each piece of evidence counts for each kind of name: the table `data/weights.tsv`.

The table was fitted by `fit_weights.py`; a feature it does not have counts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from presswatch_enrichment.entities.evidence import (
    Document,
    behind,
    end_of,
    in_front,
    inside,
    inside_features,
    lead_of,
    within_run,
    word_features,
)
from presswatch_enrichment.entities.runs import Run

__all__ = ["KINDS", "Score", "Scorer", "add", "features_of", "load_scorer", "read_weights"]

TABLE = Path(__file__).parent / "data" / "weights.tsv"
KINDS = ("", "person", "organisation", "place", "other")
"""Of a segment, in the order of the table's columns; the first one is no name, "other" a title or an event."""
Score = tuple[float, float, float, float, float]
WORDS_REMEMBERED = 8192
REMEMBERED = 4096
"""Sums of evidence by what they are asked for. A text comes back to its own words: more would hardly be asked again."""


def features_of(run: Run, i: int, j: int, about: Document) -> list[str]:
    """All evidence on the words `i` to `j` of a run."""
    words = run.words
    found = [feature for word, role in _roles(run, i, j) for feature in word_features(word, role)]
    found += inside_features(*inside(run, i, j, about))
    found += within_run(words[i - 1].text, words[i].text, "b") if i else in_front(*lead_of(run, about), j > 1)
    found += within_run(words[j - 1].text, words[j].text, "a") if j < len(words) else behind(*end_of(run, about))
    return found


def _roles(run: Run, i: int, j: int) -> list[tuple[str, str]]:
    words = [word.text for word in run.words[i:j]]
    if len(words) == 1:
        return [(words[0], "only")]
    return [(words[0], "first"), *((word, "mid") for word in words[1:-1]), (words[-1], "last")]


class Scorer:
    """The weights, and sums of those that come up again and again, which are remembered."""

    def __init__(self, weights: Mapping[str, Score]) -> None:
        self._weights = weights
        self._of_word = lru_cache(maxsize=WORDS_REMEMBERED)(lambda *key: self.sum(word_features(*key)))
        remembered = lru_cache(maxsize=REMEMBERED)
        self._of_cut = remembered(lambda *key: self.sum(within_run(*key)))
        self._of_lead = remembered(lambda *key: self.sum(in_front(*key)))
        self._of_end = remembered(lambda *key: self.sum(behind(*key)))
        self._of_inside = remembered(lambda *key: self.sum(inside_features(*key)))

    def reading(self, run: Run, about: Document) -> Callable[[int, int], Score]:
        """The evidence on any words `i` to `j` of a run."""
        words = run.words
        count = len(words)
        lead = lead_of(run, about)
        end = self._of_end(*end_of(run, about))

        def score(i: int, j: int) -> Score:
            left = self._of_cut(words[i - 1].text, words[i].text, "b") if i else self._of_lead(*lead, j > 1)
            right = self._of_cut(words[j - 1].text, words[j].text, "a") if j < count else end
            own = self._of_inside(*inside(run, i, j, about))
            if j - i == 1:
                return _together(left, right, own, self._of_word(words[i].text, "only"))
            first, last = self._of_word(words[i].text, "first"), self._of_word(words[j - 1].text, "last")
            found = add((_together(left, right, own, first), last))
            between = [self._of_word(word.text, "mid") for word in words[i + 1 : j - 1]]
            return add((found, *between)) if between else found

        return score

    def sum(self, features: Iterable[str]) -> Score:
        known = self._weights.get
        return add([score for feature in features if (score := known(feature))])


def add(scores: Iterable[Score]) -> Score:
    none = person = organisation = place = other = 0.0
    for to_none, to_person, to_organisation, to_place, to_other in scores:
        none += to_none
        person += to_person
        organisation += to_organisation
        place += to_place
        other += to_other
    return none, person, organisation, place, other


def _together(a: Score, b: Score, c: Score, d: Score) -> Score:
    """`add` of four, which is what most segments come to: without a loop it takes a third of the time."""
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
