"""A summary from the article's own sentences, and the phrases it comes back to. Plain counting, no model."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise

from presswatch_enrichment.sentences import folded, sentences
from presswatch_enrichment.stopwords import stopwords

__all__ = ["count_words", "keyphrases", "summarise"]

# Scripts without blanks between words: each character counts.
IDEOGRAPH = r"[\u3040-\u30ff\u3400-\u9fff]"
ANY_IDEOGRAPH = re.compile(IDEOGRAPH)
LETTERED = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
WORD = re.compile(rf"{LETTERED.pattern}|\d+")
WORD_OR_IDEOGRAPH = re.compile(rf"{IDEOGRAPH}|(?:(?!{IDEOGRAPH})[^\W\d_])+(?:['’\-][^\W\d_]+)*|\d+")
# Words with nothing but one blank between them.
UNBROKEN = re.compile(rf"{LETTERED.pattern}(?: {LETTERED.pattern})*")
# What can be a phrase there: Chinese characters between those of grammar, or a run of Katakana.
IDEOGRAPHIC_RUN = re.compile(r"[\u3400-\u9fff]{2,}|[\u30a0-\u30ff]{3,}")
GRAMMAR = re.compile(
    r"[的了在是和与與将將也有不这這那为為对對于於之等从從到被把就都而及或但并並上下中时時还還已其他我你她它们們]"
)
GRAM_MAX = 6
SENTENCES_IN_SUMMARY = 3
SUMMARY_MAX = 700
SENTENCES_LOOKED_AT = 40
SUMMARY_FROM = 20_000
SENTENCE_WORDS = (6, 60)
PHRASES = 8
PHRASES_FROM = 12_000
LETTERS_MIN = 3
PHRASE_LETTERS_MIN = 4

Phrase = tuple[str, ...]


def count_words(text: str) -> int:
    pattern = WORD_OR_IDEOGRAPH if ANY_IDEOGRAPH.search(text) else WORD
    return len(pattern.findall(text))


def summarise(title: str, body: str, lang: str) -> str:
    """The first sentence and those that carry most of the article's frequent words, in the article's order."""
    found = list(islice(sentences(body[:SUMMARY_FROM]), SENTENCES_LOOKED_AT))
    words = [_words(sentence) for sentence in found]
    unspaced = ANY_IDEOGRAPH.search(body) is not None
    sizes = map(count_words, found) if unspaced else map(len, words)
    usable = [i for i, size in enumerate(sizes) if SENTENCE_WORDS[0] <= size <= SENTENCE_WORDS[1]]
    if not usable:
        return body[:SUMMARY_MAX].split("\n\n")[0]
    weights = _weights(_words(title), words, lang)
    score = {i: _worth(words[i], weights) / math.sqrt(1 + i / 4) for i in usable}
    chosen = {usable[0], *sorted(usable[1:], key=lambda i: (-score[i], i))[: SENTENCES_IN_SUMMARY - 1]}
    summary = ""
    for i in sorted(chosen):
        if not summary or len(summary) + len(found[i]) < SUMMARY_MAX:
            summary = f"{summary} {found[i]}".strip()
    return summary[: SUMMARY_MAX * 2]


def _weights(title: Sequence[str], found: Sequence[Sequence[str]], lang: str) -> Mapping[str, float]:
    skip = stopwords(lang)
    counts = Counter(chain.from_iterable(found))
    telling = {word: n for word, n in counts.items() if len(word) >= LETTERS_MIN and word not in skip}
    for word in set(title) - skip:
        telling[word] = telling.get(word, 0) + 2
    return {word: math.log1p(count) for word, count in telling.items() if count > 1}


def _worth(words: Sequence[str], weights: Mapping[str, float]) -> float:
    # In the order of the sentence: that of a set, and so the last digit of the sum, differs from process to process.
    return sum(weights[word] for word in dict.fromkeys(words) if word in weights) / math.sqrt(len(words) + 1)


def _words(text: str) -> list[str]:
    return LETTERED.findall(folded(text))


def keyphrases(title: str, body: str, lang: str) -> tuple[str, ...]:
    """Up to eight runs of one to three words that return, longer runs before their parts; as first written."""
    text = f"{title}\n{body[:PHRASES_FROM]}"
    unbroken = "  ".join(UNBROKEN.findall(text))
    # Nothing between two blanks is a break, which is no part of a phrase.
    tokens = unbroken.split(" ")
    keys = _keys(unbroken.casefold().split(" "), lang)
    worth = _spoken(keys) | _ideographic(text)
    chosen: list[Phrase] = []
    for phrase in sorted(worth, key=lambda p: (-worth[p], p)):
        if not any(_within(phrase, other) or _within(other, phrase) for other in chosen):
            chosen.append(phrase)
        if len(chosen) == PHRASES:
            break
    return tuple(_as_written(phrase, keys, tokens) for phrase in chosen)


def _keys(folds: Sequence[str], lang: str) -> list[str]:
    """Each word as what it counts for; empty where it can be no part of a phrase that returns."""
    skip = stopwords(lang)
    telling = {word for word, n in Counter(folds).items() if n > 1 and len(word) >= LETTERS_MIN and word not in skip}
    telling -= {word for word in telling if not word.isascii() and IDEOGRAPHIC_RUN.search(word)}
    return [word if word in telling else "" for word in folds]


def _spoken(keys: Sequence[str]) -> dict[Phrase, float]:
    """What phrases that return are worth."""
    found: list[Phrase] = [(word,) for word in keys if len(word) >= PHRASE_LETTERS_MIN]
    # Two blanks stand where a key is empty.
    for run in " ".join(keys).split("  "):
        words = run.split()
        if len(words) > 1:
            found += pairwise(words)
            found += zip(words, words[1:], words[2:], strict=False)
    return {phrase: n * len(phrase) ** 1.3 for phrase, n in Counter(found).items() if n > 1}


def _ideographic(text: str) -> dict[Phrase, float]:
    """Likewise of texts without blanks: two characters are about a word."""
    counts = Counter(_grams(text)) if ANY_IDEOGRAPH.search(text) else {}
    return {(phrase,): n * (len(phrase) / 2) ** 1.3 for phrase, n in counts.items() if n > 1}


def _grams(text: str) -> Iterator[str]:
    """All parts of two characters and more, up to GRAM_MAX, of runs that could be phrases."""
    for match in IDEOGRAPHIC_RUN.finditer(text):
        for run in GRAMMAR.split(match[0]):
            sizes = range(2, min(GRAM_MAX, len(run)) + 1)
            yield from (run[start : start + size] for size in sizes for start in range(len(run) - size + 1))


def _within(part: Phrase, whole: Phrase) -> bool:
    if len(whole) == 1:
        return part == whole or (IDEOGRAPHIC_RUN.fullmatch(whole[0]) is not None and part[0] in whole[0])
    return any(whole[start : start + len(part)] == part for start in range(len(whole) - len(part) + 1))


def _as_written(phrase: Phrase, keys: Sequence[str], tokens: Sequence[str]) -> str:
    """As it stands where it comes first."""
    place = -1
    while phrase[0] in keys[place + 1 :]:
        place = keys.index(phrase[0], place + 1)
        if tuple(keys[place : place + len(phrase)]) == phrase:
            return " ".join(tokens[place : place + len(phrase)])
    return phrase[0]
