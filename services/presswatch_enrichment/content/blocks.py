"""A parsed page as blocks of text, each with the elements it stands in. One walk, without recursion."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["Block", "Box", "Layout", "read_layout"]

SKIPPED = frozenset(
    (
        "button",
        "select",
        "input",
        "textarea",
        "iframe",
        "noscript",
        "script",
        "style",
        "svg",
        "figcaption",
        "template",
        "object",
        "embed",
        "video",
        "audio",
        "canvas",
        "label",
        "option",
        "math",
        "-comment",
    )
)
BLOCK_NAMES = (
    ""
    "p h1 h2 h3 h4 h5 h6 li blockquote pre td th dd dt div section article main nav aside footer header form dialog menu"
    " ul ol dl table tr tbody thead center figure address details summary"
)
BLOCKS = frozenset(BLOCK_NAMES.split())
# Parts of a page beside its text, as long as little of the text is in them.
ASIDE = frozenset(("nav", "aside", "footer", "form", "dialog", "menu", "figure"))
PARAGRAPHS = frozenset(("p", "li", "blockquote", "h2", "h3"))
ASIDE_WORDS = (
    "nav|navbar|navigation|menu|footer|sidebar|side-bar|breadcrumbs?|share|sharing|social|related|recommend(?:ed"
    "|ations?)?"
    "|newsletter|subscribe|subscription|signup|sign-up|promo|promoted|advert|advertisement|ad|ads|banner|cookie|consent"
    "|comments?|disqus|byline|author-bio|author-box|authorbox|bio|tags|tag-list|taglist|caption|credit|copyright"
    "|popular"
    "|trending|most-read|mostread|read-more|readmore|more-stories|toolbar|tools|meta|metadata|dateline|timestamp"
    "|pagination|pager|widget|teasers?|outbrain|taboola|modal|popup|overlay|paywall|print|hidden|sr-only"
    "|visually-hidden|screen-reader-text|infobox|gallery|slideshow|carousel|player|rating|poll|survey|sponsor|sponsored"
    "|partner|disclaimer|skip-link|login|register"
)
ASIDE_NAME = re.compile(rf"(?:^|[\s_-])(?:{ASIDE_WORDS})(?:$|[\s_-])", re.IGNORECASE)
TEXT_NAME = re.compile(
    r"article[-_]?(?:body|content|text|main)|story[-_]?(?:body|content|text)|entry[-_]?content"
    r"|post[-_]?(?:body|content|text)|body[-_]?(?:text|content|copy)|news[-_]?(?:body|text|content)|content[-_]?body"
    r"|main[-_]?content|text[-_]?content|rich-?text|single[-_]?content",
    re.IGNORECASE,
)
BLANKS = re.compile(r"\s+")


@dataclass(slots=True)
class Box:
    """An element that holds blocks."""

    tag: str
    named_text: bool
    """Its class, id or property says that it is the article's text."""
    named_aside: bool
    """Its tag, class or style says that it is not."""
    name: str = ""
    """Class and id of a paragraph that is named aside."""


@dataclass(slots=True)
class Block:
    """Text that stands by itself: `linked` of its characters are in links; `boxes` are its elements, outermost first."""

    text: str
    linked: int
    tag: str
    boxes: tuple[int, ...]
    aside: bool = False


@dataclass(slots=True)
class Layout:
    """Blocks in the order of the page. The number of an inner element is greater than that of an outer one."""

    boxes: list[Box] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


class _Open:
    """A block element that is being read."""

    __slots__ = ("boxes", "linked", "tag", "texts")

    def __init__(self, tag: str, boxes: tuple[int, ...]) -> None:
        self.tag = tag
        self.boxes = boxes
        self.texts: list[str] = []
        self.linked = 0

    def close_block(self, layout: Layout) -> None:
        """What was read so far is a block."""
        if self.texts:
            text = BLANKS.sub(" ", "".join(self.texts)).strip()
            if text:
                layout.blocks.append(Block(text, min(self.linked, len(text)), self.tag, self.boxes))
            self.texts, self.linked = [], 0


def read_layout(tree: LexborHTMLParser) -> Layout:
    """All text of the page's body."""
    layout = Layout()
    body = tree.body
    if body is not None:
        _walk(body, layout)
    return layout


def _walk(body: LexborNode, layout: Layout) -> None:
    opened = [_Open("body", ())]
    outer: list[LexborNode] = []
    links = 0
    node = body.child
    while node is not None or outer:
        if node is None:
            left = outer.pop()
            tag = left.tag
            if tag in BLOCKS:
                opened.pop().close_block(layout)
            elif tag == "a":
                links -= 1
            node = left.next
            continue
        tag = node.tag
        if tag == "-text":
            _read_text(node, opened[-1], links > 0)
        elif tag == "br":
            opened[-1].texts.append("\n")
        elif tag not in SKIPPED:
            if tag in BLOCKS:
                opened[-1].close_block(layout)
                opened.append(_Open(tag, (*opened[-1].boxes, len(layout.boxes))))
                layout.boxes.append(_box(node, tag))
            elif tag == "a":
                links += 1
            outer.append(node)
            node = node.child
            continue
        node = node.next
    opened[0].close_block(layout)


def _read_text(node: LexborNode, into: _Open, linked: bool) -> None:
    text = node.text_content
    if text:
        into.texts.append(text)
        if linked:
            into.linked += len(text.strip())


def _box(node: LexborNode, tag: str) -> Box:
    attributes = node.attributes
    if not attributes:
        return Box(tag, False, tag in ASIDE)
    name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    told = len(name) > 1
    is_text = attributes.get("itemprop") == "articleBody" or (told and TEXT_NAME.search(name) is not None)
    is_aside = tag in ASIDE or (told and not is_text and ASIDE_NAME.search(name) is not None)
    is_aside = is_aside or _is_hidden(attributes)
    return Box(tag, is_text, is_aside, name if is_aside and tag in PARAGRAPHS else "")


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    hidden_by_style = style is not None and "display:none" in style.replace(" ", "")
    return hidden_by_style or "hidden" in attributes or attributes.get("aria-hidden") == "true"
