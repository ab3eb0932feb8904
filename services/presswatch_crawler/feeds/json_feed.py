"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

from typing import Any

import msgspec

from presswatch_crawler.feeds.dates import parse_date
from presswatch_crawler.feeds.model import Feed, FeedItem
from presswatch_crawler.feeds.strict import MAX_AUTHORS, MAX_ITEMS, NotWellFormed
from presswatch_crawler.feeds.text import plain_text
from presswatch_shared.urls import UnusableUrl, join

__all__ = ["parse_json_feed"]

VERSION_PREFIX = "https://jsonfeed.org/version/"


def parse_json_feed(text: str, url: str) -> Feed:
    """The feed in `text`, whose own address is `url`.

    Raises:
        NotWellFormed: no JSON, or no feed.
    """
    try:
        document = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise NotWellFormed(f"no JSON: {error}") from error
    if not isinstance(document, dict) or not str(document.get("version", "")).startswith(VERSION_PREFIX):
        raise NotWellFormed("JSON, and no feed")
    entries = document.get("items")
    found = [_item(entry, url) for entry in (entries if isinstance(entries, list) else [])[:MAX_ITEMS]]
    return Feed(
        format="json",
        title=plain_text(_string(document, "title")),
        language=_string(document, "language"),
        items=tuple(item for item in found if item.link),
    )


def _item(entry: Any, url: str) -> FeedItem:
    if not isinstance(entry, dict):
        return FeedItem(link="")
    link = _string(entry, "url") or _string(entry, "id")
    return FeedItem(
        link=_absolute(url, link) if link.startswith(("http", "/", ".")) else "",
        title=plain_text(_string(entry, "title")),
        published=parse_date(_string(entry, "date_published")),
        updated=parse_date(_string(entry, "date_modified")),
        authors=_authors(entry),
        guid=_string(entry, "id"),
    )


def _authors(entry: dict[str, Any]) -> tuple[str, ...]:
    several = entry.get("authors")
    people = several if isinstance(several, list) else [entry.get("author")]
    names = [plain_text(_string(person, "name")) for person in people if isinstance(person, dict)]
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_AUTHORS]


def _string(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _absolute(base: str, link: str) -> str:
    try:
        return join(base, link)
    except UnusableUrl:
        return ""
