"""Runs of capitalised words, the raw material of names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from presswatch_enrichment.entities.words import words as word_list

__all__ = ["Run", "Word", "find_runs", "is_title_case"]

WORD = re.compile(r"[^\W\d_]+(?:[.'’\-&][^\W\d_]+)*\.?|\d+[\w.,]*")
JOINTS = (" ", " & ", " - ", "-")
CONNECTORS_IN_A_ROW = 2
RUN_WORDS_MAX = 15


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
    opens_sentence: bool

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


def find_runs(text: str) -> Iterator[Run]:
    words = [_word(match, text) for match in WORD.finditer(text)]
    index = 0
    while index < len(words):
        if not _is_capital(words[index].text):
            index += 1
            continue
        end = _end_of_run(words, index, text)
        before = words[index - 1].text if index and _joined(text, words[index - 1], words[index]) else ""
        after = (
            words[end].text if end < len(words) and text[words[end - 1].end : words[end].start] in (" ", ", ") else ""
        )
        yield Run(tuple(words[index:end]), before, after, not before)
        index = end


def _word(match: re.Match[str], text: str) -> Word:
    """A word without the full stop that ends its sentence."""
    found, start, end = match[0], match.start(), match.end()
    if (
        found.endswith(".")
        and found[:-1] not in word_list("abbreviations")
        and not (len(found) == 2 or "." in found[:-1])
    ):
        found, end = found[:-1], end - 1
    for possessive in ("'s", "’s"):
        if found.endswith(possessive):
            return Word(found[:-2], start, end - 2)
    return Word(found, start, end)


def _end_of_run(words: list[Word], index: int, text: str) -> int:
    """One past the last capitalised word that belongs to the run which begins at `index`."""
    end = index + 1
    look = end
    limit = min(len(words), index + RUN_WORDS_MAX)
    while (
        look < limit and look - end <= CONNECTORS_IN_A_ROW and text[words[look - 1].end : words[look].start] in JOINTS
    ):
        if _is_capital(words[look].text):
            end = look + 1
        elif words[look].text not in word_list("connectors"):
            break
        look += 1
    return end


def _joined(text: str, left: Word, right: Word) -> bool:
    """In one sentence, so that the capital is the name's own."""
    return text[left.end : right.start] in (" ", " (", ", ", " “", ' "', " «", " „", "-")


def _is_capital(word: str) -> bool:
    return word[0].isupper()


def is_title_case(text: str) -> bool:
    """Most of the longer words begin with a capital: then capitals tell nothing."""
    words = [match[0] for match in WORD.finditer(text) if len(match[0]) > 3 and match[0][0].isalpha()]
    return len(words) >= 4 and sum(map(_is_capital, words)) > 0.7 * len(words)
