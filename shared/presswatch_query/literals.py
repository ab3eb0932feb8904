"""Literals: text exactly as written, but for what nobody sees.

Text and literal are compared without format characters and variation selectors, in NFC, with one apostrophe for all,
and with every run of white space as one space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, cached_property

from presswatch_query import unicode_tables as tables
from presswatch_query.characters import (
    VARIATION_SELECTORS,
    class_body,
    is_letter,
    is_mark,
    is_number,
    stands_alone,
)
from presswatch_query.normal_forms import normal_form

__all__ = ["LiteralText", "literal_form"]

ONE_APOSTROPHE = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\uff07", "'"))
SPACE_RUN = re.compile(r"\s+")


def literal_form(text: str) -> str:
    """The form in which a literal and a text are compared."""
    if not text.isascii():
        text = normal_form("NFC", _invisible().sub("", text)).translate(ONE_APOSTROPHE)
    return SPACE_RUN.sub(" ", text)


@cache
def _invisible() -> re.Pattern[str]:
    return re.compile(f"[{class_body(tables.FORMAT, VARIATION_SELECTORS)}]+")


class LiteralText:
    """A raw text that literals are looked for in."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._form = literal_form(raw)

    def find(self, literal: str) -> Iterator[tuple[int, int]]:
        """Places in the raw text of a literal in its `literal_form`, in order; they may overlap."""
        start = self._form.find(literal)
        while start >= 0:
            end = start + len(literal)
            if self._is_whole(start, end):
                yield self._starts[start], self._ends[end - 1]
            start = self._form.find(literal, start + 1)

    def holds(self, literal: str) -> bool:
        start = self._form.find(literal)
        while start >= 0 and not self._is_whole(start, start + len(literal)):
            start = self._form.find(literal, start + 1)
        return start >= 0

    def _is_whole(self, start: int, end: int) -> bool:
        """Whether what stands at both ends lets the literal stand by itself."""
        form = self._form
        if end < len(form) and not _border_after(form[end - 1], form[end]):
            return False
        return start == 0 or _border_before(form[start - 1], form[start])

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._raw_places]

    @cached_property
    def _ends(self) -> list[int]:
        return [end for _, end in self._raw_places]

    @cached_property
    def _raw_places(self) -> list[tuple[int, int]]:
        """For each character of the form, the characters of the raw text it comes from."""
        places: list[tuple[int, int]] = []
        for start, end in _clusters(self._raw):
            form = literal_form(self._raw[start:end])
            if form == " " and places and self._form[len(places) - 1] == " ":
                places[-1] = (places[-1][0], end)
            else:
                places += [(start, end)] * len(form)
        return places


def _border_before(before: str, first: str) -> bool:
    if not (is_letter(first) or is_number(first)) or stands_alone(first) or stands_alone(before):
        return True
    return not (is_letter(before) or is_number(before))


def _border_after(last: str, after: str) -> bool:
    if is_mark(after):
        return False
    if not (is_letter(last) or is_mark(last) or is_number(last)) or stands_alone(last) or stands_alone(after):
        return True
    return not (is_letter(after) or is_number(after))


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """The visible text cut into the shortest pieces whose forms, one after the other, are the form of the whole.

    A piece ends before a character that does not join with the one before it and is no combining mark.
    """
    start = end = 0
    last = ""
    for position, char in enumerate(text):
        visible = literal_form(char)
        if not visible:
            continue
        joined = literal_form(last + visible)
        if last and not unicodedata.combining(visible[0]) and joined in (last + visible, " "):
            yield start, end
            last, joined = "", visible
        if not last:
            start = position
        last, end = joined[-1], position + 1
    if last:
        yield start, end
