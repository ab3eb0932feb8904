"""Foreign text made fit to be shown as text: no control characters, nothing that turns the direction of others."""

from __future__ import annotations

import re

__all__ = ["one_line", "readable", "without_bidi"]

# Line feed and tab are text; the others move cursors, end fields or are no characters.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Embeddings, overrides and isolates reach beyond the text they stand in; marks (200E, 200F, 061C) do not.
BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
LINE_SEPARATORS = re.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
SPACES = re.compile(r"\s+")
ELLIPSIS = "…"


def without_bidi(text: str) -> str:
    """The text without characters that turn the direction of what stands beside it."""
    return BIDI.sub("", text)


def readable(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis where some are left out; lines stay lines."""
    # Cut first: what is far beyond the limit need not be looked at.
    cut = text[: limit * 4 + 4]
    clean = without_bidi(CONTROL.sub("\N{REPLACEMENT CHARACTER}", LINE_SEPARATORS.sub("\n", cut)))
    return clean if len(clean) <= limit and len(cut) == len(text) else clean[: max(0, limit - 1)] + ELLIPSIS


def one_line(text: str, limit: int) -> str:
    """`readable`, in one line."""
    return SPACES.sub(" ", readable(text, limit)).strip()
