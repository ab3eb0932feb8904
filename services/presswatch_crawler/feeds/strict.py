"""Well-formed feeds by lxml, without DTD, entities or network: RSS 0.9x to 2.0, RDF and Atom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from presswatch_crawler.feeds.dates import parse_date
from presswatch_crawler.feeds.model import Feed, FeedItem
from presswatch_crawler.feeds.text import plain_text
from presswatch_shared.urls import UnusableUrl, join

__all__ = ["NotWellFormed", "parse_strict"]

Element = etree._Element
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
ATOM = "http://www.w3.org/2005/Atom"
PROLOG_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
MAX_ITEMS = 10_000
MAX_AUTHORS = 20


class NotWellFormed(Exception):
    """For the lenient parser: broken XML, a DOCTYPE, or a root that is no feed's."""


def parse_strict(text: str, url: str) -> Feed:
    """The feed in `text`, whose own address is `url`.

    Raises:
        NotWellFormed: not for this parser.
    """
    root = _root(text)
    name = _name(root)
    if name == "feed":
        return _atom(root, url)
    if name in ("rss", "rdf"):
        return _rss(root, url)
    raise NotWellFormed(f"the root is <{name}>")


def _root(text: str) -> Element:
    body = PROLOG_DECLARATION.sub("", text, count=1).lstrip()
    if "<!DOCTYPE" in body[:4096]:
        raise NotWellFormed("a DOCTYPE")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, encoding="utf-8", remove_comments=True
    )
    try:
        root = etree.fromstring(body.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise NotWellFormed(str(error)) from error
    if root.getroottree().docinfo.doctype or any(isinstance(node, etree._Entity) for node in root.iter(etree.Entity)):
        raise NotWellFormed("a DOCTYPE or an entity")
    return root


def _rss(root: Element, url: str) -> Feed:
    channel = next((child for child in root if _name(child) == "channel"), root)
    # RSS 1.0 puts its items beside the channel, RSS 2.0 into it.
    places = [channel] if channel is root else [channel, root]
    items = [child for place in places for child in place if _name(child) == "item"][:MAX_ITEMS]
    base = _base(channel, _base(root, url))
    return Feed(
        format="rdf" if _name(root) == "rdf" else "rss",
        title=plain_text(_text(channel, "title")),
        language=_text(channel, "language"),
        items=tuple(item for item in (_rss_item(element, base) for element in items) if item.link),
        ttl_seconds=_ttl(channel),
        skip_hours=_skip_hours(channel),
    )


def _rss_item(item: Element, outer: str) -> FeedItem:
    base = _base(item, outer)
    return FeedItem(
        link=_absolute(base, _rss_link(item)),
        title=plain_text(_text(item, "title", own=True)),
        published=_first_date(item, "pubdate", "published", "issued", "date", "created"),
        updated=_first_date(item, "updated", "modified"),
        authors=_authors(item),
        guid=_text(item, "guid") or item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about", ""),
    )


def _rss_link(item: Element) -> str:
    original = _text(item, "origlink")
    if original:
        return original
    for child in item:
        if _name(child) == "link" and child.text and child.text.strip():
            return child.text.strip()
    for child in item:
        if _name(child) == "link" and child.get("href") and child.get("rel", "alternate") == "alternate":
            return str(child.get("href"))
    guid = next((child for child in item if _name(child) == "guid"), None)
    if guid is not None and guid.get("isPermaLink", "true").lower() != "false":
        text = (guid.text or "").strip()
        return text if text.startswith(("http://", "https://")) else ""
    return item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about", "")


def _atom(root: Element, url: str) -> Feed:
    base = _base(root, url)
    entries = [child for child in root if _name(child) == "entry"][:MAX_ITEMS]
    return Feed(
        format="atom",
        title=plain_text(_text(root, "title")),
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang", ""),
        items=tuple(item for item in (_atom_item(entry, base) for entry in entries) if item.link),
        ttl_seconds=_ttl(root),
    )


def _atom_item(entry: Element, outer: str) -> FeedItem:
    base = _base(entry, outer)
    return FeedItem(
        link=_atom_link(entry, base),
        title=plain_text(_text(entry, "title", own=True)),
        published=_first_date(entry, "published", "issued", "created"),
        updated=_first_date(entry, "updated", "modified"),
        authors=_authors(entry),
        guid=_text(entry, "id"),
    )


def _atom_link(entry: Element, base: str) -> str:
    links = [child for child in entry if _name(child) == "link" and child.get("href")]
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    pages = [link for link in alternates if "html" in link.get("type", "text/html")]
    for link in (*pages, *alternates):
        return _absolute(_base(link, base), str(link.get("href")))
    identity = _text(entry, "id")
    return identity if identity.startswith(("http://", "https://")) else ""


def _authors(element: Element) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for child in element:
        if _name(child) in ("author", "creator"):
            name = plain_text(_text(child, "name") or "".join(_texts(child)) if len(child) else child.text or "")
            # RSS 2.0 demands `mail@host (Name)`.
            inner = re.search(r"\(([^()]{2,200})\)\s*\Z", name) if "@" in name else None
            name = inner[1].strip() if inner else name
            if name and "@" not in name:
                found[name] = None
    return tuple(found)[:MAX_AUTHORS]


def _ttl(channel: Element) -> int | None:
    minutes = _text(channel, "ttl")
    if minutes.isascii() and minutes.isdigit() and len(minutes) < 7:
        return int(minutes) * 60
    period = PERIODS.get(_text(channel, "updateperiod").lower())
    if period is None:
        return None
    frequency = _text(channel, "updatefrequency")
    return period // max(1, int(frequency) if frequency.isascii() and frequency.isdigit() and len(frequency) < 7 else 1)


def _skip_hours(channel: Element) -> tuple[int, ...]:
    hours = [(hour.text or "").strip() for place in channel if _name(place) == "skiphours" for hour in place]
    return tuple(sorted({int(hour) % 24 for hour in hours if hour.isascii() and hour.isdigit() and len(hour) < 3}))


def _first_date(element: Element, *names: str) -> int | None:
    for name in names:
        moment = parse_date(_text(element, name))
        if moment is not None:
            return moment
    return None


def _text(element: Element, name: str, *, own: bool = False) -> str:
    """Text of the first child of this local name, tags inside it and all. `own`: one without a foreign namespace (as
    `media:title`) comes first."""
    found = [child for child in element if _name(child) == name]
    if own:
        home = etree.QName(element).namespace
        found.sort(key=lambda child: etree.QName(child).namespace != home)
    return "".join(_texts(found[0])).strip() if found else ""


def _texts(element: Element) -> Iterator[str]:
    return (str(part) for part in element.itertext())


def _name(element: Element) -> str:
    """Local name in lower case; empty for comments and instructions."""
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _base(element: Element, outer: str) -> str:
    inner = element.get(XML_BASE)
    return _absolute(outer, inner) or outer if inner else outer


def _absolute(base: str, link: str) -> str:
    try:
        return join(base, link.strip()) if link.strip() else ""
    except UnusableUrl:
        return ""
