"""The body of a webhook: small enough for every receiver, whatever the article holds."""

from __future__ import annotations

from typing import Any

import msgspec

from presswatch_shared.clock import Micros, from_micros
from presswatch_shared.events import ArticleRef
from presswatch_shared.messages import AlertMessage, ChannelTest, Digest, DigestItem, Notice, OutboxMessage

__all__ = ["BODY_LIMIT", "webhook_body"]

BODY_LIMIT = 20_000
"""Bytes; a body has fewer."""
TYPES = {"fired": "alert.fired", "updated": "alert.updated"}
# Code points of each text and number of matches, at full size; halved until the body fits.
TITLE, NAME, QUERY, URL, SNIPPET, MATCHES, ITEMS = 500, 200, 4000, 4000, 1000, 100, 100
HOST, LANG = 255, 16
ELLIPSIS = "…"


def webhook_body(content: OutboxMessage) -> bytes:
    """JSON in UTF-8, always the same for the same message, under BODY_LIMIT bytes.

    Long texts end in an ellipsis; only the first matches, or articles of a digest, are listed where there are many.
    """
    for halvings in range(12):
        body = msgspec.json.encode(_document(content, halvings))
        if len(body) < BODY_LIMIT:
            return body
    raise ValueError("a message does not fit a webhook body")


def _document(content: OutboxMessage, halvings: int) -> dict[str, Any]:
    if isinstance(content, AlertMessage):
        return _envelope(TYPES[content.kind], content.fired_at, _alert(content, halvings))
    if isinstance(content, Digest):
        return _envelope("digest", content.window_end, _digest(content, halvings))
    if isinstance(content, ChannelTest):
        data = {"test_id": content.test_id, "watch": _watch(content, halvings)}
        return _envelope("test", content.sent_at, data)
    data = {"notice_id": content.notice_id, "watch": _watch(content, halvings), "text": _cut(content.text, TITLE)}
    return _envelope("notice", content.at, data)


def _envelope(kind: str, moment: Micros, data: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "timestamp": _iso(moment), "data": data}


def _alert(alert: AlertMessage, halvings: int) -> dict[str, Any]:
    return {
        "alert_id": alert.alert_id,
        "watch": _watch(alert, halvings),
        "article": {"id": alert.article.id, **_article(alert.article, halvings)},
        "snippet": _cut(alert.snippet, SNIPPET >> halvings),
        "matches": [
            {"field": span.field, "start": span.start, "end": span.end} for span in alert.matches[: MATCHES >> halvings]
        ],
        "clauses": [_cut(clause, NAME >> halvings) for clause in alert.clauses[: MATCHES >> halvings]],
        "story": alert.story_id,
        "outlets": alert.outlets,
        "held_back": alert.held_back,
    }


def _digest(digest: Digest, halvings: int) -> dict[str, Any]:
    items = digest.items[: ITEMS >> halvings]
    return {
        "digest_id": digest.digest_id,
        "watch": _watch(digest, halvings),
        "window": {"from": _iso(digest.window_start), "until": _iso(digest.window_end)},
        "total": digest.total,
        "more": digest.total - len(items),
        "items": [_item(item, halvings) for item in items],
    }


def _item(item: DigestItem, halvings: int) -> dict[str, Any]:
    return {
        "alert_id": item.alert_id,
        "article": {"id": item.article_id, **_article(item, halvings)},
        "snippet": _cut(item.snippet, SNIPPET >> halvings),
        "story": item.story_id,
        "outlets": item.outlets,
    }


def _article(of: ArticleRef | DigestItem, halvings: int) -> dict[str, Any]:
    return {
        "url": _cut(of.url, URL >> halvings),
        "title": _cut(of.title, TITLE >> halvings),
        "source": _cut(of.source, HOST),
        "published_at": _iso_or_none(of.published_at),
        "lang": _cut(of.lang, LANG),
    }


def _watch(content: AlertMessage | Digest | ChannelTest | Notice, halvings: int) -> dict[str, Any]:
    return {
        "id": content.watch_id,
        "name": _cut(content.watch_name, NAME >> halvings),
        "query": _cut(content.query, QUERY >> halvings),
    }


def _cut(text: str, length: int) -> str:
    # A lone surrogate cannot be written as UTF-8.
    clean = text[: length + 1].encode("utf-8", "replace").decode("utf-8")
    return clean if len(text) <= length else clean[: max(0, length - 1)] + ELLIPSIS


def _iso(moment: Micros) -> str:
    return from_micros(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _iso_or_none(moment: Micros | None) -> str | None:
    return None if moment is None else _iso(moment)
