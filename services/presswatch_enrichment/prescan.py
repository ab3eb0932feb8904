"""Caps before any parser sees a page: some markup costs parsers minutes, and no signal interrupts them."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Caps", "too_complex"]

LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{2000,}")
NESTING = re.compile(
    r"<(/?)(?:div|section|article|main|span|ul|ol|dl|table|tbody|tr|td|b|i|u|em|strong|a|font|center"
    r"|header|footer|nav|aside"
    r"|form|figure|blockquote|button|label|small|big|code|tt|nobr|object|fieldset|details|select|svg|g|math)(?=[\s>/])",
    re.IGNORECASE,
)
LONG_WORD = 50_000
LINK = re.compile(r"<a\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Caps:
    """Far above what real pages have (the most in 1,324: 20,000 tags, depth 87, 2,215 links), far below what hurts."""

    tags: int = 80_000
    depth: int = 400
    links: int = 20_000
    attributes: int = 500
    tag_length: int = 2_000_000


def too_complex(text: str, caps: Caps) -> str:
    """Which cap the page breaks (`tags`, `depth`, `links`, `attributes`, `word`), or nothing. Linear in the page."""
    if text.count("<") > caps.tags:
        return "tags"
    if any(_attribute_count(tag[0]) > caps.attributes for tag in LONG_TAG.finditer(text)):
        return "attributes"
    if _has_long_word(text):
        return "word"
    if _deepest(text) > caps.depth:
        return "depth"
    return "links" if sum(1 for _ in LINK.finditer(text)) > caps.links else ""


def _attribute_count(tag: str) -> int:
    # Quoted values are full of blanks (class lists, inline images): only names before "=" and bare words count.
    outside = re.sub(r"\"[^\"]*\"|'[^']*'", "", tag)
    return len(outside.split()) - 1


def _has_long_word(text: str) -> bool:
    """In the text, not in a tag: hidden form fields hold long values on real pages. No expression for the length: it
    would try each character of a long run anew."""
    texts = (part.partition(">")[2] for part in text.split("<") if len(part) >= LONG_WORD)
    return any(len(word) >= LONG_WORD for text in texts for word in text.split())


def _deepest(text: str) -> int:
    """The greatest number of open elements; closing tags that close nothing are not held against a page."""
    depth = deepest = 0
    for tag in NESTING.finditer(text):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest
