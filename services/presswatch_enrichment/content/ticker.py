"""Live tickers: short entries, each under the time at which it was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from presswatch_enrichment.content.blocks import Block
from presswatch_enrichment.content.clock_times import is_clock

__all__ = ["with_times"]

ENTRIES_MIN = 3


def with_times(blocks: Sequence[Block], kept: Sequence[Block]) -> Sequence[Block]:
    """The kept blocks; in a ticker the first of each entry has the entry's time in front of it."""
    times = sum(is_clock(block.text) for block in blocks)
    return list(_joined(blocks, {id(block) for block in kept})) if times >= ENTRIES_MIN else kept


def _joined(blocks: Sequence[Block], kept: set[int]) -> Iterator[Block]:
    time = ""
    for block in blocks:
        if is_clock(block.text):
            time = block.text.strip()
        elif id(block) in kept:
            yield replace(block, text=f"{time} {block.text}") if time else block
            time = ""
