"""Makes `data/weights.tsv` from labelled sentences: an averaged perceptron over the cuts of runs of capitalised words.

    python -m presswatch_enrichment.entities.fit_weights FILE.conll[:DOCUMENTS] …

Files have a token and its tag (BIO or IO) in the first and last column and a blank line between sentences; of each file
the first DOCUMENTS (of twelve sentences) are learned from, and what comes after them can be used for measuring.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from presswatch_enrichment.entities.evidence import document
from presswatch_enrichment.entities.gazetteer import load_gazetteer
from presswatch_enrichment.entities.runs import Run
from presswatch_enrichment.entities.segments import NONE, OTHER, cut, spans_of
from presswatch_enrichment.entities.weights import KINDS, TABLE, Score, Span, features_of

__all__ = ["fit", "labelled", "main"]

Gold = dict[int, tuple[int, int]]
"""Start of a name to its end and kind."""
Parts = list[tuple[int, int, int]]
"""First word, end and kind of each segment of a run."""
TAGS = {
    "PER": 1,
    "PERSON": 1,
    "ORG": 2,
    "CORPORATION": 2,
    "GROUP": 2,
    "LOC": 3,
    "LOCATION": 3,
    "GPE": 3,
    "MISC": OTHER,
    "PRODUCT": OTHER,
    "CREATIVE-WORK": OTHER,
}
SENTENCES = 12
ROUNDS = 5
SEEN_MIN = 5
SEED = 1


@dataclass
class Example:
    """A run's spans, its right cut, and the evidence on each span."""

    spans: Sequence[Span]
    right: Parts
    evidence: dict[tuple[int, int], list[str]]


def main(arguments: Sequence[str]) -> None:
    documents: list[tuple[str, Gold]] = []
    for argument in arguments:
        path, _, count = argument.partition(":")
        documents += islice(labelled(Path(path)), int(count) if count else None)
    rows = fit(documents)
    lines = ("\t".join((feature, *(f"{value:.2f}" if value else "" for value in row))) for feature, row in rows.items())
    heading = "# feature\tno name\tperson\torganisation\tplace\tother | made by fit_weights.py"
    TABLE.write_text("\n".join([heading, *sorted(lines)]) + "\n", encoding="utf-8")


def labelled(path: Path) -> Iterator[tuple[str, Gold]]:
    """Texts of twelve sentences with their names."""
    sentences = _sentences(path)
    while batch := list(islice(sentences, SENTENCES)):
        text = ""
        gold: Gold = {}
        for tokens in batch:
            text = _append(text, tokens, gold)
        yield text, gold


def _sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    for block in path.read_text(encoding="utf-8").replace("\t\n", "\n").split("\n\n"):
        rows = [line.split() for line in block.splitlines() if line.strip()]
        if rows:
            yield [(row[0], row[-1]) for row in rows]


def _append(text: str, tokens: Sequence[tuple[str, str]], gold: Gold) -> str:
    begun, kind = -1, NONE
    for token, tag in tokens:
        found = TAGS.get(tag.partition("-")[2].upper(), NONE)
        if tag.startswith("B") or found != kind or begun < 0:
            begun, kind = (len(text), found) if found else (-1, NONE)
        if found:
            gold[begun] = (len(text) + len(token), found)
        text += token + " "
    return text.rstrip() + "\n"


def fit(documents: Iterable[tuple[str, Gold]]) -> Mapping[str, Score]:
    """Weights of all features that are frequent enough."""
    examples = [example for text, gold in documents for example in _examples(text, gold)]
    counts = Counter(f for e in examples for f in {f for found in e.evidence.values() for f in found})
    for example in examples:
        for found in example.evidence.values():
            found[:] = [feature for feature in found if counts[feature] >= SEEN_MIN]
    return _perceptron(examples)


def _examples(text: str, gold: Gold) -> Iterator[Example]:
    about = document(text, load_gazetteer().rank)
    for run in about.runs:
        right = _right_cut(run, gold)
        if right:
            spans = spans_of(run)
            yield Example(spans, right, {(i, j): features_of(run, i, j, about) for i, j, _, _ in spans})


def _right_cut(run: Run, gold: Gold) -> Parts:
    """Nothing where a name begins or ends within a word, or is one that no cut can give."""
    ends = {word.end: place + 1 for place, word in enumerate(run.words)}
    if any(start < run.end and run.start < end and end not in ends for start, (end, _) in gold.items()):
        return []
    allowed = {(i, j): range(low, high) for i, j, low, high in spans_of(run)}
    segments: Parts = []
    i = 0
    while i < len(run.words):
        end, kind = gold.get(run.words[i].start, (run.words[i].end, NONE))
        j = ends[end]
        kind = NONE if kind == OTHER and j - i == 1 else kind
        if kind not in allowed.get((i, j), ()):
            return []
        segments.append((i, j, kind))
        i = j
    return segments


def _perceptron(examples: list[Example]) -> Mapping[str, Score]:
    chance = random.Random(SEED)
    weights: dict[str, list[float]] = {}
    moved: dict[str, list[float]] = {}
    step = 0
    for _ in range(ROUNDS):
        chance.shuffle(examples)
        for example in examples:
            step += 1
            found = _best_cut(example, weights)
            for sign, segments in ((1.0, set(example.right) - set(found)), (-1.0, set(found) - set(example.right))):
                for i, j, kind in segments:
                    for feature in example.evidence[i, j]:
                        weights.setdefault(feature, [0.0] * len(KINDS))[kind] += sign
                        moved.setdefault(feature, [0.0] * len(KINDS))[kind] += sign * step
    averaged = {f: _row([w - m / step for w, m in zip(weights[f], moved[f], strict=True)]) for f in weights}
    return {feature: row for feature, row in averaged.items() if any(row)}


def _best_cut(example: Example, weights: Mapping[str, list[float]]) -> Parts:
    spans = example.spans
    best = cut(spans, [_score(weights, example.evidence[i, j]) for i, j, _, _ in spans])
    return [(spans[number].i, spans[number].j, kind) for number, kind in best]


def _score(weights: Mapping[str, list[float]], features: Iterable[str]) -> Score:
    rows = [row for feature in features if (row := weights.get(feature))]
    return _row([sum(column) for column in zip(*rows, strict=True)]) if rows else _row([0.0] * len(KINDS))


def _row(values: Sequence[float]) -> Score:
    none, person, organisation, place, other = (round(value, 2) for value in values)
    return none, person, organisation, place, other


if __name__ == "__main__":
    main(sys.argv[1:])
