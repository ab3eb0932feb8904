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

__all__ = ["Run", "Word", "find_runs", "is_title_case", "tokens_after"]

WORD = re.compile(r"[^\W\d_]+(?:[.'’\-&][^\W\d_]+)*\.?|\d+[\w.,]*")
SMALL_IN_A_ROW = 2
WORDS_MAX = 15
LOOK_BACK = 48
LOOK_AHEAD = 40
AHEAD = 4
TOKEN = re.compile(r"[^\W\d_]+(?:[.'’\-][^\W\d_]+)*|\d[\d.,]*|[^\w ]")
TWO_TOKENS = re.compile(rf"[ _]*(?!\n)({TOKEN.pattern})(?:[ _]*(?!\n)({TOKEN.pattern}))?")
SENTENCE_ENDS = frozenset(".!?:;…\n•*|")


class Word(NamedTuple):
    text: str
    start: int
    end: int


class Run(NamedTuple):
    """Capitalised words and the small ones between them.

    `before` is the word or sign in front, `earlier` the one in front of that; both are empty where the run begins its
    sentence. `after` is the word or sign behind, `further` the one behind that. All in lower case.
    """

    words: tuple[Word, ...]
    earlier: str
    before: str
    after: str
    further: str

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
        for words in _by_sentence(whole, start):
            if len(words) == 1 and words[0].text in plain:
                continue
            earlier, before = _before(text, words[0].start)
            if worth(words, before):
                yield Run(words, earlier, before, *_after(text, words[-1].end))


def _by_sentence(whole: str, start: int) -> Sequence[tuple[Word, ...]]:
    """The words of a match, apart where a full stop ends a sentence among them."""
    if whole.isalpha():
        return ((Word(sys.intern(whole), start, start + len(whole)),),)
    if whole.replace(" ", "").isalpha():
        return (tuple(_between_blanks(whole, start)),)
    sentences: list[list[Word]] = [[]]
    for found in WORD.finditer(whole):
        word = _word(found, start)
        sentences[-1].append(word)
        if found[0].endswith(".") and not word.text.endswith("."):
            sentences.append([])
    return [tuple(words) for words in sentences if words]


def _between_blanks(whole: str, start: int) -> Iterator[Word]:
    for text in whole.split(" "):
        yield Word(sys.intern(text), start, start + len(text))
        start += len(text) + 1


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
    near = text[max(0, start - LOOK_BACK) : start].rstrip(" ")
    if near[-1:] in SENTENCE_ENDS and not _in_number(near):
        return "", ""
    parts = near.rsplit(" ", 2)
    # Mostly two of nothing but letters, which are tokens as they are.
    if len(parts) == 3 and parts[1].isalpha() and parts[2].isalpha():
        return parts[1].lower(), parts[2].lower()
    tokens = TOKEN.findall(near)
    if not tokens:
        return "", ""
    return (tokens[-2].lower() if len(tokens) > 1 else ""), tokens[-1].lower()


def _in_number(near: str) -> bool:
    """Its last sign is a full stop behind a number, and so part of it."""
    return near[-1:] == "." and near[-2:-1].isdecimal()


def _after(text: str, end: int) -> tuple[str, str]:
    following = TWO_TOKENS.match(text, end)
    if following is None:
        return "", ""
    after, further = following.groups("")
    return after.lower(), further.lower()


def tokens_after(text: str, end: int) -> Sequence[str]:
    """The words and signs behind a place in its line, in lower case."""
    return TOKEN.findall(text[end : end + LOOK_AHEAD].partition("\n")[0].lower())[: AHEAD + 1]


def is_title_case(text: str) -> bool:
    """Most of the longer words begin with a capital: then capitals tell nothing."""
    words = [match[0] for match in WORD.finditer(text) if len(match[0]) > 3 and match[0][0].isalpha()]
    return len(words) >= 4 and sum(word[0].isupper() for word in words) > 0.7 * len(words)
