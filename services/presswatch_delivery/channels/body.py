"""The body of a webhook: small enough for every receiver, whatever the article holds."""

from __future__ import annotations

from typing import Any

import msgspec

from presswatch_shared.clock import Micros, from_micros
from presswatch_shared.events import AlertFired

__all__ = ["BODY_LIMIT", "webhook_body"]

BODY_LIMIT = 20_000
"""Bytes; a body has fewer."""
TYPES = {"fired": "alert.fired", "updated": "alert.updated"}
# Code points of each text and number of matches, at full size; halved until the body fits.
TITLE, NAME, QUERY, URL, SNIPPET, MATCHES = 500, 200, 4000, 4000, 1000, 100
ELLIPSIS = "…"


def webhook_body(alert: AlertFired) -> bytes:
    """JSON in UTF-8, always the same for the same alert, under BODY_LIMIT bytes.

    Long texts end in an ellipsis; only the first matches are listed where there are very many.
    """
    for halvings in range(12):
        body = msgspec.json.encode(_content(alert, halvings))
        if len(body) < BODY_LIMIT:
            return body
    raise ValueError(f"alert {alert.alert_id} does not fit a webhook body")


def _content(alert: AlertFired, halvings: int) -> dict[str, Any]:
    article = alert.article
    return {
        "type": TYPES[alert.kind],
        "timestamp": _iso(alert.fired_at),
        "data": {
            "alert_id": alert.alert_id,
            "watch": {
                "id": alert.watch_id,
                "name": _cut(alert.watch_name, NAME >> halvings),
                "query": _cut(alert.query, QUERY >> halvings),
            },
            "article": {
                "id": article.id,
                "url": _cut(article.url, URL >> halvings),
                "title": _cut(article.title, TITLE >> halvings),
                "source": article.source,
                "published_at": None if article.published_at is None else _iso(article.published_at),
                "lang": article.lang,
            },
            "snippet": _cut(alert.snippet, SNIPPET >> halvings),
            "matches": [
                {"field": span.field, "start": span.start, "end": span.end}
                for span in alert.matches[: MATCHES >> halvings]
            ],
            "story": alert.story_id,
            "outlets": alert.outlets,
        },
    }


def _cut(text: str, length: int) -> str:
    # A lone surrogate cannot be written as UTF-8.
    clean = text.encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= length else clean[: max(0, length - 1)] + ELLIPSIS


def _iso(moment: Micros) -> str:
    return from_micros(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")
