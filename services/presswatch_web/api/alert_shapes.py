"""Alerts and deliveries on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from presswatch_shared.clock import from_micros
from presswatch_shared.store.alerts import AlertRow
from presswatch_web.api.fields import Answer, moment

__all__ = ["AlertOut", "AlertPage", "SpanOut", "alert_out"]


class SpanOut(Answer):
    """A found place: code points, end exclusive."""

    field: str
    start: int
    end: int


class AlertWatchOut(Answer):
    id: str
    name: str
    query: str
    version: int


class AlertArticleOut(Answer):
    id: str
    url: str
    title: str
    source: str
    lang: str
    published_at: datetime | None


class AlertOut(Answer):
    """A watch matched a story: for the first time (`fired`), or anew after a material change (`updated`)."""

    id: str
    kind: Literal["fired", "updated"]
    watch: AlertWatchOut
    article: AlertArticleOut
    story: str
    outlets: int
    snippet: str
    snippet_spans: list[tuple[int, int]]
    matches: list[SpanOut]
    fired_at: datetime


class AlertPage(Answer):
    items: list[AlertOut]
    next: str | None


def alert_out(row: AlertRow) -> AlertOut:
    return AlertOut(
        id=row.alert_id,
        kind="updated" if row.kind == "updated" else "fired",
        watch=AlertWatchOut(id=row.watch_id, name=row.watch_name, query=row.query, version=row.watch_version),
        article=AlertArticleOut(
            id=row.article_id,
            url=row.url,
            title=row.title,
            source=row.source,
            lang=row.lang,
            published_at=moment(row.published_at),
        ),
        story=row.story_id,
        outlets=row.outlets,
        snippet=row.snippet,
        snippet_spans=list(row.snippet_spans),
        matches=[SpanOut.model_validate(span) for span in row.matches],
        fired_at=from_micros(row.fired_at),
    )
