"""Cells of a CSV that a spreadsheet shows and never runs (OWASP, CSV injection)."""

from __future__ import annotations

from presswatch_shared.plain_text import one_line

__all__ = ["no_formula"]

# The wide ones are read as the narrow ones where the spreadsheet is a Japanese one.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST_CELL = 2000


def no_formula(text: str) -> str:
    """The text in one line; behind an apostrophe where it would be a formula."""
    shown = one_line(text, LONGEST_CELL)
    return f"'{shown}" if shown.startswith(FORMULA_STARTS) else shown
