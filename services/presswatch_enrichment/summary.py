"""A summary from the article's own sentences, and the phrases it comes back to. Plain counting, no model."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from presswatch_enrichment.sentences import sentences
from presswatch_enrichment.stopwords import stopwords

__all__ = ["count_words", "keyphrases", "summarise"]

# Scripts without blanks between words: each character counts.
IDEOGRAPH = r"[\u3040-\u30ff\u3400-\u9fff]"
WORD = re.compile(rf"{IDEOGRAPH}|(?:(?!{IDEOGRAPH})[^\W\d_])+(?:['’\-][^\W\d_]+)*|\d+")
# What can be a phrase there: Chinese characters between those of grammar, or a run of Katakana.
IDEOGRAPHIC_RUN = re.compile(r"[\u3400-\u9fff]{2,}|[\u30a0-\u30ff]{3,}")
GRAMMAR = re.compile(
    r"[的了在是和与與将將也有不这這那为為对對于於之等从從到被把就都而及或但并並上下中时時还還已其他我你她它们們]"
)
GRAM_MAX = 6
LETTERED = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
SENTENCES_IN_SUMMARY = 3
SUMMARY_MAX = 700
SENTENCES_LOOKED_AT = 80
SENTENCE_WORDS = (6, 60)
PHRASES = 8
PHRASES_FROM = 12_000
PHRASE_WORDS = 3


def count_words(text: str) -> int:
    return sum(1 for _ in WORD.finditer(text))


def summarise(title: str, body: str, lang: str) -> str:
    """The first sentence and those that carry most of the article's frequent words, in the article's order."""
    found = [s for _, s in zip(range(SENTENCES_LOOKED_AT), sentences(body), strict=False)]
    usable = [i for i, s in enumerate(found) if SENTENCE_WORDS[0] <= count_words(s) <= SENTENCE_WORDS[1]]
    if not usable:
        return body[:SUMMARY_MAX].split("\n\n")[0]
    weights = _weights(title, found, lang)
    score = {i: _worth(found[i], weights) / math.sqrt(1 + i / 4) for i in usable}
    chosen = {usable[0], *sorted(usable[1:], key=lambda i: (-score[i], i))[: SENTENCES_IN_SUMMARY - 1]}
    summary = ""
    for i in sorted(chosen):
        if not summary or len(summary) + len(found[i]) < SUMMARY_MAX:
            summary = f"{summary} {found[i]}".strip()
    return summary[: SUMMARY_MAX * 2]


def _weights(title: str, found: Sequence[str], lang: str) -> dict[str, float]:
    skip = stopwords(lang)
    counts = Counter(w for s in found for w in _words(s) if len(w) > 2 and w not in skip)
    for word in set(_words(title)) - skip:
        counts[word] += 2
    return {word: math.log1p(count) for word, count in counts.items() if count > 1}


def _worth(sentence: str, weights: dict[str, float]) -> float:
    words = _words(sentence)
    return sum(weights.get(word, 0.0) for word in set(words)) / math.sqrt(len(words) + 1)


def _words(text: str) -> list[str]:
    return [m[0].casefold() for m in LETTERED.finditer(text)]


def keyphrases(title: str, body: str, lang: str) -> tuple[str, ...]:
    """Up to eight runs of one to three words that return, longer runs before their parts; as first written."""
    skip = stopwords(lang)
    text = f"{title}\n{body[:PHRASES_FROM]}"
    counts: Counter[str] = Counter(_ideographic(text))
    written: dict[str, str] = {phrase: phrase for phrase in counts}
    for run in _runs(text, skip):
        for size in range(1, PHRASE_WORDS + 1):
            for start in range(len(run) - size + 1):
                phrase = " ".join(run[start : start + size])
                counts[phrase.casefold()] += 1
                written.setdefault(phrase.casefold(), phrase)
    returning = {phrase: n * _size(phrase) ** 1.3 for phrase, n in counts.items() if n > 1 and _is_phrase(phrase)}
    chosen: list[str] = []
    for phrase in sorted(returning, key=lambda p: (-returning[p], p)):
        if not any(_within(phrase, other) or _within(other, phrase) for other in chosen):
            chosen.append(phrase)
        if len(chosen) == PHRASES:
            break
    return tuple(written[phrase] for phrase in chosen)


def _ideographic(text: str) -> Iterator[str]:
    """All parts of two characters and more, up to GRAM_MAX, of runs that could be phrases."""
    for match in IDEOGRAPHIC_RUN.finditer(text):
        for run in GRAMMAR.split(match[0]):
            sizes = range(2, min(GRAM_MAX, len(run)) + 1)
            yield from (run[start : start + size] for size in sizes for start in range(len(run) - size + 1))


def _is_ideographic(phrase: str) -> bool:
    return IDEOGRAPHIC_RUN.fullmatch(phrase) is not None


def _is_phrase(phrase: str) -> bool:
    return len(phrase) > 3 or _is_ideographic(phrase)


def _size(phrase: str) -> float:
    """In words; two Chinese characters are about one."""
    return len(phrase) / 2 if _is_ideographic(phrase) else len(phrase.split())


def _within(part: str, whole: str) -> bool:
    return part in whole if _is_ideographic(part) else f" {part} " in f" {whole} "


def _runs(text: str, skip: frozenset[str]) -> Iterator[list[str]]:
    """Words between stop words and punctuation."""
    run: list[str] = []
    end = 0
    for match in LETTERED.finditer(text):
        apart = text[end : match.start()] not in (" ", "-")
        end = match.end()
        if apart and run:
            yield run
            run = []
        if match[0].casefold() in skip or len(match[0]) < 3 or IDEOGRAPHIC_RUN.search(match[0]):
            if run:
                yield run
            run = []
        else:
            run.append(match[0])
    if run:
        yield run
