"""Why a watch did or did not fire on an article, on the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from presswatch_web.api.alert_shapes import SpanOut
from presswatch_web.api.fields import Answer

__all__ = ["ExplanationOut"]


class ClauseOut(Answer):
    """A clause of the query: whether it holds, what was found where, or how near it came."""

    clause: str
    holds: bool
    note: str
    spans: list[SpanOut]
    parts: list[ClauseOut]


class ExplainedWatchOut(Answer):
    id: str
    name: str
    version: int


class ExplainedArticleOut(Answer):
    id: str
    url: str
    title: str


class StoryAlertOut(Answer):
    """An alert of the watch for the story of the article; `article` is the copy that made it."""

    id: str
    kind: str
    article: str
    fired_at: datetime


class ExplanationOut(Answer):
    """As `presswatch explain --json` tells it."""

    watch: ExplainedWatchOut
    article: ExplainedArticleOut
    fired: bool
    verdict: str = Field(description="One sentence.")
    matches: bool
    withheld: str | None = Field(description="Why a match does not fire, where the reason lies in article or watch.")
    query: ClauseOut
    alerts: list[StoryAlertOut]
