"""Pull quotes: what another block of the text says in full is not said twice."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_enrichment.content.blocks import Block
from presswatch_enrichment.letters import letters_of

__all__ = ["without_repetition"]

QUOTED = ('"', "“", "”", "„", "«", "»", "‘", "'", "「", "『", "›")
HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
QUOTES = frozenset(("blockquote", "aside", "figure", "div", "section"))
LETTERS_MIN = 30
PULLED_MIN = 60


def without_repetition(blocks: Sequence[Block]) -> Sequence[Block]:
    """A quotation goes that stands within a longer block. The first block stays: it may be the standfirst."""
    keys = [letters_of(block.text).casefold() for block in blocks]
    whole = "\n".join(keys)
    pairs = enumerate(zip(blocks, keys, strict=True))
    return [block for place, (block, key) in pairs if place == 0 or not _is_pulled(block, key, whole)]


def _is_pulled(block: Block, key: str, whole: str) -> bool:
    likely = block.tag in QUOTES or block.text.startswith(QUOTED) or (block.tag == "p" and len(key) >= PULLED_MIN)
    if len(key) < LETTERS_MIN or not likely or block.tag in HEADINGS:
        return False
    first = whole.find(key)
    return whole.find(key, first + 1) >= 0 and f"\n{whole}\n".count(f"\n{key}\n") == 1
