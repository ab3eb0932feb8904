"""Which text is the article's body: our own where it is sure, trafilatura's where it is not."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from presswatch_enrichment.content.blocks import Layout, read_layout
from presswatch_enrichment.content.captions import captions_of
from presswatch_enrichment.content.containers import signature, text_of_known
from presswatch_enrichment.content.main_text import MainText, main_text
from presswatch_enrichment.content.standfirst import shown_anywhere
from presswatch_enrichment.text_size import words_in

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["Body", "article_body", "second_opinion"]

BLANK = re.compile(r"[^\S\n]+")
ITEM = re.compile(r"^(?:- |\d+\. )")
WITNESS_WORDS = 50
FEW_WORDS = 30
ENOUGH_WORDS = 60
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
    other = second_opinion(markup, url)
    known = text_of_known(layout, containers, standfirsts) if containers else ""
    if words_in(known) >= max(FEW_WORDS, KNOWN_SHARE * words_in(other)):
        return Body(known, "site")
    text, source = _unsure(layout, found, other, standfirsts, witness)
    if words_in(text) < FEW_WORDS <= words_in(captions := captions_of(tree)):
        return Body(captions if text in captions else f"{text}\n\n{captions}", "captions")
    return Body(text, source)


def _unsure(layout: Layout, found: MainText, other: str, standfirsts: Sequence[str], witness: str) -> tuple[str, str]:
    if other and (words_in(other) >= FEW_WORDS or words_in(found.text) < ENOUGH_WORDS):
        return shown_anywhere(layout, other, standfirsts), "trafilatura"
    if words_in(found.text) >= ENOUGH_WORDS:
        return found.text, "blocks"
    if words_in(witness) >= WITNESS_WORDS:
        return paragraphs(witness), "jsonld"
    return found.text, "blocks" if found.text else ""


def second_opinion(markup: str, url: str) -> str:
    """trafilatura in its precise mode, without comments. Empty where it sees no article."""
    import trafilatura

    # It reports each page without a text as an error; that is an outcome here.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.bare_extraction(
        markup, url=url, favor_precision=True, include_comments=False, with_metadata=False, deduplicate=False
    )
    text = getattr(found, "text", None)
    return paragraphs(text) if text else ""


def paragraphs(text: str) -> str:
    """Lines as paragraphs separated by blank lines; the items of a list stay together."""
    blocks: list[str] = []
    in_list = False
    for line in text.split("\n"):
        line = BLANK.sub(" ", line).strip()
        if not line:
            continue
        is_item = bool(ITEM.match(line))
        if is_item and in_list:
            blocks[-1] += "\n" + line
        else:
            blocks.append(line)
        in_list = is_item
    return "\n\n".join(blocks)
