"""The lead of an article: its own standfirst where the page shows one, else its first real paragraph."""

from __future__ import annotations

from presswatch_enrichment.letters import letters_of
from presswatch_enrichment.text_size import words_in

__all__ = ["lead_of"]

LEAD_MAX = 600
STANDFIRST_WORDS = (8, 90)
INDENT_MAX = 1000
CUT_OFF = ("…", "...", "[…]", "»…")


def lead_of(description: str, body: str, markup: str) -> str:
    """A description that is also shown to the reader is a standfirst; one that only search engines see is not."""
    words = words_in(description)
    whole = STANDFIRST_WORDS[0] <= words <= STANDFIRST_WORDS[1] and not description.endswith(CUT_OFF)
    if whole and not _begins(body, description) and _shown(description, markup):
        return description
    return next((p[:LEAD_MAX] for p in body.split("\n\n") if words_in(p) > 4), body.split("\n\n")[0][:LEAD_MAX])


def _begins(body: str, description: str) -> bool:
    key = letters_of(description)[:60]
    return letters_of(body[:600]).startswith(key)


def _shown(description: str, markup: str) -> bool:
    """Its beginning stands in the page outside quotes, so not in an attribute or in structured data."""
    start = description[:60]
    place = markup.find(start)
    while place >= 0:
        if markup[max(0, place - INDENT_MAX) : place].rstrip().endswith(">"):
            return True
        place = markup.find(start, place + 1)
    return False
