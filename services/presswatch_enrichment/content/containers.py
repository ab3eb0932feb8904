"""The element that holds a site's texts: how it is told apart on any page of the site, and found again."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from presswatch_enrichment.content.blocks import Box, Layout
from presswatch_enrichment.content.main_text import NAMED_SHARE, text_in, weights_of

__all__ = ["signature", "text_of_known"]

DEPTH = 3
TOKENS = 4
STABLE = re.compile(r"(?!(?:css|sc|jsx|is|has|category|tag|author|status|format)-)[A-Za-z][A-Za-z_-]{2,39}\Z")
"""Names without digits, and none of those that tools make up or that tell of the one article: "css-x", "tag-sport"."""


def signature(layout: Layout, number: int) -> str:
    """The element and those around it, outermost first: `div#main/article/div.text`; empty where nothing is telling."""
    boxes = next((block.boxes for block in layout.blocks if number in block.boxes), ())
    return _signature(layout, [n for n in boxes if n <= number])


def _signature(layout: Layout, path: Sequence[int]) -> str:
    boxes = [layout.boxes[number] for number in path[-DEPTH:]]
    parts = [_part(box) for box in boxes]
    telling = any("." in part for part in parts) or any(box.tag in ("article", "main") for box in boxes)
    return "/".join(parts) if telling else ""


def _part(box: Box) -> str:
    names = sorted({name for name in box.label.split() if STABLE.match(name)})
    return ".".join((box.tag, *names[:TOKENS]))


def text_of_known(layout: Layout, known: Sequence[str], standfirsts: Sequence[str] = ()) -> str:
    """The text of the first known element that holds enough of it.

    An element that the page has twice is passed over: it is a form for many things. For a layout that `main_text` has
    read; empty where there is none.
    """
    weights, total = weights_of(layout)
    places = _places(layout, weights)
    numbers = [places[one][0] for one in known if len(places.get(one, ())) == 1]
    enough = (number for number in numbers if weights[number] >= NAMED_SHARE * total)
    return next((text for number in enough if (text := text_in(layout, number, standfirsts))), "")


def _places(layout: Layout, numbers: Collection[int]) -> dict[str, list[int]]:
    """The elements of each signature."""
    places: dict[str, list[int]] = {}
    seen: set[int] = set()
    for block in layout.blocks:
        for depth, number in enumerate(block.boxes, start=1):
            if number in numbers and number not in seen:
                seen.add(number)
                places.setdefault(_signature(layout, block.boxes[max(0, depth - DEPTH) : depth]), []).append(number)
    return places
