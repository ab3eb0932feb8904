"""Cheap, linear work on HTML as text: what is safe on pages that would choke a parser."""

from __future__ import annotations

import html
import re

__all__ = ["strip_active", "visible_text"]

OPENERS = re.compile(r"<!--|<(script|style|noscript|template|svg|iframe)\b", re.IGNORECASE)
STRUCTURED = re.compile(r"<script\b[^>]{0,300}?ld\+json", re.IGNORECASE)
INLINE_FILE = re.compile(r"data:[\w/+.-]*;base64,[A-Za-z0-9+/=%]{200,}")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*>?|<[^<>]*>?")
# The same tag again and again: nothing but a burden.
FLOOD = re.compile(r"(<[^<>]{1,40}>)(?:\s*\1)+")
BLOCK_NAMES = (
    "address article aside blockquote body br dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li"
    " main nav ol option p pre section table td th title tr ul"
)
BLOCKS = frozenset(BLOCK_NAMES.split())
BLANKS = re.compile(r"[^\S\n]+")
LINES = re.compile(r"\s*\n\s*")
# `noscript` stays in what a parser gets (some sites keep their images and text there) but is no visible text.
ACTIVE = frozenset(("script", "style", "template", "svg", "iframe"))


def strip_active(text: str) -> str:
    """The page without comments, scripts, styles, drawings and inline files; structured data (JSON-LD) stays."""
    return INLINE_FILE.sub("data:,", _cut(text, ACTIVE, keep_structured=True))


def visible_text(text: str, limit: int) -> str:
    """Roughly what a reader would see, at most `limit` characters, one blank line between blocks."""
    bare = _cut(text, ACTIVE | {"noscript"}, keep_structured=False)
    # Markup costs several times its text: looking at more than this would seldom find more.
    spaced = TAG.sub(_space_for, FLOOD.sub(r"\1", bare)[: limit * 8])
    lines = BLANKS.sub(" ", html.unescape(spaced[: limit * 2]).replace("\0", ""))
    return LINES.sub("\n\n", lines).strip()[:limit]


def _space_for(tag: re.Match[str]) -> str:
    return "\n" if (tag[2] or "").lower() in BLOCKS else " " if tag[2] is None else ""


def _cut(text: str, names: frozenset[str], *, keep_structured: bool) -> str:
    lowered = text.lower()
    if len(lowered) != len(text):
        # A few letters change their length in lower case; offsets must fit, so only ASCII is folded then.
        lowered = text.translate({c: c + 32 for c in range(65, 91)})
    kept, position = [], 0
    while opener := OPENERS.search(lowered, position):
        name = opener[1]
        start = opener.start()
        kept.append(text[position:start])
        end = _end_of(lowered, start, name)
        if name is not None and (
            name not in names or (keep_structured and STRUCTURED.match(lowered, start, start + 320))
        ):
            end = end if name in names else opener.end()
            kept.append(text[start:end])
        position = end
    kept.append(text[position:])
    return "".join(kept)


def _end_of(lowered: str, start: int, name: str | None) -> int:
    """Where the element ends; an unclosed one goes to the end of the page, as in a browser."""
    closing = "-->" if name is None else f"</{name}"
    found = lowered.find(closing, start + 4)
    if found < 0:
        return len(lowered)
    if name is None:
        return found + 3
    close = lowered.find(">", found)
    return len(lowered) if close < 0 else close + 1
