"""Which text is the article's body: our own where it is sure, trafilatura's where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from presswatch_enrichment.content.blocks import Layout, read_layout
from presswatch_enrichment.content.captions import captions_of
from presswatch_enrichment.content.containers import signature, text_of_known
from presswatch_enrichment.content.main_text import MainText, main_text
from presswatch_enrichment.content.second_opinion import paragraphs, second_opinion
from presswatch_enrichment.content.shown import shown_and_linked
from presswatch_enrichment.content.standfirst import shown_anywhere
from presswatch_enrichment.text_size import words_in

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["Body", "article_body", "better"]

WITNESS_WORDS = 50
FEW_WORDS = 30
ENOUGH_WORDS = 60
MUCH_WORDS = 300
PART_SHARE = 0.6
WEIGHTY_SHARE = 0.4
SAID_SHARE = 0.2
KNOWN_SHARE = 0.5
"""Of the words of the second opinion: a known element with fewer is not where the text is on this page."""


@dataclass(frozen=True, slots=True)
class Body:
    """The text, where it is from, and where our own reading was sure the signature of the element that holds it."""

    text: str
    source: str
    container: str = ""


def article_body(
    tree: LexborHTMLParser,
    markup: str,
    url: str,
    *,
    standfirsts: Sequence[str] = (),
    witness: str = "",
    containers: Sequence[str] = (),
) -> Body:
    """`witness` is the copy in structured data, for pages that show nothing.

    `containers` are signatures of elements that hold the site's texts, likeliest first: looked for only where our own
    reading is not sure.
    """
    layout = read_layout(tree)
    found = main_text(layout, standfirsts)
    if found.sure and found.box is not None:
        return Body(found.text, "blocks", signature(layout, found.box))
    if _is_short(tree, found):
        return Body(found.text, "blocks")
    other = second_opinion(markup, url, words_in(found.text) if found.box is not None else 0)
    known = text_of_known(layout, containers, standfirsts) if containers else ""
    if words_in(known) >= max(FEW_WORDS, KNOWN_SHARE * words_in(other)):
        return Body(known, "site")
    text, source = better(layout, found, other, standfirsts, witness)
    if words_in(text) < FEW_WORDS <= words_in(captions := captions_of(tree)):
        return Body(captions if text in captions else f"{text}\n\n{captions}", "captions")
    return Body(text, source)


def _is_short(tree: LexborHTMLParser, found: MainText) -> bool:
    """There is little text, and the page does not say much more outside links."""
    if found.weight < WEIGHTY_SHARE * len(found.text) or words_in(found.text) < ENOUGH_WORDS:
        return False
    shown, linked = shown_and_linked(tree)
    return len(found.text) >= SAID_SHARE * (len(shown) - linked)


def better(layout: Layout, found: MainText, other: str, standfirsts: Sequence[str], witness: str) -> tuple[str, str]:
    """The better of our own reading and the `other` one, and where it is from."""
    own, others = words_in(found.text), words_in(other)
    # Of a page without a main element it sometimes takes the first part alone.
    is_a_part = found.box is None and own >= MUCH_WORDS and others < PART_SHARE * own
    if other and not is_a_part and (others >= FEW_WORDS or own < ENOUGH_WORDS):
        return shown_anywhere(layout, other, standfirsts), "trafilatura"
    if own >= ENOUGH_WORDS:
        return found.text, "blocks"
    if words_in(witness) >= WITNESS_WORDS:
        return paragraphs(witness), "jsonld"
    return found.text, "blocks" if found.text else ""
