"""A text as its readers see it, and classes of characters that are quick over texts of the basic plane."""

from __future__ import annotations

import re
from functools import cache

from presswatch_query import unicode_tables as tables
from presswatch_query.characters import VARIATION_SELECTORS, class_body
from presswatch_query.normal_forms import normal_form

__all__ = ["INVISIBLE", "class_of", "is_basic", "visible_text"]

INVISIBLE = f"{tables.FORMAT} {VARIATION_SELECTORS}"
"""Ranges of what nobody sees."""
BASIC_PLANE_DIGITS = 4
BEYOND_BASIC_PLANE = re.compile("[\U00010000-\U0010ffff]")


def visible_text(text: str) -> str:
    """The text as literals see it: composed, without format characters and variation selectors."""
    return text if text.isascii() else normal_form("NFC", _invisible(basic=is_basic(text)).sub("", text))


def is_basic(text: str) -> bool:
    """Whether all of it lies in the basic plane."""
    return BEYOND_BASIC_PLANE.search(text) is None


def class_of(ranges: str, *, basic: bool) -> str:
    """The class of a pattern. One without characters beyond the basic plane is several times as fast."""
    kept = [word for word in ranges.split() if not basic or len(word.partition("-")[0]) <= BASIC_PLANE_DIGITS]
    return f"[{class_body(*kept)}]"


@cache
def _invisible(*, basic: bool) -> re.Pattern[str]:
    return re.compile(f"{class_of(INVISIBLE, basic=basic)}++")
