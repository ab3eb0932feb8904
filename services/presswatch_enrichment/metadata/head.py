"""What the metadata rules need of a parsed page, as plain values.

Bylines and dates among the text take longer to find than all the rest, and most pages declare both: they are looked for
when they are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from presswatch_enrichment.metadata.kickers import headline_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["Head", "read_head"]

BYLINE = (
    '[itemprop="author"],[rel~="author"],[class*="byline" i],[class*="author" i],[data-testid*="byline" i],'
    '[class*="autor" i],[class*="auteur" i],[data-testid*="author" i]'
)
BYLINES_MAX = 12
BYLINE_MAX = 200
DATED = (
    'time,[class*="date" i],[id*="date" i],[class*="time" i],[class*="publi" i],[class*="posted" i],[class*="meta" i]'
)
DATED_MAX = 40


@dataclass
class Head:
    """Values as written. `meta`: lower-case name, property, itemprop or http-equiv to the contents in order."""

    tree: LexborHTMLParser
    title: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    structured: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    itemprop_headline: str = ""
    itemprop_published: str = ""
    itemprop_modified: str = ""
    times: list[str] = field(default_factory=list)
    language: str = ""

    def first(self, *names: str) -> str:
        """The first value that is not blank, of the first of these names that has one."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")

    @property
    def itemprop_authors(self) -> Sequence[str]:
        """Texts of elements that are marked as the author's."""
        return [text for text, exact in self._bylines if exact]

    @property
    def bylines(self) -> Sequence[str]:
        """Texts of elements whose name says that they hold a byline."""
        return [text for text, exact in self._bylines if not exact]

    @cached_property
    def _bylines(self) -> Sequence[tuple[str, bool]]:
        found = ((_text(node), _is_author(node)) for node in self.tree.css(BYLINE)[:BYLINES_MAX])
        return [(text, exact) for text, exact in found if 0 < len(text) <= BYLINE_MAX]

    @cached_property
    def dated(self) -> Sequence[str]:
        """Short texts of elements whose name says that they hold a date."""
        texts = (_text(node) for node in self.tree.css(DATED)[:DATED_MAX])
        return [text for text in texts if 5 < len(text) <= 120 and any(map(str.isdigit, text))]


def read_head(tree: LexborHTMLParser) -> Head:
    head = Head(tree)
    html = tree.css_first("html")
    if html is not None:
        head.language = (html.attributes.get("lang") or html.attributes.get("xml:lang") or "").strip()
    title = tree.css_first("title")
    head.title = _text(title) if title is not None else ""
    for node in tree.css("meta"):
        _read_meta(node, head)
    for node in tree.css("link[rel][href]"):
        for rel in (node.attributes.get("rel") or "").lower().split():
            head.links.setdefault(rel, []).append((node.attributes.get("href") or "").strip())
    head.structured = [node.text() for node in tree.css('script[type*="ld+json" i]')]
    head.headings = [text for node in tree.css("h1") if (text := headline_of(node))]
    head.times = [
        value for node in tree.css("time[datetime]") if (value := (node.attributes.get("datetime") or "").strip())
    ]
    _read_item_properties(tree, head)
    return head


def _read_meta(node: LexborNode, head: Head) -> None:
    attributes = node.attributes
    content = attributes.get("content")
    if content is None:
        return
    value = " ".join(content.split())
    for key in ("name", "property", "itemprop", "http-equiv"):
        name = attributes.get(key)
        if name:
            head.meta.setdefault(name.strip().lower(), []).append(value)


def _read_item_properties(tree: LexborHTMLParser, head: Head) -> None:
    for node in tree.css('[itemprop="headline"],[itemprop="datePublished"],[itemprop="dateModified"]'):
        name = node.attributes.get("itemprop") or ""
        value = node.attributes.get("datetime") or node.attributes.get("content") or _text(node)
        if name == "headline":
            head.itemprop_headline = head.itemprop_headline or value
        elif name == "datePublished":
            head.itemprop_published = head.itemprop_published or value
        else:
            head.itemprop_modified = head.itemprop_modified or value


def _is_author(node: LexborNode) -> bool:
    attributes = node.attributes
    return attributes.get("itemprop") == "author" or "author" in (attributes.get("rel") or "").split()


def _text(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())
