"""Backslashes and wildcards as Lucene and Kibana write them."""

from __future__ import annotations

import re

from presswatch_query.importers.foreign import Leaf

__all__ = ["quoted_leaf", "word_leaf"]

PIECE = re.compile(r"\\(.)|(.)", re.DOTALL)


def word_leaf(written: str, field: str, *, wildcards: str, edits: int = 0, tail: str = "") -> Leaf:
    """A bare word; a wildcard after a backslash is a character like any other."""
    text, wild = [], []
    for at, (escaped, plain) in enumerate(PIECE.findall(written)):
        text.append(escaped or plain)
        if plain and plain in wildcards:
            wild.append(at)
    shown = f"{field}:{written}{tail}" if field else written + tail
    return Leaf(shown, field, "".join(text), wild=tuple(wild), edits=edits)


def quoted_leaf(inside: str, field: str, *, slop: int = 0, tail: str = "") -> Leaf:
    """What stands in quotes: no wildcards there."""
    text = "".join(escaped or plain for escaped, plain in PIECE.findall(inside))
    shown = f'{field}:"{inside}"{tail}' if field else f'"{inside}"{tail}'
    return Leaf(shown, field, text, quoted=True, slop=slop)
