"""What `bench match` measures with: articles of about 680 words, and a set of watches drawn from their words."""

from __future__ import annotations

import json
import lzma
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from presswatch_query import analyse
from presswatch_shared.errors import BadInput

__all__ = ["SHARE_OF_NAMES", "WORDS_AN_ARTICLE", "WatchMaker", "articles_from", "invented_articles"]

WORDS_AN_ARTICLE = 680
SYLLABLES = tuple(
    f"{onset}{vowel}{coda}"
    for onset in ("b", "d", "f", "g", "gr", "k", "l", "m", "n", "p", "r", "s", "sh", "st", "t", "v", "z")
    for vowel in "aeiou"
    for coda in ("", "l", "n", "r")
)
"""Many, so that a prefix means few words, as in real texts."""
COMMON = (
    *("the", "of", "to", "and", "a", "in", "that", "is", "for", "on", "with", "as", "was"),
    *("by", "at", "from", "it", "said", "he", "his", "be", "has", "are", "were", "an"),
)
VOCABULARY = 30_000
SHARE_OF_COMMON = 0.4
SKEW = 1.2
"""Of the words of watches: 1 would take each of the vocabulary alike, more prefers the frequent ones."""
SHARE_OF_NAMES = 0.84
"""Of the words of watches that no article has. With this an article matches about one watch in 300, however many."""
SHARE_OF_FOUND_PHRASES = 0.1
"""Phrases that stand so in an article; the others are words put side by side."""
LEAST_PREFIX = 4


def invented_articles(count: int, seed: int) -> list[str]:
    """Texts of invented words, skewed as in real ones."""
    chance = random.Random(seed)
    spellings = ("".join(chance.choices(SYLLABLES, k=chance.randrange(2, 5))) for _ in range(2 * VOCABULARY))
    words = list(dict.fromkeys(spellings))[:VOCABULARY]
    return [_invented(chance, words) for _ in range(count)]


def _invented(chance: random.Random, words: Sequence[str]) -> str:
    chosen = (
        chance.choice(COMMON) if chance.random() < SHARE_OF_COMMON else words[int(len(words) * chance.random() ** 3)]
        for _ in range(WORDS_AN_ARTICLE)
    )
    sentences = list(chosen)
    for start in range(0, len(sentences), 17):
        sentences[start] = sentences[start].capitalize()
        end = min(start + 16, len(sentences) - 1)
        sentences[end] += "."
    return " ".join(sentences)


def articles_from(path: Path, count: int) -> list[str]:
    """Texts of about 680 words, cut from the `body` of lines of JSON; some are used again where there are too few.

    Raises:
        BadInput: the file has no texts.
    """
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        words = " ".join(body for line in lines if (body := json.loads(line).get("body"))).split()
    cut = [" ".join(words[at : at + WORDS_AN_ARTICLE]) for at in range(0, len(words), WORDS_AN_ARTICLE)]
    if not cut:
        raise BadInput(f'{path} has no lines with a "body"')
    return [cut[number % len(cut)] for number in range(count)]


class WatchMaker:
    """20 % single words, 60 % phrases of two and three words, 20 % boolean, NEAR and prefixes."""

    def __init__(self, texts: Sequence[str], seed: int, names: float = SHARE_OF_NAMES) -> None:
        self._chance = random.Random(seed)
        self._names = names
        self._texts = [[token.text for token in analyse(text)] for text in texts[:400]]
        counts = Counter(token for tokens in self._texts for token in tokens if token.isalpha())
        self._vocabulary = [token for token, _ in counts.most_common()]

    def queries(self, count: int) -> Iterator[str]:
        """Query texts, all valid."""
        for _ in range(count):
            draw = self._chance.random()
            yield self._word() if draw < 0.2 else self._phrase() if draw < 0.8 else self._other()

    def _word(self) -> str:
        if self._chance.random() < self._names:
            return self._name()
        return self._vocabulary[int(len(self._vocabulary) * self._chance.random() ** SKEW)]

    def _name(self) -> str:
        return "".join(self._chance.choices(SYLLABLES, k=4)).capitalize()

    def _phrase(self) -> str:
        length = 2 if self._chance.random() < 0.7 else 3
        if self._chance.random() >= SHARE_OF_FOUND_PHRASES:
            return f'"{" ".join(self._word() for _ in range(length))}"'
        tokens = self._chance.choice(self._texts)
        at = self._chance.randrange(max(1, len(tokens) - length))
        return f'"{" ".join(tokens[at : at + length])}"'

    def _other(self) -> str:
        one, two, three = self._operand(), self._operand(), self._operand()
        forms = (
            f"{one} AND {two}",
            f"{one} AND NOT {two}",
            f"({one} OR {two}) AND {three}",
            f"{one} NEAR/{self._chance.randrange(1, 10)} {two}",
            f"{self._stem()}*",
        )
        return self._chance.choice(forms)

    def _operand(self) -> str:
        return self._phrase() if self._chance.random() < 0.3 else f'"{self._word()}"'

    def _stem(self) -> str:
        while True:
            word = self._word()
            if len(word) > LEAST_PREFIX and word.isascii():
                return word[: self._chance.randrange(LEAST_PREFIX, len(word))]
