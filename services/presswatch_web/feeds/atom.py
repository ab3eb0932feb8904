"""Atom (RFC 4287). All foreign text is text: no element of it, no character that XML does not know."""

from __future__ import annotations

from xml.etree import ElementTree

from presswatch_shared.clock import iso
from presswatch_web.feeds.view import FeedView

__all__ = ["atom_feed"]

NAMESPACE = "http://www.w3.org/2005/Atom"


def atom_feed(view: FeedView) -> bytes:
    """A document in UTF-8."""
    feed = ElementTree.Element("feed", {"xmlns": NAMESPACE})
    _texts(feed, {"id": view.id, "title": view.title, "subtitle": view.subtitle, "updated": iso(view.updated) or ""})
    _link(feed, view.self_url, rel="self", type="application/atom+xml")
    _link(feed, view.home_url, rel="alternate", type="text/html")
    for entry in view.entries:
        element = ElementTree.SubElement(feed, "entry")
        _texts(element, {"id": entry.id, "title": entry.title, "updated": iso(entry.updated) or ""})
        if entry.published is not None:
            _texts(element, {"published": iso(entry.published) or ""})
        _texts(ElementTree.SubElement(element, "author"), {"name": entry.outlet or view.title})
        if entry.url:
            _link(element, entry.url, rel="alternate")
        ElementTree.SubElement(element, "content", {"type": "text"}).text = entry.text
    document: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _texts(parent: ElementTree.Element, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(parent, name).text = text


def _link(parent: ElementTree.Element, href: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, "link", {**attributes, "href": href})
