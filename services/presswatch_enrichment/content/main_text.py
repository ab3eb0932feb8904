"""Which blocks of a page are its article: the element that holds most of the unlinked text, without what is beside it.

Names of classes are hints only. An element that is called a sidebar and yet holds much of the text is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from presswatch_enrichment.content.blocks import Block, Layout
from presswatch_enrichment.content.repetition import without_repetition
from presswatch_enrichment.content.standfirst import shown_above
from presswatch_enrichment.content.ticker import with_times

__all__ = ["NAMED_SHARE", "MainText", "main_text", "text_in", "weights_of"]

TEXT_MIN = 40
"""Characters from which a block tells where the text is."""
LINKED_MAX = 0.4
LOOSE = frozenset(("li", "td", "div", "section", "article", "main", "body"))
LOOSE_WEIGHT = 0.6
"""Text outside paragraphs is more often something else."""
ASIDE_SHARE = 0.4
NAMED_SHARE = 0.4
"""Of the text that an element must hold to be preferred for what is known of it."""
ARTICLE_SHARE = 0.5
MOST = 0.7
NEARLY_ALL = 0.95
INNER_SHARE = 0.85

HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
TEXT_TAGS = frozenset(("p", "li", "td", "th", "blockquote", "pre"))
STOPS = (".", "!", "?", "…", "。", "！", "？", ":", "؟", "।", "۔", "።", "။")
CLOSERS = "\"'”’»)】」] "
LINKED_LINE = 0.6
LINKED_ITEM = 0.5
LINKED_SENTENCE = 0.9
STRAY_MIN = 25
LONG_STRAY_MIN = 100
SURE_SHARE = 0.65
SURE_WEIGHT = 600


@dataclass(frozen=True, slots=True)
class MainText:
    """Paragraphs separated by blank lines; empty where there is no text. `sure`: there is enough, in one place.

    `box` is the number of the element that it was found in, `weight` that of the text there: 0 if it is not most of
    the page's.
    """

    text: str
    sure: bool
    box: int | None = None
    weight: float = 0.0


def main_text(layout: Layout, standfirsts: Sequence[str] = ()) -> MainText:
    """The article in a page's blocks.

    `standfirsts` are the page's descriptions: one that is also shown above the text belongs to it.
    """
    for block in layout.blocks:
        block.weight = _weight(block)
    _set_aside(layout)
    weights, total = weights_of(layout)
    if not weights:
        return MainText("", False)
    box = _main_box(layout, weights, total)
    weight = 0.0 if box is None or weights[box] < SURE_SHARE * total else weights[box]
    return MainText(text_in(layout, box, standfirsts), weight >= SURE_WEIGHT, box, weight)


def weights_of(layout: Layout) -> tuple[dict[int, float], float]:
    """Weight of the text in each element, and that of the whole page, without what `main_text` has set aside."""
    return _weights(layout, [block for block in layout.blocks if not block.aside])


def text_in(layout: Layout, box: int | None, standfirsts: Sequence[str] = ()) -> str:
    """The text of an element (of the whole page without one), with the standfirst that is shown above it."""
    inside = layout.blocks if box is None else [block for block in layout.blocks if box in block.boxes]
    kept = without_repetition(_kept(inside))
    above = layout.blocks[: layout.blocks.index(kept[0])] if kept else []
    first = shown_above(above, kept, standfirsts)
    return "\n\n".join(block.text for block in (*first, *with_times(inside, kept)))


def _set_aside(layout: Layout) -> None:
    """Mark blocks in elements that are beside the text by name and hold little of it."""
    weights, total = _weights(layout, layout.blocks)
    named = [number for number, box in enumerate(layout.boxes) if box.named_aside]
    # Paragraphs that are each called "paywall" are together the text.
    shared: dict[str, float] = {}
    for number in named:
        name = layout.boxes[number].name
        shared[name] = shared.get(name, 0.0) + weights.get(number, 0.0)
    shared.pop("", None)
    beside = {
        number
        for number in named
        if max(weights.get(number, 0.0), shared.get(layout.boxes[number].name, 0.0)) < ASIDE_SHARE * total
    }
    if beside:
        for block in layout.blocks:
            block.aside = not beside.isdisjoint(block.boxes)


def _weights(layout: Layout, blocks: Sequence[Block]) -> tuple[dict[int, float], float]:
    """Weight of the text in each element that has any, and that of all blocks."""
    weights = [0.0] * len(layout.boxes)
    for block in blocks:
        if block.weight and block.boxes:
            weights[block.boxes[-1]] += block.weight
    # The number of an inner element is greater than that of an outer one.
    for number in range(len(weights) - 1, 0, -1):
        outer = layout.boxes[number].outer
        if outer >= 0:
            weights[outer] += weights[number]
    return {number: weight for number, weight in enumerate(weights) if weight}, sum(block.weight for block in blocks)


def _weight(block: Block) -> float:
    size = len(block.text)
    if block.linked >= LINKED_MAX * size:
        return 0.0
    # In bytes: a character of Chinese or Korean says as much as three letters.
    size = len(block.text.encode("utf-8", "replace"))
    if size < TEXT_MIN:
        return 0.0
    return (size - block.linked) * (LOOSE_WEIGHT if block.tag in LOOSE else 1.0)


def _main_box(layout: Layout, weights: dict[int, float], total: float) -> int | None:
    """The innermost element with most of the text; one that is named for it is preferred."""
    named = [n for n in weights if layout.boxes[n].named_text and weights[n] >= NAMED_SHARE * total]
    if named:
        return _innermost(named, weights, NEARLY_ALL)
    articles = [n for n in weights if layout.boxes[n].tag in ("article", "main")]
    if articles and max(weights[n] for n in articles) >= ARTICLE_SHARE * total:
        most = max(weights[n] for n in articles)
        return max(n for n in weights if weights[n] >= INNER_SHARE * most)
    return max((n for n in weights if weights[n] >= MOST * total), default=None)


def _innermost(numbers: Sequence[int], weights: dict[int, float], share: float) -> int:
    most = max(weights[n] for n in numbers)
    return max(n for n in numbers if weights[n] >= share * most)


def _kept(blocks: Sequence[Block]) -> Sequence[Block]:
    """Blocks that are text, and headings that have text below them."""
    kept = [block for block in blocks if _is_text(block)]
    return [
        block
        for block, below in zip_longest(kept, kept[1:])
        if block.tag not in HEADINGS or (below is not None and below.tag not in HEADINGS)
    ]


def _is_text(block: Block) -> bool:
    if block.aside or block.tag == "h1":
        return False
    linked = block.linked / len(block.text)
    if block.tag in HEADINGS:
        return linked <= LINKED_LINE
    whole = block.text.rstrip(CLOSERS).endswith(STOPS)
    if block.tag in TEXT_TAGS:
        allowed = LINKED_ITEM if block.tag == "li" else LINKED_SENTENCE if whole else LINKED_LINE
        return linked <= allowed
    # Text in no paragraph: captions, labels and time stamps seldom end as sentences do.
    return linked <= LINKED_LINE and (len(block.text) >= STRAY_MIN if whole else len(block.text) >= LONG_STRAY_MIN)
