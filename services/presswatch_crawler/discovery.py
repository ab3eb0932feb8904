"""Finding the feeds of a site, and telling what an address is. Pure: the fetching is done by others."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from presswatch_crawler.feeds.charset import decode_document
from presswatch_shared.store.sources import FEED, SITE, SITEMAP
from presswatch_shared.urls import UnusableUrl, join, normalise

__all__ = ["COMMON_PATHS", "FoundFeed", "kind_of", "links_to_feeds"]

COMMON_PATHS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
ROOT = re.compile(r"<(?!\?|!--)(?:\w{1,30}:)?(\w{1,30})[\s>/]")
# Only ever used on the first bytes: on a long document full of open comments it would take for ever.
PROLOG = re.compile(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>", re.DOTALL | re.IGNORECASE)
HEAD_BYTES = 512 * 1024
SNIFFED = 8192
TAG = re.compile(r"<(link|base|a)\s([^<>]{1,2000})>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"([a-zA-Z-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
FEED_WORD = re.compile(r"(?:^|[/._-])(?:rss|atom|feed)s?(?:$|[/._?-])", re.IGNORECASE)
# Comments of one article, and the author pages of a blog, are no news feed.
UNWANTED = re.compile(r"comment|/author/|/tag/|replytocom", re.IGNORECASE)
MAX_FEEDS = 20


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a page names."""

    url: str
    title: str = ""


def kind_of(body: bytes, content_type: str) -> str:
    """`feed`, `sitemap` or `site` (a page), by content; empty where it is none of these."""
    if body.startswith(b"\x1f\x8b"):
        return SITEMAP
    text = PROLOG.sub("", decode_document(body[:SNIFFED], content_type)).lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return FEED if "jsonfeed.org/version" in text else ""
    found = ROOT.search(text)
    root = found[1].lower() if found else ""
    if root in ("rss", "feed", "rdf"):
        return FEED
    if root in ("urlset", "sitemapindex") or text.startswith(("http://", "https://")):
        return SITEMAP
    return SITE if root == "html" or "html" in content_type.lower() else ""


def links_to_feeds(body: bytes, content_type: str, url: str) -> Sequence[FoundFeed]:
    """Feeds that a page announces; where it announces none, those its links look like."""
    text = _without_comments(decode_document(body[:HEAD_BYTES], content_type))
    base = url
    announced: dict[str, FoundFeed] = {}
    guessed: dict[str, FoundFeed] = {}
    for tag, attributes in _tags(text):
        href = attributes.get("href", "").strip()
        if not href:
            continue
        if tag == "base":
            base = _usable(base, href) or base
            continue
        target = _usable(base, href)
        if not target or UNWANTED.search(target):
            continue
        title = " ".join(attributes.get("title", "").split())[:200]
        if tag == "link" and _announces(attributes):
            announced.setdefault(target, FoundFeed(target, title))
        elif tag == "a" and FEED_WORD.search(urlsplit(target).path):
            guessed.setdefault(target, FoundFeed(target, title))
    return list((announced or guessed).values())[:MAX_FEEDS]


def _without_comments(text: str) -> str:
    """In one pass; a comment that is not closed goes on to the end, as in browsers."""
    kept = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        kept.append(text[position:start])
        end = text.find("-->", start + 4)
        position = end + 3 if end >= 0 else len(text)
    return "".join([*kept, text[position:]])


def _tags(text: str) -> Sequence[tuple[str, dict[str, str]]]:
    return [(tag.lower(), _attributes(inside)) for tag, inside in TAG.findall(text)]


def _attributes(inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in ATTRIBUTE.findall(inside):
        found.setdefault(name.lower(), html.unescape(double or single or bare))
    return found


def _announces(attributes: dict[str, str]) -> bool:
    relations = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").lower().partition(";")[0].strip()
    return "alternate" in relations and kind in FEED_TYPES


def _usable(base: str, href: str) -> str:
    try:
        return normalise(join(base, href))
    except UnusableUrl:
        return ""
