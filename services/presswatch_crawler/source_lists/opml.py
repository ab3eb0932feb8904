"""OPML, the format in which feed readers exchange their subscriptions. Read without DTD, entities or network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lxml import etree

from presswatch_crawler.source_lists.model import ListedSource, ReadList, listed
from presswatch_shared.errors import BadInput
from presswatch_shared.store.sources import FEED, Source

__all__ = ["read_opml", "write_opml"]

MAX_DEPTH = 20
COUNTRY_LENGTH = 2


def read_opml(content: bytes) -> ReadList:
    """Outlines with an `xmlUrl` (or, without one, an `htmlUrl`); the outline around them is their collection.

    Raises:
        BadInput: no OPML; the sentence names the line.
    """
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput(f"line {error.lineno or 1}: this is no well-formed OPML ({error.msg})") from error
    if root.getroottree().docinfo.doctype:
        raise BadInput("line 1: an OPML file with a DOCTYPE is not read")
    name = etree.QName(root).localname
    if name.lower() != "opml":
        raise BadInput(f"line {root.sourceline or 1}: the file begins with <{name}>, not with <opml>")
    return listed(list(_outlines(root, "", 0)))


def write_opml(sources: Sequence[Source], *, title: str = "Presswatch sources") -> str:
    """All sources that people added, grouped by collection."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    ordered = sorted(sources, key=lambda source: (source.collection, source.name, source.url))
    for collection, members in groupby(ordered, key=lambda source: source.collection):
        place = etree.SubElement(body, "outline", text=collection) if collection else body
        for source in members:
            etree.SubElement(place, "outline", _attributes(source))
    return etree.tostring(root, encoding="unicode", pretty_print=True)


def _outlines(element: etree._Element, collection: str, depth: int) -> Iterator[ListedSource]:
    for child in element:
        if not isinstance(child.tag, str) or depth > MAX_DEPTH:
            continue
        attributes = {str(name).lower(): str(value) for name, value in child.attrib.items()}
        name = attributes.get("title") or attributes.get("text", "")
        address = attributes.get("xmlurl") or attributes.get("htmlurl", "")
        if address:
            yield ListedSource(
                url=address,
                name=name.strip(),
                country=attributes.get("country", "").strip()[:COUNTRY_LENGTH],
                collection=collection,
                line=int(child.sourceline or 0),
            )
        is_group = etree.QName(child).localname.lower() == "outline" and not address
        yield from _outlines(child, name.strip() if is_group else collection, depth + 1)


def _attributes(source: Source) -> dict[str, str]:
    address = "xmlUrl" if source.kind == FEED else "htmlUrl"
    found = {"text": source.shown_name, "type": "rss" if source.kind == FEED else "link", address: source.url}
    return {**found, "country": source.country} if source.country else found
