"""Text to tokens, version 1 of the rules: the same for articles and queries, on every Python.

A pattern cuts the raw text; each piece is normalised. An ASCII text, or one that only has typographic punctuation
besides, takes a short cut to the same tokens.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from presswatch_query import unicode_tables as tables
from presswatch_query.characters import (
    APOSTROPHES,
    WITHOUT_INVISIBLE,
    MarkRole,
    class_body,
    is_invisible,
    is_kept,
    is_letter,
    is_mark,
    is_number,
    joined_ranges,
    mark_role,
    ranges_without,
    stands_alone,
)
from presswatch_query.normal_forms import normal_form

__all__ = ["ANALYSER_VERSION", "Token", "analyse", "token_places", "token_texts"]

ANALYSER_VERSION = 1
"""Stored with every indexed article; goes up when any text gives other tokens."""

MOST_REMEMBERED = 1 << 16
"""How many tokens, and texts between white space, are remembered."""
LONGEST_REMEMBERED = 64
BASIC_PLANE = 0xFFFF
FIRST_INVISIBLE = "\xad"

ASCII_TOKENS = re.compile(r"([a-z]+|[0-9]+)(?:\.?'s(?![a-z]))*+")
"""On lower-case text. A possessive is taken along with the token before it, and left out of the group."""

ASCII_APOSTROPHE_S = re.compile(r"'s(?![a-z])")
ASCII_RUNS = re.compile(r"[a-z]+|[0-9]+")
ASCII_SEPARATORS = {point: " " for point in range(128) if not chr(point).isalnum()}

TYPOGRAPHIC_MARKS = ((" ", "\xa0\u2013\u2014\u2018\u201c\u201d\u201e\u2026\xab\xbb\u2022"), ("'", "\u2019"))
"""Separators and the apostrophe that texts in English have besides ASCII; each as one ASCII character."""


class Token(NamedTuple):
    """A normalised token, its position in the text and the code points it was cut from, end exclusive."""

    text: str
    position: int
    start: int
    end: int


def analyse(text: str) -> list[Token]:
    """The tokens of a text; positions start at 0."""
    return [Token(token, position, start, end) for position, (token, start, end) in enumerate(_pieces(text))]


def token_texts(text: str) -> list[str]:
    """The tokens of a text without their places: what matching needs of most articles."""
    if text.isalpha() and text.isascii():
        return [text.lower()]
    plain = _as_ascii(text)
    if plain is not None:
        return _ascii_texts(plain.lower())
    # White space parts tokens whatever stands around it, so what was cut once needs no second look.
    parts = text.split()
    short = max(map(len, parts), default=0) <= LONGEST_REMEMBERED
    return list(chain.from_iterable(map(_remembered_texts if short else _texts_between_spaces, parts)))


def _ascii_texts(text: str) -> list[str]:
    """The tokens of a text of small ASCII letters; without looking at each in turn where none needs it."""
    tokens = _without_ascii_possessives(text).translate(ASCII_SEPARATORS).split()
    distinct = set(tokens)
    mixed = [token for token in distinct if not token.isalpha() and not token.isdigit()]
    if not mixed:
        return tokens
    runs: dict[str, Sequence[str]] = {token: (token,) for token in distinct}
    runs |= {token: ASCII_RUNS.findall(token) for token in mixed}
    return list(chain.from_iterable(map(runs.__getitem__, tokens)))


def _without_ascii_possessives(text: str) -> str:
    kept = []
    done = 0
    for found in ASCII_APOSTROPHE_S.finditer(text):
        start, end = found.span()
        before = start - 2 if text[start - 1 : start] == "." else start - 1
        if before >= 0 and text[before].isalnum():
            kept.append(text[done:start])
            done = end
    return " ".join((*kept, text[done:])) if kept else text


def _texts_between_spaces(text: str) -> Sequence[str]:
    return _remembered_texts(text) if len(text) <= LONGEST_REMEMBERED else _cut_texts(text)


def _cut_texts(text: str) -> list[str]:
    pieces = _tokens_of(text).findall(_without_possessives(text))
    short = max(map(len, pieces), default=0) <= LONGEST_REMEMBERED
    tokens = list(map(_remembered if short else _normalise, pieces))
    return [token for token in tokens if token] if "" in tokens else tokens


@lru_cache(MOST_REMEMBERED)
def _remembered_texts(text: str) -> tuple[str, ...]:
    return tuple(_cut_texts(text))


def token_places(text: str) -> list[tuple[int, int]]:
    """Start and end of each token of `token_texts`."""
    return [(start, end) for _, start, end in _pieces(text)]


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    plain = _as_ascii(text)
    if plain is not None:
        for found in ASCII_TOKENS.finditer(plain.lower()):
            yield found[1], *found.span(1)
        return
    for found in _tokens_of(text).finditer(_without_possessives(text)):
        piece = found[0]
        if token := _remembered(piece) if len(piece) <= LONGEST_REMEMBERED else _normalise(piece):
            yield token, found.start(), found.start() + _visible_length(piece)


def _visible_length(piece: str) -> int:
    """Up to the last letter or mark."""
    length = len(piece)
    while piece[length - 1] >= FIRST_INVISIBLE and is_invisible(piece[length - 1]) and not is_mark(piece[length - 1]):
        length -= 1
    return length


def _as_ascii(text: str) -> str | None:
    """The text with its typographic marks as ASCII, character by character; None if it has anything else."""
    if text.isascii():
        return text
    for ascii_char, marks in TYPOGRAPHIC_MARKS:
        for mark in marks:
            text = text.replace(mark, ascii_char)
    return text if text.isascii() else None


def _tokens_of(text: str) -> re.Pattern[str]:
    """The pattern that cuts this text: the one without characters beyond U+FFFF is far quicker."""
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return _any_tokens(last=BASIC_PLANE if units == len(text) else sys.maxunicode)


@cache
def _any_tokens(last: int) -> re.Pattern[str]:
    """A letter run (perhaps with format characters after it), a number run, or a per-character letter with its marks.

    For characters up to `last`.
    """

    def members(*ranges: str) -> str:
        words = (word for part in ranges for word in part.split())
        return class_body(*(word for word in words if int(word.partition("-")[0], 16) <= last))

    letters = ranges_without(tables.LETTERS, tables.PER_CHARACTER_LETTERS)
    inside = members(*joined_ranges(*letters, tables.MARKS, tables.FORMAT))
    alone = f"[{members(tables.PER_CHARACTER_LETTERS)}][{members(tables.MARKS)}\uff9e\uff9f]*+"
    return re.compile(f"[{members(*letters)}][{inside}]*+|[{members(tables.NUMBERS)}]++|{alone}")


APOSTROPHE_S = re.compile(f"[{APOSTROPHES}][sS]")


def _without_possessives(text: str) -> str:
    """The text with every possessive as two spaces."""
    kept = []
    done = 0
    for found in APOSTROPHE_S.finditer(text):
        start, end = found.span()
        if _ends_a_run(text, start) and not _goes_on(text, end):
            kept += [text[done:start], "  "]
            done = end
    return "".join((*kept, text[done:])) if kept else text


def _ends_a_run(text: str, end: int) -> bool:
    """Whether a letter or number run ends here, or a full stop after one."""
    if text[end - 1 : end] == ".":
        end -= 1
    last = text[end - 1 : end]
    if last and is_mark(last):
        end -= 1
        while end and (is_mark(text[end - 1]) or is_invisible(text[end - 1])):
            end -= 1
        last = text[end - 1 : end]
        return bool(last) and is_letter(last) and not stands_alone(last)
    return bool(last) and (is_number(last) or (is_letter(last) and not stands_alone(last)))


def _goes_on(text: str, end: int) -> bool:
    """Whether the letter run that ends here by its look has more letters or marks."""
    while end < len(text) and is_invisible(text[end]) and not is_mark(text[end]):
        end += 1
    return end < len(text) and (is_mark(text[end]) or (is_letter(text[end]) and not stands_alone(text[end])))


FOLDED_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


def _normalise(piece: str) -> str:
    """The token of a piece; empty if nothing is left."""
    if piece.isascii():
        return piece.lower()
    compatible = normal_form("NFKC", piece)
    visible = compatible.translate(WITHOUT_INVISIBLE)
    folded = normal_form("NFD", visible.casefold()).translate(FOLDED_LETTERS)
    if any(mark_role(char) is MarkRole.NONSPACING for char in set(folded)):
        folded = "".join(_without_dropped_marks(folded))
    token = normal_form("NFC", folded)
    # Only a compatibility form brings in what is no letter, mark or number: the piece had none of these.
    return token if compatible == piece else "".join(filter(is_kept, token))


_remembered = lru_cache(MOST_REMEMBERED)(_normalise)


def _without_dropped_marks(text: str) -> Iterator[str]:
    """Without nonspacing marks after a letter of a script in which they carry no meaning."""
    dropping = False
    for char in text:
        role = mark_role(char)
        if role is MarkRole.NONSPACING and dropping:
            continue
        if role is MarkRole.DROPS_MARKS or role is MarkRole.KEEPS_MARKS:
            dropping = role is MarkRole.DROPS_MARKS
        yield char
