"""Text to tokens, version 1 of the rules: the same for articles and queries, on every Python.

A pattern cuts the raw text; each piece is normalised. A text of ASCII, typographic punctuation and letters that become
ASCII takes a short cut to the same tokens.
"""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise
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
from presswatch_query.normal_forms import normal_form, short_runs_form
from presswatch_query.visible_text import is_basic

__all__ = ["ANALYSER_VERSION", "Token", "analyse", "token_places", "token_texts", "token_texts_of_all"]

ANALYSER_VERSION = 1
"""Stored with every indexed article; goes up when any text gives other tokens."""

MANY_PIECES = 1 << 14
"""So many different ones are no article that anybody reads."""
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
ASCII_SHAPES = {point: "0" if chr(point).isdigit() else "a" for point in range(128) if chr(point).isalnum()}
MOST_DIGITS = 400
"""Of a text that is cut beside each; a pattern is quicker with more."""
SEPARATORS = "".join(chr(point) for point in range(33, 128) if not chr(point).isalnum())
"""Besides white space, which parts tokens as well."""

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
    if text.isascii():
        return [text.lower()] if text.isalpha() else _ascii_texts(_without_ascii_possessives(text.lower()))
    if len(text) <= LONGEST_REMEMBERED:
        return list(SHORT_TEXTS[text])
    plain = _as_ascii(text)
    if plain is not None:
        return _ascii_texts(_without_ascii_possessives(plain.lower()))
    text = _without_possessives(text)
    folded = _folded(text)
    if folded is not None:
        return _ascii_texts(folded.lower())
    # Without possessives an ASCII separator parts tokens whatever stands around it; what was cut needs no second look.
    for separator in SEPARATORS:
        text = text.replace(separator, " ")
    pieces = text.split()
    if len(pieces) > MANY_PIECES and len(set(pieces)) > MANY_PIECES:
        return _cut_texts(text)
    return list(chain.from_iterable(map(SHORT_TEXTS.__getitem__, pieces)))


def token_texts_of_all(texts: Collection[str]) -> dict[str, list[str]]:
    """`token_texts` of different texts without line feeds: together they are cut and normalised quicker than each."""
    if not texts:
        return {}
    joined = "\n".join(texts)
    find = _tokens_of(joined).findall
    cut = [find(text) for text in _without_possessives(joined).split("\n")]
    unknown = {piece for pieces in cut for piece in pieces} - TOKENS.keys()
    TOKENS.remember(_normalised_together([piece for piece in unknown if len(piece) <= LONGEST_REMEMBERED]))
    return {text: _tokens(pieces, TOKENS) for text, pieces in zip(texts, cut, strict=True)}


def _ascii_texts(text: str) -> list[str]:
    """The tokens of a text of small ASCII letters without possessives."""
    if len(text) <= LONGEST_REMEMBERED:
        return ASCII_RUNS.findall(text)
    shape = text.translate(ASCII_SHAPES)
    digits = shape.count("0")
    if digits > MOST_DIGITS:
        return ASCII_RUNS.findall(text)
    return (_parted(text, shape) if digits else text).translate(ASCII_SEPARATORS).split()


def _parted(text: str, shape: str) -> str:
    """The text with a space between each letter and digit side by side."""
    return " ".join(text[start:end] for start, end in pairwise((0, *_borders(shape), len(text))))


def _borders(shape: str) -> Iterator[int]:
    """Where the second of a letter and a digit side by side stands."""
    at = shape.find("0")
    while at >= 0:
        if shape[at - 1 : at] == "a":
            yield at
        if shape[at + 1 : at + 2] == "a":
            yield at + 1
        at = shape.find("0", at + 1)


def _without_ascii_possessives(text: str) -> str:
    """Of a text of small letters."""
    if "'s" not in text:
        return text
    kept = []
    done = 0
    for found in ASCII_APOSTROPHE_S.finditer(text):
        start, end = found.span()
        before = start - 2 if text[start - 1 : start] == "." else start - 1
        if before >= 0 and text[before].isalnum():
            kept.append(text[done:start])
            done = end
    return " ".join((*kept, text[done:])) if kept else text


def _folded(text: str) -> str | None:
    """A text without possessives in ASCII; None where a character cannot be told by itself."""
    try:
        return text.encode("ascii", _fold_by_character()).decode("ascii")
    except _Unfoldable:
        return None


class _Unfoldable(Exception):
    """Raised afresh: an error raised again from where it is held would stay in memory until the collector runs."""


