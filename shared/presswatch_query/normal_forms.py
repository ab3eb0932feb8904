"""Unicode normal forms, the same on every Python and in bounded time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from typing import Literal

from presswatch_query import unicode_tables as tables
from presswatch_query.characters import class_body

__all__ = ["normal_form", "short_runs_form"]

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
ORDERLY_RUN = 64
"""Python sorts marks by insertion: longer runs are sorted here, or a million of them would take hours."""


def normal_form(form: Form, text: str) -> str:
    """The normal form by the tables' Unicode: what it does not know stays as it is and joins with nothing."""
    if text.isascii():
        return text
    # A run of so many marks has one of them at one of these places.
    if _mark().search(text[ORDERLY_RUN - 1 :: ORDERLY_RUN]):
        text = _long_runs().sub(lambda run: _orderly(run[0], compatible="K" in form), text)
    return short_runs_form(form, text)


def short_runs_form(form: Form, text: str) -> str:
    """The same for a text that is known to have no long runs of marks, however long it is."""
    if unicodedata.unidata_version == tables.VERSION:
        return unicodedata.normalize(form, text)
    parts = _unassigned().split(text)
    return "".join(part if odd % 2 else unicodedata.normalize(form, part) for odd, part in enumerate(parts))


@cache
def _unassigned() -> re.Pattern[str]:
    return re.compile(f"([{class_body(tables.UNASSIGNED)}]+)")


@cache
def _mark() -> re.Pattern[str]:
    return re.compile(f"[{class_body(tables.MARKS)}]")


@cache
def _long_runs() -> re.Pattern[str]:
    return re.compile(f"[{class_body(tables.MARKS)}]{{{ORDERLY_RUN},}}+")


def _orderly(marks: str, *, compatible: bool) -> str:
    return marks if unicodedata.is_normalized("NFD", marks) else "".join(_sorted(marks, compatible=compatible))


def _sorted(marks: str, *, compatible: bool) -> Iterator[str]:
    """The marks taken apart and in canonical order, as far as one may pass another."""
    taken_apart = {mark: _taken_apart(mark, compatible=compatible) for mark in set(marks)}
    apart = "".join(map(taken_apart.__getitem__, marks))
    if all(map(unicodedata.combining, apart)):
        yield from sorted(apart, key=unicodedata.combining)
        return
    for moves, run in groupby(apart, key=_moves):
        part = list(run)
        yield from sorted(part, key=unicodedata.combining) if moves else part


def _moves(mark: str) -> bool:
    return unicodedata.combining(mark) != 0


@lru_cache(1 << 12)
def _taken_apart(mark: str, *, compatible: bool) -> str:
    return unicodedata.normalize("NFKD" if compatible else "NFD", mark)
