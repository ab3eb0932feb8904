"""A parsed page as blocks of text, each with the elements it stands in. One walk, without recursion."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from presswatch_enrichment.content.clock_times import is_clock

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
    "p h1 h2 h3 h4 h5 h6 li blockquote pre td th dd dt div section article main nav aside footer header form dialog"
    " menu ul ol dl table tr tbody thead center figure address details summary"
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
    r"|pagination|pager|widget(?![\w-]*text)|teasers?|outbrain|taboola|modal|popup|overlay|print|hidden|sr-only"
    "|visually-hidden|screen-reader-text|infobox|gallery|slideshow|carousel|player|rating|poll|survey|sponsor|sponsored"
    "|partner|disclaimer|skip-link|login|register"
)
# These two are for names in small letters: an expression that minds no case takes thrice the time.
ASIDE_NAME = re.compile(rf"(?:^|[\s_-])(?:{ASIDE_WORDS})(?:$|[\s_-])")
TEXT_NAME = re.compile(
    r"article[-_]?(?:body|content|text|main)|story[-_]?(?:body|content|text)|entry[-_]?content"
    r"|post[-_]?(?:body|content|text)|body[-_]?(?:text|content|copy)|news[-_]?(?:body|text|content)|content[-_]?body"
    r"|main[-_]?content|text[-_]?content|rich-?text|single[-_]?content"
)
UNSEEN = re.compile(r"(?:^|[\s_-])(?:sr-only|visually-?hidden|screen-?reader|off-?screen|a11y|aural)", re.IGNORECASE)
"""Classes of inline text that is read aloud only ("opens in a new window")."""
SMALL_SHARE = 0.25
"""What is named aside and holds less than this share of all characters is not even looked at."""


class Box(msgspec.Struct, gc=False):
    """An element that holds blocks."""

    tag: str
    named_text: bool
    """Its class, id or property says that it is the article's text."""
    named_aside: bool
    """Its tag, class or style says that it is not."""
    name: str = ""
    """Class and id of a paragraph that is named aside."""
    label: str = ""
    """Class and id as written."""
    outer: int = -1
    """The number of the box around it, if it is not the outermost."""


class Block(msgspec.Struct, gc=False):
    """Text by itself: `linked` of its characters are in links; `boxes` are its elements, outermost first.

    `aside` and `weight` are what `main_text` finds.
    """

    text: str
    linked: int
    tag: str
    boxes: tuple[int, ...]
    aside: bool = False
    weight: float = 0.0


@dataclass(slots=True)
class Layout:
    """Blocks in the order of the page. The number of an inner element is greater than that of an outer one."""

    boxes: list[Box] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def read_layout(tree: LexborHTMLParser) -> Layout:
    """The text of the page's body."""
    body = tree.body
    if body is None:
        return Layout()
    reader = _Reader(SMALL_SHARE * len(body.text()))
    outer: list[tuple[LexborNode, str]] = []
    node = body.first_child
    while node is not None or outer:
        if node is None:
            node, tag = outer.pop()
            reader.leave(tag)
        else:
            tag = node.tag or ""
            if reader.enters(node, tag):
                outer.append((node, tag))
                node = node.first_child
                continue
        node = node.next
    reader.close_block()
    return reader.layout


class _Reader:
    """Takes nodes in the order of the page and makes blocks of them."""

    def __init__(self, small: float) -> None:
        self.layout = Layout()
        self._small = small
        self._tags = ["body"]
        self._boxes: list[int] = []
        self._links = 0
        # Of the innermost block element: what stood before it in an outer one is a block already.
        self._texts: list[str] = []
        self._linked = 0

    def enters(self, node: LexborNode, tag: str) -> bool:
        """Take a node; whether its children are to be taken, too."""
        if tag == "-text":
            self._read_text(node.text_content)
            return False
        if tag in BLOCKS:
            return self._enters_block(node, tag)
        if tag in SKIPPED:
            return False
        if tag == "a":
            self._links += 1
        elif tag == "br":
            self._texts.append("\n")
            return False
        elif tag == "span":
            return not _is_unseen(node)
        return True

    def leave(self, tag: str) -> None:
        if tag in BLOCKS:
            self.close_block()
            self._tags.pop()
            self._boxes.pop()
        elif tag == "a":
            self._links -= 1

    def close_block(self) -> None:
        """What was read so far is a block."""
        if not self._texts:
            return
        text = " ".join("".join(self._texts).split())
        if text:
            block = Block(text, min(self._linked, len(text)), self._tags[-1], tuple(self._boxes))
            self.layout.blocks.append(block)
        self._texts.clear()
        self._linked = 0

    def _enters_block(self, node: LexborNode, tag: str) -> bool:
        self.close_block()
        box = _box(node, tag)
        if box.named_aside and tag not in PARAGRAPHS:
            text = node.text()
            if is_clock(text):
                # A ticker's entries have their times in boxes that are called "meta" or "timestamp".
                box.named_aside = False
            elif len(text) < self._small:
                return False
        box.outer = self._boxes[-1] if self._boxes else -1
        self._tags.append(tag)
        self._boxes.append(len(self.layout.boxes))
        self.layout.boxes.append(box)
        return True

    def _read_text(self, text: str | None) -> None:
        # Most texts are the blanks between two block elements.
        if text and (self._texts or not text.isspace()):
            self._texts.append(text)
            if self._links:
                self._linked += len(text.strip())


def _box(node: LexborNode, tag: str) -> Box:
    attributes = node.attributes
    if not attributes:
        return Box(tag, False, tag in ASIDE)
    name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    says_text, says_aside = _told_by(name) if len(name) > 1 else (False, False)
    is_text = says_text or attributes.get("itemprop") == "articleBody"
    is_aside = tag in ASIDE or (says_aside and not is_text)
    # Of a paragraph it is a paywall's trick: what is really hidden is hidden around it.
    is_aside = is_aside or (tag not in PARAGRAPHS and _is_hidden(attributes))
    return Box(tag, is_text, is_aside, name if is_aside and tag in PARAGRAPHS else "", name)


@lru_cache(maxsize=4096)
def _told_by(name: str) -> tuple[bool, bool]:
    """A class and id are called for the text, or for something beside it. A page has few names, and they come back."""
    name = name.lower()
    return TEXT_NAME.search(name) is not None, ASIDE_NAME.search(name) is not None


def _is_unseen(node: LexborNode) -> bool:
    name = node.attributes.get("class")
    return name is not None and UNSEEN.search(name) is not None


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    hidden_by_style = style is not None and "display:none" in style.replace(" ", "")
    return hidden_by_style or "hidden" in attributes or attributes.get("aria-hidden") == "true"
