"""What a character is, by the project's own Unicode tables."""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise

from presswatch_query import unicode_tables as tables

__all__ = [
    "APOSTROPHES",
    "VARIATION_SELECTORS",
    "WITHOUT_INVISIBLE",
    "MarkRole",
    "class_body",
    "is_invisible",
    "is_kept",
    "is_letter",
    "is_mark",
    "is_number",
    "is_sign",
    "joined_ranges",
    "mark_role",
    "ranges_without",
    "stands_alone",
]

APOSTROPHES = "'\u2019\u02bc\uff07"
VARIATION_SELECTORS = "180b-180d 180f fe00-fe0f e0100-e01ef"


def class_body(*ranges: str) -> str:
    """Ranges of a table as the inside of a character class of `re`. None of them begins or ends with a sign of `re`."""
    pairs = (word.partition("-") for part in ranges for word in part.split())
    return "".join(f"{chr(int(low, 16))}-{chr(int(high or low, 16))}" for low, _, high in pairs)


def ranges_without(ranges: str, excluded: str) -> list[str]:
    """The ranges of a table less those of another."""
    outside = _borders(excluded)
    kept = []
    for low, high in zip(*[iter(_borders(ranges))] * 2, strict=True):
        cuts = [low, *(border for border in outside if low < border < high), high]
        parts = pairwise(cuts)
        kept += [f"{start:x}-{end - 1:x}" for start, end in parts if bisect_right(outside, start) % 2 == 0]
    return kept


def joined_ranges(*ranges: str) -> list[str]:
    """The ranges of several tables as few ranges."""
    pairs = sorted(pair for part in ranges for pair in zip(*[iter(_borders(part))] * 2, strict=True))
    joined: list[tuple[int, int]] = []
    for low, high in pairs:
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return [f"{low:x}-{high - 1:x}" for low, high in joined]


def _borders(ranges: str) -> list[int]:
    """Where the table is entered and left, in turn."""
    pairs = (word.partition("-") for word in ranges.split())
    return [border for low, _, high in pairs for border in (int(low, 16), int(high or low, 16) + 1)]


_LETTERS = _borders(tables.LETTERS)
_MARKS = _borders(tables.MARKS)
_NUMBERS = _borders(tables.NUMBERS)
_PER_CHARACTER = _borders(tables.PER_CHARACTER_LETTERS)
_KEPT = _borders(" ".join(joined_ranges(tables.LETTERS, tables.MARKS, tables.NUMBERS)))
_KEPT_OR_INVISIBLE = _borders(
    " ".join(joined_ranges(tables.LETTERS, tables.MARKS, tables.NUMBERS, tables.FORMAT, VARIATION_SELECTORS))
)
_MARK_DROPPING = _borders(tables.MARK_DROPPING_LETTERS)
_NONSPACING = _borders(tables.NONSPACING)
_INVISIBLE = _borders(" ".join(joined_ranges(tables.FORMAT, VARIATION_SELECTORS)))
FIRST_ALONE = chr(_PER_CHARACTER[0])
WITHOUT_INVISIBLE = {
    point: None for low, high in zip(*[iter(_INVISIBLE)] * 2, strict=True) for point in range(low, high)
}
"""For `str.translate`: drops format characters and variation selectors."""


class MarkRole(Enum):
    """A letter drops the nonspacing marks after it if its script does without them."""

    DROPS_MARKS = auto()
    KEEPS_MARKS = auto()
    NONSPACING = auto()
    OTHER_MARK = auto()


def is_letter(char: str) -> bool:
    """Whether it is a letter (L*); U+02BC is an apostrophe, not a letter."""
    return bisect_right(_LETTERS, ord(char)) % 2 == 1


def is_mark(char: str) -> bool:
    return bisect_right(_MARKS, ord(char)) % 2 == 1


def is_number(char: str) -> bool:
    return bisect_right(_NUMBERS, ord(char)) % 2 == 1


@lru_cache(1 << 14)
def stands_alone(char: str) -> bool:
    """Whether it is a per-character letter: a token by itself, with its marks."""
    return char >= FIRST_ALONE and bisect_right(_PER_CHARACTER, ord(char)) % 2 == 1


@lru_cache(1 << 14)
def is_kept(char: str) -> bool:
    """Whether it is a letter, a mark or a number."""
    return bisect_right(_KEPT, ord(char)) % 2 == 1


@lru_cache(1 << 14)
def is_sign(char: str) -> bool:
    """Whether it is visible, and no letter, mark or number."""
    return not char.isspace() and bisect_right(_KEPT_OR_INVISIBLE, ord(char)) % 2 == 0


@lru_cache(1 << 14)
def mark_role(char: str) -> MarkRole:
    """What it means for the marks of a token."""
    if is_mark(char):
        return MarkRole.NONSPACING if bisect_right(_NONSPACING, ord(char)) % 2 == 1 else MarkRole.OTHER_MARK
    drops = bisect_right(_MARK_DROPPING, ord(char)) % 2 == 1
    return MarkRole.DROPS_MARKS if drops else MarkRole.KEEPS_MARKS


def is_invisible(char: str) -> bool:
    """Whether it is a format character or a variation selector."""
    return bisect_right(_INVISIBLE, ord(char)) % 2 == 1
