"""A heading without its kicker: many outlets put the topic, a subtitle or hidden separators into the same element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["headline_of"]

BESIDE = re.compile(
    r"kicker|over-?line|top-?line|roof-?line|dachzeile|spitzmarke|(?:top|super|sub|pre|over)-?(?:title|head(?:ing|line)?|er)\b"
    r"|(?:title|head(?:ing|line)?)[-_]*(?:topic|header|label|section)|(?:topic|entry|article)-(?:label|section)|eyebrow"
    r"|antetitulo|cintillo|surtitre|occhiello|vignette|rubrik|chapeau"
    r"|offscreen|off-screen|visually-?hidden|hidden-?(?:dash|visually)|sr-only|screen-reader|element-invisible"
    r"|\b(?:invisible|aural|a11y)\b|a11y-hidden",
    re.IGNORECASE,
)
INLINE_MARKS = frozenset(("b", "em", "i", "strong", "font", "mark", "u", "q", "abbr", "sup", "sub", "br", "a"))
LETTERS_MIN = 8
"""What is left of a heading without its kicker must be this long, or the kicker is the headline."""


def headline_of(node: LexborNode) -> str:
    """The heading's own words."""
    whole = _joined(_texts(node, everything=True))
    if node.child is None or (node.child.next is None and node.child.tag == "-text"):
        return whole
    rest = _joined(_texts(node, everything=False)).strip(" :|–—-")
    return rest if len(rest) >= LETTERS_MIN else whole


def _joined(texts: Iterator[str]) -> str:
    return " ".join(" ".join(texts).split())


def _texts(node: LexborNode, *, everything: bool) -> Iterator[str]:
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            yield child.text_content or ""
        elif everything or not _is_beside(child):
            yield from _texts(child, everything=everything)


def _is_beside(node: LexborNode) -> bool:
    if node.tag == "small":
        return True
    name = node.attributes.get("class")
    return name is not None and BESIDE.search(name) is not None and node.tag not in INLINE_MARKS
