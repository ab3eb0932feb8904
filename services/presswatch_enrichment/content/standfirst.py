"""The standfirst where it stands outside the element of the text: it is the article's first paragraph."""

from __future__ import annotations

import html
from collections.abc import Sequence

from presswatch_enrichment.content.blocks import Block, Layout
from presswatch_enrichment.letters import letters_of

__all__ = ["shown_above", "shown_anywhere"]

LOOK = 45
"""Letters of a description that must stand in the page for it to be shown there."""
LOOKED_AT = 300
BLOCKS = 40
FIRST = 3


def shown_above(above: Sequence[Block], kept: Sequence[Block], descriptions: Sequence[str]) -> Sequence[Block]:
    """The block above the text that is one of the descriptions."""
    wanted = _wanted(descriptions)
    if not wanted or any(_begins(block, wanted) for block in kept[:FIRST]):
        return []
    return [block for block in above[-BLOCKS:] if block.tag != "h1" and _begins(block, wanted)][:1]


def shown_anywhere(layout: Layout, text: str, descriptions: Sequence[str]) -> str:
    """The text with the shown description in front of it, unless it is in it."""
    wanted = tuple(start for start in _wanted(descriptions) if start not in _key(text))
    shown = (block.text for block in layout.blocks if wanted and _begins(block, wanted))
    first = next(shown, "")
    return f"{first}\n\n{text}" if first else text


def _begins(block: Block, wanted: tuple[str, ...]) -> bool:
    return _key(block.text[:LOOKED_AT]).startswith(wanted)


def _wanted(descriptions: Sequence[str]) -> tuple[str, ...]:
    keys = (_key(html.unescape(description))[:LOOK] for description in descriptions)
    return tuple(dict.fromkeys(key for key in keys if len(key) >= LOOK * 0.6))


def _key(text: str) -> str:
    return letters_of(text).casefold()
