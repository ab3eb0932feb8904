"""Sitemaps: urlset, index, news and text; blind to namespaces, no DOCTYPE, gzip told by its first bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import msgspec
from lxml import etree

from presswatch_crawler.feeds.charset import decode_document
from presswatch_crawler.feeds.dates import parse_date
from presswatch_crawler.feeds.model import FeedItem
from presswatch_crawler.feeds.text import plain_text
from presswatch_shared.http.decoding import decode_body
from presswatch_shared.urls import UnusableUrl, join

__all__ = ["DECODED_BYTES", "MAX_DEPTH", "NestedSitemap", "Sitemap", "UnreadableSitemap", "parse_sitemap", "unpack"]

DECODED_BYTES = 50 * 1024 * 1024
MAX_ENTRIES = 50_000
MAX_DEPTH = 5
GZIP = b"\x1f\x8b"
DOCTYPE_SEARCHED = 4096
ROOT = re.compile(r"<(?:[\w.-]{1,50}:)?(?:urlset|sitemapindex)[\s>/]", re.IGNORECASE)


class UnreadableSitemap(Exception):
    """No sitemap. The text says why."""


class NestedSitemap(msgspec.Struct, frozen=True):
    """What an index names."""

    url: str
    changed: int | None = None


class Sitemap(msgspec.Struct, frozen=True, kw_only=True):
    """Pages and further sitemaps. `complete` is False where the document broke off; what came before is kept."""

    items: tuple[FeedItem, ...] = ()
    nested: tuple[NestedSitemap, ...] = ()
    news: bool = False
    complete: bool = True


def unpack(body: bytes) -> bytes:
    """The document itself: a sitemap is often a gzip file, whatever its headers say.

    Raises:
        UnreadableSitemap: too large, or broken at once.
    """
    if not body.startswith(GZIP):
        return body
    decoded = decode_body(body, "gzip", limit=DECODED_BYTES)
    if not decoded.complete and (decoded.reason != "truncated" or not decoded.body):
        raise UnreadableSitemap(f"the gzip file is {decoded.reason}")
    return decoded.body


def parse_sitemap(body: bytes, content_type: str, url: str) -> Sitemap:
    """The sitemap in `body` (unpacked), whose own address is `url`.

    Raises:
        UnreadableSitemap: neither XML of a sitemap nor a list of addresses.
    """
    if len(body) > DECODED_BYTES:
        raise UnreadableSitemap("larger than 50 MB")
    text = decode_document(body, content_type).lstrip()
    if text.startswith("<"):
        return _parse_xml(text, url)
    items = [FeedItem(link=line.strip()) for line in text.splitlines()[:MAX_ENTRIES] if _is_address(line)]
    if not items:
        raise UnreadableSitemap("neither XML nor a list of addresses")
    return Sitemap(items=tuple(items))


def _is_address(line: str) -> bool:
    return line.strip().startswith(("http://", "https://"))


def _parse_xml(text: str, url: str) -> Sitemap:
    if "<!DOCTYPE" in text[:DOCTYPE_SEARCHED].upper():
        raise UnreadableSitemap("a DOCTYPE is not read")
    if not ROOT.search(text[:DOCTYPE_SEARCHED]):
        raise UnreadableSitemap("the root is neither urlset nor sitemapindex")
    items: list[FeedItem] = []
    nested: list[NestedSitemap] = []
    news = False
    complete = True
    try:
        for name, fields in _entries(text):
            if name == "sitemap":
                nested.append(NestedSitemap(_absolute(url, fields.get("loc", "")), parse_date(fields.get("lastmod"))))
            else:
                news = news or "publication_date" in fields
                items.append(_item(fields, url))
            if len(items) + len(nested) >= MAX_ENTRIES:
                break
    except etree.XMLSyntaxError as error:
        complete = False
        if not items and not nested:
            raise UnreadableSitemap(f"no well-formed XML: {error.msg}") from error
    return Sitemap(
        items=tuple(item for item in items if item.link),
        nested=tuple(place for place in nested if place.url),
        news=news,
        complete=complete,
    )


def _entries(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(`url` or `sitemap`, its leaves by local name), one after another; the tree is let go as it is read."""
    body = text[text.index("?>") + 2 :].lstrip() if text.startswith("<?xml") and "?>" in text[:512] else text
    reading = etree.iterparse(
        io.BytesIO(body.encode("utf-8", "replace")),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
    )
    for _, element in reading:
        yield etree.QName(element).localname, _leaves(element)
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _leaves(element: etree._Element) -> dict[str, str]:
    """Text of the elements without children, the first of each name; `loc` only from the entry itself, since images
    and videos have one as well."""
    found: dict[str, str] = {}
    for leaf in element.iterdescendants(etree.Element):
        name = str(leaf.tag).rpartition("}")[2].lower()
        if len(leaf) == 0 and leaf.text and (name != "loc" or leaf.getparent() is element):
            found.setdefault(name, leaf.text.strip())
    return found


def _item(fields: dict[str, str], url: str) -> FeedItem:
    is_news = "publication_date" in fields
    return FeedItem(
        link=_absolute(url, fields.get("loc", "")),
        title=plain_text(fields.get("title", "")) if is_news else "",
        published=parse_date(fields.get("publication_date")),
        updated=parse_date(fields.get("lastmod")),
    )


def _absolute(base: str, link: str) -> str:
    try:
        return join(base, link) if link else ""
    except UnusableUrl:
        return ""