@cache
def _fold_by_character() -> str:
    """The name of an error handler for encoding to ASCII, which is called for each run of other characters."""

    def fold(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        folded = FOLDED_RUNS[error.object[error.start : error.end]]
        if folded is None:
            raise _Unfoldable
        return folded, error.end

    name = "presswatch.fold"
    codecs.register_error(name, fold)
    return name


class _FoldedRuns(dict[str, str | None]):
    """Short runs of characters beyond ASCII as ASCII; None for those that it takes more than each character to tell."""

    def __missing__(self, run: str) -> str | None:
        parts = list(map(_folded_character, run))
        folded = None if None in parts else "".join(part for part in parts if part)
        if len(run) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[run] = folded
        return folded


FOLDED_RUNS = _FoldedRuns()
"""Only remembers what follows from the runs themselves."""


@lru_cache(1 << 12)
def _folded_character(char: str) -> str | None:
    """ASCII letters for a letter that always becomes these, a space for a separator, None for all else."""
    if is_letter(char):
        token = "" if stands_alone(char) else _normalise(char)
        return token if token.isascii() and token.isalpha() else None
    return None if is_mark(char) or is_number(char) or is_invisible(char) else " "


class _ShortTexts(dict[str, tuple[str, ...]]):
    """The tokens of short texts; remembered. A piece between ASCII separators gives the same ones by itself."""

    def __missing__(self, text: str) -> tuple[str, ...]:
        tokens = tuple(_cut_texts(_without_possessives(text)))
        if len(text) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[text] = tokens
        return tokens


SHORT_TEXTS = _ShortTexts()
"""Only remembers what follows from the texts themselves."""


def _cut_texts(text: str) -> list[str]:
    if text.isascii():
        return ASCII_RUNS.findall(text.lower())
    pieces = _tokens_of(text).findall(text)
    normalised = _normalised(pieces)
    return _tokens(pieces, normalised or TOKENS)


def _tokens(pieces: Sequence[str], normalised: Mapping[str, str]) -> list[str]:
    tokens = list(map(normalised.__getitem__, pieces))
    return [token for token in tokens if token] if "" in tokens else tokens


def token_places(text: str) -> list[tuple[int, int]]:
    """Start and end of each token of `token_texts`."""
    return [(start, end) for _, start, end in _pieces(text)]


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    plain = _as_ascii(text)
    if plain is not None:
        for found in ASCII_TOKENS.finditer(plain.lower()):
            yield found[1], *found.span(1)
        return
    pattern = _tokens_of(text)
    text = _without_possessives(text)
    normalised = _normalised(pattern.findall(text) if len(text) > MANY_PIECES else ())
    for found in pattern.finditer(text):
        piece = found[0]
        if token := normalised[piece] if normalised else TOKENS[piece]:
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
    return _any_tokens(BASIC_PLANE if is_basic(text) else sys.maxunicode)


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
    if APOSTROPHE_S.search(text) is None:
        return text
    kept = []
    done = 0
    for found in APOSTROPHE_S.finditer(text):
        start, end = found.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        plain = after.isascii() and not after.isalpha() and before.isascii() and before.isalnum()
        if plain or (_ends_a_run(text, start) and not _goes_on(text, end)):
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


class _Tokens(dict[str, str]):
    """The tokens of pieces; remembered of short ones."""

    def __missing__(self, piece: str) -> str:
        token = _normalise(piece)
        if len(piece) <= LONGEST_REMEMBERED:
            self.remember({piece: token})
        return token

    def remember(self, tokens: Mapping[str, str]) -> None:
        if len(self) + len(tokens) > MOST_REMEMBERED:
            self.clear()
        self.update(tokens)


TOKENS = _Tokens()
"""Only remembers what follows from the pieces themselves."""


def _normalised(pieces: Sequence[str]) -> dict[str, str]:
    """The tokens of very many different pieces; nothing for fewer: one by one they are quicker, and remembered."""
    different = set(pieces) if len(pieces) > MANY_PIECES else ()
    if len(different) <= MANY_PIECES:
        return {}
    found = _normalised_together([piece for piece in different if len(piece) <= LONGEST_REMEMBERED])
    return found | {piece: _normalise(piece) for piece in different if len(piece) > LONGEST_REMEMBERED}


def _normalised_together(pieces: Sequence[str]) -> dict[str, str]:
    """The tokens of different short pieces: with a line feed between each two, which stays one and joins nothing."""
    compatible = short_runs_form("NFKC", "\n".join(pieces))
    visible = _translated(compatible, WITHOUT_INVISIBLE)
    folded = _translated(short_runs_form("NFD", visible.casefold()), FOLDED_LETTERS)
    tokens = short_runs_form("NFC", _without_marks(folded))
    dropped = {ord(char): None for char in set(tokens) if not is_kept(char) and char != "\n"}
    return dict(zip(pieces, _translated(tokens, dropped).split("\n"), strict=bool(pieces)))


def _translated(text: str, table: Mapping[int, str | int | None]) -> str:
    return text if table.keys().isdisjoint(map(ord, set(text))) else text.translate(table)


def _without_marks(text: str) -> str:
    """As `_without_dropped_marks`, for a long text."""
    marks = list(filter(is_mark, set(text)))
    if any(mark_role(mark) is MarkRole.OTHER_MARK for mark in marks):
        return _letters_with_marks().sub(_without_nonspacing, text)
    return _nonspacing_after_letters().sub("", text) if marks else text


@cache
def _nonspacing_after_letters() -> re.Pattern[str]:
    marks = class_body(tables.NONSPACING)
    return re.compile(f"[{marks}](?<=[{class_body(tables.MARK_DROPPING_LETTERS)}][{marks}])[{marks}]*+")


def _without_nonspacing(found: re.Match[str]) -> str:
    return "".join(char for char in found[0] if mark_role(char) is not MarkRole.NONSPACING)


@cache
def _letters_with_marks() -> re.Pattern[str]:
    return re.compile(f"[{class_body(tables.MARK_DROPPING_LETTERS)}][{class_body(tables.MARKS)}]++")


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
