"""Cheap, linear work on HTML as text: what is safe on pages that would choke a parser."""

from __future__ import annotations

import html
import re

__all__ = ["strip_active", "text_of_stripped", "visible_text"]

OPENED = ("script", "style", "noscript", "template", "svg", "iframe")
# The letters that one of them begins with are asked for first: most tags have another.
OPENERS = re.compile(rf"<(?:!--|(?=[sntiSNTI])({'|'.join(OPENED)})\b)", re.IGNORECASE)
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
CLOSERS = {name: re.compile(rf"</(?:{name.upper()}|{name.capitalize()})") for name in OPENED}
ACTIVE = frozenset(("script", "style", "template", "svg", "iframe"))
UNSEEN = ACTIVE | {"noscript"}


def strip_active(text: str) -> str:
    """The page without comments, scripts, styles, drawings and inline files; structured data (JSON-LD) stays."""
    return INLINE_FILE.sub("data:,", _cut(text, ACTIVE, keep_structured=True))


def visible_text(text: str, limit: int) -> str:
    """Roughly what a reader would see, at most `limit` characters, one blank line between blocks."""
    return text_of_stripped(strip_active(text), limit)


def text_of_stripped(markup: str, limit: int) -> str:
    """`visible_text` of what `strip_active` gave."""
    # Markup costs several times its text: looking at more than this would seldom find more.
    bare = _cut(markup[: limit * 10], UNSEEN, keep_structured=False)
    spaced = TAG.sub(_space_for, FLOOD.sub(r"\1", bare)[: limit * 8])
    lines = BLANKS.sub(" ", html.unescape(spaced[: limit * 2]).replace("\0", ""))
    return LINES.sub("\n\n", lines).strip()[:limit]


def _space_for(tag: re.Match[str]) -> str:
    return "\n" if (tag[2] or "").lower() in BLOCKS else " " if tag[2] is None else ""


def _cut(text: str, names: frozenset[str], *, keep_structured: bool) -> str:
    kept, position = [], 0
    while opener := OPENERS.search(text, position):
        name = (opener[1] or "").lower()
        start = opener.start()
        kept.append(text[position:start])
        if name and name not in names:
            position = opener.end()
            kept.append(text[start:position])
            continue
        position = _end_of(text, start, name)
        if keep_structured and name == "script" and STRUCTURED.match(text, start, start + 320):
            kept.append(text[start:position])
    kept.append(text[position:])
    return "".join(kept)


def _end_of(text: str, start: int, name: str) -> int:
    """Where the element ends; an unclosed one goes to the end of the page, as in a browser."""
    if not name:
        found = text.find("-->", start + 4)
        return len(text) if found < 0 else found + 3
    found = _closing(text, start, name)
    close = text.find(">", found) if found >= 0 else -1
    return len(text) if close < 0 else close + 1


def _closing(text: str, start: int, name: str) -> int:
    """Nearly all pages write it in lower case: the slower search is for the others."""
    found = text.find(f"</{name}", start)
    shouted = CLOSERS[name].search(text, start, found if found >= 0 else len(text))
    return found if shouted is None else shouted.start()
