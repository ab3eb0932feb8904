"""The text of the article: trafilatura in its precise mode, without comments, as paragraphs."""

from __future__ import annotations

import logging
import re

__all__ = ["article_text"]

BLANK = re.compile(r"[^\S\n]+")
ITEM = re.compile(r"^(?:- |\d+\. )")


def article_text(markup: str, url: str) -> str:
    """Paragraphs separated by a blank line; the items of a list stay together. Empty where no article is seen."""
    import trafilatura

    # It reports each page without a text as an error; that is an outcome here.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.bare_extraction(
        markup, url=url, favor_precision=True, include_comments=False, with_metadata=False, deduplicate=False
    )
    text = getattr(found, "text", None)
    return paragraphs(text) if text else ""


def paragraphs(text: str) -> str:
    """Lines of text as paragraphs."""
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
