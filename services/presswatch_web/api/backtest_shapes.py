"""Back-tests on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, SkipValidation

from presswatch_web.api.fields import Answer, Body, QueryText, Whole

__all__ = ["BacktestBody", "BacktestOut", "ComparisonBody", "DifferenceOut"]


class BacktestBody(Body):
    query: QueryText
    days: Annotated[int, Field(ge=1, le=90), Whole] = 30


class ComparisonBody(BacktestBody):
    """Another query for a watch, and over how many days both are run."""


class SampleSpan(Answer):
    start: int
    end: int


class SampleOut(Answer):
    """An article that an alert would have been about. Matches are code points of the snippet."""

    id: str
    url: str
    title: str
    source: str
    date: datetime
    lang: str
    snippet: str
    matches: list[SampleSpan]


class BacktestDayOut(Answer):
    """A day (UTC): articles that match, and alerts, one for each story."""

    day: date
    hits: int
    alerts: int


class BacktestOut(Answer):
    """What a watch would have fired on, as `presswatch watch backtest --json` tells it."""

    query: str
    days: int
    articles: int
    hits: int
    alerts: int
    alerts_per_week: float
    by_day: list[BacktestDayOut]
    samples: list[SampleOut]
    # Not made plain `str`: a page can say a `Text` in another language.
    warnings: list[Annotated[str, SkipValidation]]


class OwnOut(Answer):
    """What one of two queries finds and the other does not; the newest as samples."""

    hits: int
    alerts: int
    samples: list[SampleOut]


class HitsOut(Answer):
    """Articles that the old query finds, that the new one does, and that both do."""

    before: int
    after: int
    both: int


class RatesOut(Answer):
    before: float
    after: float


class DifferenceOut(Answer):
    """What an edit of a watch adds and removes."""

    query: str
    against: str
    days: int
    articles: int
    hits: HitsOut
    alerts_per_week: RatesOut
    added: OwnOut
    removed: OwnOut
