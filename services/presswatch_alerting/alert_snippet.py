"""The snippet of an alert: one line of plain text, with ellipses where the text goes on."""

from __future__ import annotations

import re

from presswatch_query.snippet import Snippet

__all__ = ["one_line"]

ELLIPSIS = "…"
FURTHER_SPACE = re.compile(r"(?<=\s)\s+")


def one_line(snippet: Snippet) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text, paragraphs parted by one space, and where its marks now stand."""
    gaps = [gap.span() for gap in FURTHER_SPACE.finditer(snippet.text)]
    before = ELLIPSIS if snippet.cut_before else ""
    after = ELLIPSIS if snippet.cut_after else ""

    def moved(at: int) -> int:
        return len(before) + at - sum(min(end, at) - start for start, end in gaps if start < at)

    text = before + FURTHER_SPACE.sub("", snippet.text) + after
    return text, tuple((moved(mark.start), moved(mark.end)) for mark in snippet.marks)
