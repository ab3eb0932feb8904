"""JSON Feed 1.1."""

from __future__ import annotations

import json
from typing import Any

from presswatch_shared.clock import iso
from presswatch_web.feeds.view import FeedEntry, FeedView

__all__ = ["json_feed"]

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(view: FeedView) -> bytes:
    """A document in UTF-8."""
    document = {
        "version": VERSION,
        "title": view.title,
        "description": view.subtitle,
        "home_page_url": view.home_url,
        "feed_url": view.self_url,
        "items": [_item(entry) for entry in view.entries],
    }
    return json.dumps(document, ensure_ascii=False).encode("utf-8")


def _item(entry: FeedEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "title": entry.title,
        "content_text": entry.text,
        "date_modified": iso(entry.updated),
        "authors": [{"name": entry.outlet}],
    }
    if entry.lang:
        item["language"] = entry.lang
    if entry.url:
        item["url"] = entry.url
    if entry.published is not None:
        item["date_published"] = iso(entry.published)
    return item
