"""Runs of capitalised words, the raw material of names."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from presswatch_enrichment.entities.words import words as word_list

__all__ = ["Run", "Word", "find_runs", "is_title_case"]

WORD = re.compile(r"[^\W\d_]+(?:[.'’\-&][^\W\d_]+)*\.?|\d+[\w.,]*")
OPENERS = "(“\"«„‘'"
LOOK_BACK = 40
CONNECTORS_IN_A_ROW = 2
WORDS_MAX = 15
# What may stand between a word and the run it leads to, within one sentence.
LEADS = (" ", " (", ", ", " “", ' "', " «", " „", "-")


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """Capitalised words with the small ones between them; what stands before and behind it."""

    words: tuple[Word, ...]
    before: str
    after: str

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


def find_runs(text: str) -> Iterator[Run]:
    for match in _run_pattern().finditer(text):
        words = tuple(_word(found, match.start()) for found in WORD.finditer(match[0]))
        yield Run(words, _before(text, match.start()), _after(text, words[-1].end))


@cache
def _run_pattern() -> re.Pattern[str]:
    """A capitalised word, and others behind it that only blanks, hyphens, "&" and connectors separate."""
    capital = rf"(?<![^\W_])[{_capitals()}][^\W_]*(?:[.'’\-&][^\W\d_]+)*\.?"
    connectors = "|".join(sorted(word_list("connectors"), key=len, reverse=True))
    joint = rf"(?:(?:\ (?:{connectors})){{0,{CONNECTORS_IN_A_ROW}}}\ |\ &\ |\ -\ |-)"
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


def _before(text: str, start: int) -> str:
    """The word that leads to the run; nothing where the run begins its sentence."""
    head = text[max(0, start - LOOK_BACK) : start]
    for lead in LEADS:
        if head.endswith(lead):
            word = head[: -len(lead)].rpartition(" ")[2].lstrip(OPENERS)
            if word[-1:].isalnum() or word.endswith("."):
                return word
    return ""


def _after(text: str, end: int) -> str:
    for gap in (" ", ", "):
        if text.startswith(gap, end) and (word := WORD.match(text, end + len(gap))):
            return word[0]
    return ""


def is_title_case(text: str) -> bool:
    """Most of the longer words begin with a capital: then capitals tell nothing."""
    words = [match[0] for match in WORD.finditer(text) if len(match[0]) > 3 and match[0][0].isalpha()]
    return len(words) >= 4 and sum(word[0].isupper() for word in words) > 0.7 * len(words)
