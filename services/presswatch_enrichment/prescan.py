"""Caps before any parser sees a page: some markup costs parsers minutes, and no signal interrupts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from operator import sub

__all__ = ["Caps", "too_complex"]

LONG_TAG = 2000
LONG_PART = re.compile(rf"<([^<]{{{LONG_TAG},}})")
LONG_WORD = 50_000
TAG = re.compile(r"<(/?[A-Za-z]+)")
NESTING = (
    "div section article main span ul ol dl table b i u em strong a font center header footer nav aside form figure"
    " blockquote button label small big code tt nobr object fieldset details select svg g math"
)
WRITTEN = [form for name in NESTING.split() for form in (name, name.upper(), name.capitalize())]
STEPS = dict.fromkeys(WRITTEN, 1) | {f"/{name}": -1 for name in WRITTEN}
"""How much deeper a tag leads, for elements that nest."""
LINKS = ("<a ", "<A ", "<a\n", "<a\t", "<A\n")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


@dataclass(frozen=True, slots=True)
class Caps:
    """Far above what real pages have (the most in 1,324: 20,000 tags, depth 87, 2,215 links), far below what hurts."""

    tags: int = 80_000
    depth: int = 400
    links: int = 20_000
    attributes: int = 500


def too_complex(text: str, caps: Caps) -> str:
    """Which cap the page breaks (`tags`, `depth`, `links`, `attributes`, `word`), or nothing. Linear in the page."""
    count = text.count("<")
    if count > caps.tags:
        return "tags"
    long_parts = LONG_PART.findall(f"<{text}")
    if any(_attribute_count(part) > caps.attributes for part in long_parts):
        return "attributes"
    if any(_has_long_word(part) for part in long_parts):
        return "word"
    if _is_deeper(text, caps.depth):
        return "depth"
    return "links" if count > caps.links and sum(map(text.count, LINKS)) > caps.links else ""


def _attribute_count(part: str) -> int:
    # Quoted values are full of blanks (class lists, inline images): only names before "=" and bare words count.
    tag = part.partition(">")[0]
    return len(QUOTED.sub("", tag).split()) - 1 if len(tag) >= LONG_TAG else 0


def _has_long_word(part: str) -> bool:
    """In the text, not in a tag: hidden form fields hold long values on real pages. No expression for the length: it
    would try each character of a long run anew."""
    return len(part) >= LONG_WORD and any(len(word) >= LONG_WORD for word in part.partition(">")[2].split())


def _is_deeper(text: str, cap: int) -> bool:
    """More elements are open at once; closing tags that close nothing are not held against a page."""
    depths = list(accumulate(filter(None, map(STEPS.get, TAG.findall(text))), initial=0))
    if max(depths) - min(depths) <= cap:
        return False
    deepest: int = max(map(sub, depths, accumulate(depths, min)))
    return deepest > cap
