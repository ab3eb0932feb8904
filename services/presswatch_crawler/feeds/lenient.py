"""Feeds that are not well-formed, by feedparser. Slow on hostile input: only called in a killable process."""

from __future__ import annotations

import calendar
import re
from typing import Any

import feedparser

from presswatch_crawler.feeds.model import Feed, FeedItem
from presswatch_crawler.feeds.strict import MAX_AUTHORS, MAX_ITEMS, NotWellFormed
from presswatch_crawler.feeds.text import plain_text
from presswatch_shared.clock import SECOND, Micros

__all__ = ["parse_lenient"]

FEED_ROOT = re.compile(r"<(?:rss|feed|(?:\w+:)?RDF)\b", re.IGNORECASE)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse_lenient(text: str, url: str) -> Feed:
    """The feed in `text`, whose own address is `url`.

    Raises:
        NotWellFormed: no feed even so.
    """
    if not FEED_ROOT.search(text[:8192]):
        raise NotWellFormed("neither RSS, RDF nor Atom")
    body = DECLARATION.sub("", text, count=1).lstrip().encode("utf-8", "replace")
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    parsed = feedparser.parse(body, sanitize_html=False, response_headers=headers)
    items = [_item(entry) for entry in parsed.entries[:MAX_ITEMS]]
    return Feed(
        format=re.sub(r"\d.*", "", parsed.get("version", "")) or "rss",
        title=plain_text(parsed.feed.get("title", "")),
        language=parsed.feed.get("language", ""),
        items=tuple(item for item in items if item.link),
        ttl_seconds=_ttl(parsed.feed.get("ttl", "")),
        lenient=True,
    )


def _item(entry: Any) -> FeedItem:
    link = entry.get("feedburner_origlink") or entry.get("link") or ""
    authors = [plain_text(author.get("name", "")) for author in entry.get("authors", [])]
    return FeedItem(
        link=link if link.startswith(("http://", "https://")) else "",
        title=plain_text(entry.get("title", "")),
        published=_moment(entry.get("published_parsed") or entry.get("created_parsed")),
        # feedparser answers `updated` with the date of publication where there is no other.
        updated=_moment(entry.get("updated_parsed")) if "updated_parsed" in entry else None,
        authors=tuple(dict.fromkeys(name for name in authors if name and "@" not in name))[:MAX_AUTHORS],
        guid=str(entry.get("id", "")),
    )


def _moment(parts: Any) -> Micros | None:
    return calendar.timegm(parts) * SECOND if parts else None


def _ttl(minutes: str) -> int | None:
    return int(minutes) * 60 if minutes.isascii() and minutes.isdigit() and len(minutes) < 7 else None
