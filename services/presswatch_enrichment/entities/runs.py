"""Runs of capitalised words, the raw material of names, with what stands before and behind them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from presswatch_enrichment.entities.words import small_words
from presswatch_enrichment.entities.words import words as word_list
from presswatch_enrichment.stopwords import stopwords

__all__ = ["Run", "Word", "find_runs", "is_title_case"]

WORD = re.compile(r"[^\W\d_]+(?:[.'’\-&][^\W\d_]+)*\.?|\d+[\w.,]*")
SMALL_IN_A_ROW = 2
WORDS_MAX = 15
LOOK_BACK = 48
LOOK_AHEAD = 40
AHEAD = 4
TOKEN = re.compile(r"[^\W\d_]+(?:[.'’\-][^\W\d_]+)*|\d[\d.,]*|[^\w ]")
SENTENCE_ENDS = frozenset(".!?:;…\n•*|")


class Word(NamedTuple):
    text: str
    start: int
    end: int


class Run(NamedTuple):
    """Capitalised words and the small ones between them.

    `before` is the word or sign in front, `earlier` the one in front of that; both are empty where the run begins its
    sentence. `after` is the word or sign behind, `ahead` those behind that. All in lower case.
    """

    words: tuple[Word, ...]
    earlier: str
    before: str
    after: str
    ahead: tuple[str, ...]

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


def find_runs(text: str, worth: Callable[[Sequence[Word], str], bool] = lambda words, before: True) -> Iterator[Run]:
    """The runs that are worth reading by their words and by what stands before them, in the order of the text."""
    plain = _plain_words()
    for match in _run_pattern().finditer(text):
        whole, start = match[0], match.start()
        # Handles, hashtags and addresses are no names.
        if whole in plain or (start and text[start - 1] in "@#/"):
            continue
        if whole.isalpha():
            split = [(Word(sys.intern(whole), start, match.end()),)]
        else:
            split = [words for words in _by_sentence(whole, start) if len(words) > 1 or words[0].text not in plain]
        for words in split:
            earlier, before = _before(text, words[0].start)
            if worth(words, before):
                yield Run(words, earlier, before, *_after(text, words[-1].end))


def _by_sentence(whole: str, start: int) -> Iterator[tuple[Word, ...]]:
    """The words of a match, apart where a full stop ends a sentence among them."""
    held: list[Word] = []
    for found in WORD.finditer(whole):
        held.append(_word(found, start))
        if found[0].endswith(".") and not held[-1].text.endswith("."):
            yield tuple(held)
            held = []
    if held:
        yield tuple(held)


@cache
def _plain_words() -> frozenset[str]:
    """Words of every sentence as they begin one: "The", "It"; not "IT"."""
    return frozenset(word.capitalize() for word in stopwords("en"))


@cache
def _run_pattern() -> re.Pattern[str]:
    """A capitalised word, and others behind it that only blanks, hyphens, "&" and small words separate."""
    # The look-behind stands after its capital: capitals alone are stopped at, which is far quicker.
    capital = rf"[{_capitals()}](?<![^\W_].)[^\W_]*(?:[.'’\-&][^\W\d_]+)*\.?"
    small = "|".join(sorted(small_words() - {"&"}, key=len, reverse=True))
    joint = rf"(?:(?:\ (?:{small})){{0,{SMALL_IN_A_ROW}}}\ |\ &\ |\ -\ |-)"
    return re.compile(rf"{capital}(?:{joint}{capital}){{0,{WORDS_MAX - 1}}}")


def _capitals() -> str:
    """All capital letters as ranges of a character class."""
    codes = [code for code in range(0x10000) if chr(code).isupper()]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(rf"\u{first:04x}-\u{last:04x}" for first, last in ranges)


def _word(match: re.Match[str], offset: int) -> Word:
    """A word without the full stop that ends its sentence, and without a possessive s."""
    found, start, end = match[0], offset + match.start(), offset + match.end()
    if found[-1] == "." and found[:-1] not in word_list("abbreviations") and len(found) > 2 and "." not in found[:-1]:
        found, end = found[:-1], end - 1
    if found[-2:] in ("'s", "’s"):
        found, end = found[:-2], end - 2
    return Word(sys.intern(found), start, end)


def _before(text: str, start: int) -> tuple[str, str]:
    near = text[max(0, start - LOOK_BACK) : start]
    words = near.rsplit(" ", 3)
    # Mostly two of nothing but letters, which are tokens as they are.
    if len(words) > 3 and not words[3] and words[1].isalpha() and words[2].isalpha():
        return words[1].lower(), words[2].lower()
    tokens = TOKEN.findall(near)
    if not tokens or tokens[-1] in SENTENCE_ENDS:
        return "", ""
    return (tokens[-2].lower() if len(tokens) > 1 else ""), tokens[-1].lower()


def _after(text: str, end: int) -> tuple[str, tuple[str, ...]]:
    line = text[end : end + LOOK_AHEAD].partition("\n")[0].lower()
    after, *ahead = TOKEN.findall(line)[: AHEAD + 1] or ("",)
    return after, tuple(ahead)


def is_title_case(text: str) -> bool:
    """Most of the longer words begin with a capital: then capitals tell nothing."""
    words = [match[0] for match in WORD.finditer(text) if len(match[0]) > 3 and match[0][0].isalpha()]
    return len(words) >= 4 and sum(word[0].isupper() for word in words) > 0.7 * len(words)
