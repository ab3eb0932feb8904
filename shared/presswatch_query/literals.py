"""Literals: text exactly as written, but for what nobody sees.

Text and literal are compared without format characters and variation selectors, in NFC, with one apostrophe for all,
and with every run of white space as one space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property

from presswatch_query.characters import is_letter, is_mark, is_number, stands_alone
from presswatch_query.visible_text import visible_text

__all__ = ["LiteralText", "literal_form"]

SPACES = re.compile(r"\s{2,}")
OTHER_APOSTROPHES = "\u2018\u2019\u02bc\uff07"


def literal_form(text: str) -> str:
    """The form in which a literal and a text are compared."""
    if not text.isascii():
        text = visible_text(text)
        for apostrophe in OTHER_APOSTROPHES:
            text = text.replace(apostrophe, "'")
    # Several times as fast as a pattern of white space, which is searched for character by character.
    words = " ".join(text.split())
    return f"{' ' if text[:1].isspace() else ''}{words}{' ' if words and text[-1].isspace() else ''}"


class LiteralText:
    """A raw text that literals are looked for in."""

    def __init__(self, raw: str) -> None:
        self._raw = raw

    @cached_property
    def _form(self) -> str:
        return literal_form(self._raw)

    def find(self, literal: str) -> Iterator[tuple[int, int]]:
        """Places in the raw text of a literal in its `literal_form`, in order; they may overlap."""
        start = self._form.find(literal)
        while start >= 0:
            end = start + len(literal)
            if _is_whole(self._form, start, end):
                starts, ends = self._places
                yield starts[start], ends[end - 1]
            start = self._form.find(literal, start + 1)

    def holds(self, literal: str) -> bool:
        # Without a space in the literal it makes no difference which white space an ASCII text has.
        form = self._raw if " " not in literal and self._raw.isascii() else self._form
        start = form.find(literal)
        while start >= 0 and not _is_whole(form, start, start + len(literal)):
            start = form.find(literal, start + 1)
        return start >= 0

    @cached_property
    def _places(self) -> tuple[Sequence[int], Sequence[int]]:
        """For each character of the form, where the characters of the raw text begin and end that it comes from."""
        if _is_plain(self._raw):
            return _plain_places(self._raw)
        places: list[tuple[int, int]] = []
        for start, end in _clusters(self._raw):
            form = literal_form(self._raw[start:end])
            if form == " " and places and self._form[len(places) - 1] == " ":
                places[-1] = (places[-1][0], end)
            else:
                places += [(start, end)] * len(form)
        return [start for start, _ in places], [end for _, end in places]


def _is_whole(form: str, start: int, end: int) -> bool:
    """Whether what stands at both ends lets the literal stand by itself."""
    if end < len(form) and not _border_after(form[end - 1], form[end]):
        return False
    return start == 0 or _border_before(form[start - 1], form[start])


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


def _is_plain(text: str) -> bool:
    """Whether nothing in it is invisible, or joins with what stands before it."""
    return text.isascii() or (visible_text(text) == text and not any(map(unicodedata.combining, text)))


def _plain_places(text: str) -> tuple[Sequence[int], Sequence[int]]:
    """Each character is one of the form, but for runs of white space."""
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for run in SPACES.finditer(text):
        starts += range(at, run.start() + 1)
        ends += (*range(at + 1, run.start() + 1), run.end())
        at = run.end()
    return (*starts, *range(at, len(text))), (*ends, *range(at + 1, len(text) + 1))


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
