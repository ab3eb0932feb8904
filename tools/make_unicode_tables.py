"""Writes `presswatch_query/unicode_tables.py` from the Unicode data of Python 3.11 (14.0) and of the package `regex`.

Run it with Python 3.11: `python tools/make_unicode_tables.py > shared/presswatch_query/unicode_tables.py`
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator

import regex

UNICODE = "14.0.0"
LINE = 110
APOSTROPHE_LETTER = "\u02bc"
PER_CHARACTER_SCRIPTS = ("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar")
MARK_DROPPING_SCRIPTS = ("Latin", "Greek", "Cyrillic", "Hebrew", "Arabic")

PER_CHARACTER = regex.compile("|".join(rf"\p{{scx={script}}}" for script in PER_CHARACTER_SCRIPTS))
MARK_DROPPING = regex.compile("|".join(rf"\p{{sc={script}}}" for script in MARK_DROPPING_SCRIPTS) + "|\u0640")

HEADER = f'''"""Which characters are what in Unicode {UNICODE}, that of Python 3.11: every Python cuts the same tokens.

Written by `tools/make_unicode_tables.py`. Ranges of code points in hexadecimal, both ends included.
"""

__all__ = [
    "FORMAT",
    "LETTERS",
    "MARKS",
    "MARK_DROPPING_LETTERS",
    "NONSPACING",
    "NUMBERS",
    "PER_CHARACTER_LETTERS",
    "UNASSIGNED",
    "VERSION",
]
'''


def is_letter(char: str) -> bool:
    """A letter for the analyser: U+02BC is an apostrophe."""
    return unicodedata.category(char)[0] == "L" and char != APOSTROPHE_LETTER


TABLES: dict[str, tuple[str, Callable[[str], bool]]] = {
    "LETTERS": ("L*, per-character letters among them, without U+02BC.", is_letter),
    "PER_CHARACTER_LETTERS": (
        "L* with Han, Hiragana, Katakana, Thai, Lao, Khmer or Myanmar among the Script_Extensions.",
        lambda char: is_letter(char) and bool(PER_CHARACTER.match(char)),
    ),
    "MARKS": ("M*.", lambda char: unicodedata.category(char)[0] == "M"),
    "NONSPACING": ("Mn.", lambda char: unicodedata.category(char) == "Mn"),
    "NUMBERS": ("N*.", lambda char: unicodedata.category(char)[0] == "N"),
    "FORMAT": ("Cf.", lambda char: unicodedata.category(char) == "Cf"),
    "UNASSIGNED": (
        "Every character that this version of Unicode does not know.",
        lambda char: unicodedata.category(char) == "Cn",
    ),
    "MARK_DROPPING_LETTERS": (
        "L* of the Latin, Greek, Cyrillic, Hebrew or Arabic script, and U+0640.",
        lambda char: is_letter(char) and bool(MARK_DROPPING.match(char)),
    ),
}


def ranges(belongs: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    first = None
    for point in range(sys.maxunicode + 2):
        inside = point <= sys.maxunicode and belongs(chr(point))
        if inside and first is None:
            first = point
        elif not inside and first is not None:
            yield first, point - 1
            first = None


def lines(words: list[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if len(line) + len(word) >= LINE:
            yield line
            line = ""
        line += f"{word} "
    yield line.rstrip()


def main() -> None:
    if unicodedata.unidata_version != UNICODE:
        sys.exit(
            f"This Python has Unicode {unicodedata.unidata_version}; the tables are those of {UNICODE} (Python 3.11)."
        )
    sys.stdout.write(f'{HEADER}\nVERSION = "{UNICODE}"\n')
    for name, (meaning, belongs) in TABLES.items():
        words = [f"{low:x}" if low == high else f"{low:x}-{high:x}" for low, high in ranges(belongs)]
        body = "\n".join(f'    "{line}"' for line in lines(words))
        sys.stdout.write(f'\n{name} = (\n{body}\n)\n"""{meaning}"""\n')


if __name__ == "__main__":
    main()
