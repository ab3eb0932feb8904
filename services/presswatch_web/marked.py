"""The one way foreign text gets a mark on a page: everything escaped, `<mark>` put in between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

__all__ = ["Spans", "marked", "merged", "paragraphs", "visible"]

Spans = Sequence[tuple[int, int]]
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
BREAK = re.compile(r"\n\s*\n|\n")


def visible(text: str) -> str:
    """The text with each control character (and half surrogate pair) replaced, so that offsets stay."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """The text as HTML, its spans (code points, end exclusive) marked."""
    shown = visible(text)
    parts: list[Markup] = []
    at = 0
    for start, end in merged(spans, len(shown)):
        parts += [escape(shown[at:start]), Markup("<mark>"), escape(shown[start:end]), Markup("</mark>")]
        at = end
    parts.append(escape(shown[at:]))
    return Markup("").join(parts)


def merged(spans: Iterable[tuple[int, int]], length: int) -> Spans:
    """In order, cut to the text, overlapping ones made one, empty ones dropped."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        first, last = max(0, start), min(end, length)
        if first >= last:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def paragraphs(body: str, spans: Spans) -> Sequence[tuple[str, Spans]]:
    """The paragraphs of a body, each with its own spans."""
    found: list[tuple[str, Spans]] = []
    at = 0
    for end, following in [*((gap.start(), gap.end()) for gap in BREAK.finditer(body)), (len(body), len(body))]:
        if body[at:end].strip():
            found.append(
                (body[at:end], [(first - at, last - at) for first, last in spans if first < end and last > at])
            )
        at = following
    return found
