"""The captions of a gallery: the text of a page that has hardly any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from presswatch_enrichment.text_size import words_in

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["captions_of"]

CAPTIONS = 'figcaption,[class*="caption" i],[itemprop="caption"]'
CAPTION_WORDS = 4
LOOK_AT = 400


def captions_of(tree: LexborHTMLParser) -> str:
    """Each once, as paragraphs in the order of the page; of nested ones the outer."""
    found: dict[str, None] = {}
    for node in tree.css(CAPTIONS)[:LOOK_AT]:
        text = " ".join(node.text(separator=" ").split())
        if words_in(text) >= CAPTION_WORDS and not any(text in other for other in found):
            found[text] = None
    return "\n\n".join(found)
