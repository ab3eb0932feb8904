"""Texts and their copies as news agencies and outlets make them, from a seeded generator."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from itertools import accumulate

__all__ = ["KINDS", "jaccard", "story"]

SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ren",
    "ta",
    "vor",
    "sel",
    "du",
    "ni",
    "pas",
    "go",
    "rim",
    "ach",
    "ten",
    "bo",
    "lis",
    "far",
)
WORDS = 4000


@cache
def _vocabulary() -> list[str]:
    chance = random.Random(11)
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(WORDS)]


@cache
def _cumulated() -> list[float]:
    """Frequent words are frequent, as in a language."""
    return list(accumulate(1 / (rank + 3) for rank in range(WORDS)))


@cache
def story(seed: int) -> list[str]:
    """Sentences of a text of about 300 words."""
    chance = random.Random(seed)
    sizes = [chance.randint(8, 22) for _ in range(20)]
    return [" ".join(chance.choices(_vocabulary(), cum_weights=_cumulated(), k=size)) for size in sizes]


def syndicated(sentences: list[str], chance: random.Random) -> list[str]:
    return [*sentences, "the agency contributed to this report"]


def with_boilerplate(sentences: list[str], chance: random.Random) -> list[str]:
    return [*story(chance.randrange(10**9))[:5], *sentences]


def five_percent_changed(sentences: list[str], chance: random.Random) -> list[str]:
    words = [s.split() for s in sentences]
    return [" ".join(w if chance.random() > 0.05 else chance.choice(_vocabulary()) for w in s) for s in words]


def a_fifth_edited(sentences: list[str], chance: random.Random) -> list[str]:
    other = story(chance.randrange(10**9))
    changed = set(chance.sample(range(len(sentences)), 4))
    return [other[i] if i in changed else s for i, s in enumerate(sentences)]


def cut_to_three_quarters(sentences: list[str], chance: random.Random) -> list[str]:
    return sentences[: len(sentences) * 3 // 4]


def cut_to_three_fifths(sentences: list[str], chance: random.Random) -> list[str]:
    return sentences[: len(sentences) * 3 // 5]


def a_third_taken_over(sentences: list[str], chance: random.Random) -> list[str]:
    """Another text that quotes this one."""
    return [*sentences[:7], *story(chance.randrange(10**9))[:13]]


KINDS: dict[str, Callable[[list[str], random.Random], list[str]]] = {
    "syndicated": syndicated,
    "a quarter of boilerplate added": with_boilerplate,
    "5 % of the words changed": five_percent_changed,
    "a fifth of the sentences edited": a_fifth_edited,
    "cut to three quarters": cut_to_three_quarters,
    "cut to three fifths": cut_to_three_fifths,
    "a third taken over": a_third_taken_over,
}


def jaccard(one: list[str], other: list[str]) -> float:
    """Of the word triples, exactly."""
    a, b = (_triples(" ".join(sentences).split()) for sentences in (one, other))
    return len(a & b) / len(a | b)


def _triples(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(words, words[1:], words[2:], strict=False))
