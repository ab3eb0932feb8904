"""What an edit of a watch adds and removes, over the articles in the index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from presswatch_alerting.backtest import SAMPLES, Sample, Scope, sample_json, sample_of
from presswatch_alerting.expected_alerts import ExpectedAlerts
from presswatch_alerting.recent_share import RECENT_DAYS, span
from presswatch_query import Query
from presswatch_shared.clock import Micros
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.port import ArticleIndex, Filters, SearchRequest

__all__ = ["Difference", "Side", "backtest_difference", "difference_json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one of the two queries finds: all of it, and what the other one does not."""

    query: str
    hits: int
    alerts: int
    own_hits: int
    own_alerts: int
    """Alerts for stories of which the other finds no copy."""
    samples: tuple[Sample, ...]
    """The newest of its own hits, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`new.own_hits` are added, `old.own_hits` removed."""

    days: int
    searched: int
    """Articles in the span."""
    old: Side
    new: Side

    @property
    def kept(self) -> int:
        """Articles that both find."""
        return self.new.hits - self.new.own_hits

    def alerts_a_week(self, side: Side) -> float:
        return side.alerts * 7 / self.days


async def backtest_difference(
    index: ArticleIndex, old: Query, new: Query, *, now: Micros, days: int = RECENT_DAYS, scope: Scope | None = None
) -> Difference:
    """Run both over the last `days` days (UTC), today among them."""
    since, until = span(now, days)
    before, after = _Found(), _Found()
    for found, query in ((before, old), (after, new)):
        async for article in index.scan(query, since=since, until=until):
            if scope is None or scope.holds(article):
                found.add(article)
    everything = await index.search(SearchRequest(filters=Filters(since=since, until=until), limit=0))
    return Difference(
        days=days,
        searched=everything.total,
        old=await _side(old, before, after, index),
        new=await _side(new, after, before, index),
    )


class _Found:
    """Ids of what a query finds, oldest first."""

    def __init__(self) -> None:
        self.ids: dict[str, None] = {}
        self.alerts = ExpectedAlerts()

    def add(self, article: ArticleEnriched) -> None:
        self.ids[article.article_id] = None
        self.alerts.fires(article)


async def _side(query: Query, found: _Found, other: _Found, index: ArticleIndex) -> Side:
    own = [article_id for article_id in found.ids if article_id not in other.ids]
    articles = [await index.get(article_id) for article_id in reversed(own[-SAMPLES:])]
    return Side(
        query=query.text,
        hits=len(found.ids),
        alerts=len(found.alerts),
        own_hits=len(own),
        own_alerts=len(found.alerts.stories - other.alerts.stories),
        samples=tuple(sample_of(article, query) for article in articles if article is not None),
    )


def difference_json(result: Difference) -> Mapping[str, Any]:
    """For `--json`."""
    return {
        "query": result.new.query,
        "against": result.old.query,
        "days": result.days,
        "articles": result.searched,
        "hits": {"before": result.old.hits, "after": result.new.hits, "both": result.kept},
        "alerts_per_week": {
            "before": round(result.alerts_a_week(result.old), 1),
            "after": round(result.alerts_a_week(result.new), 1),
        },
        "added": _own(result.new),
        "removed": _own(result.old),
    }


def _own(side: Side) -> Mapping[str, Any]:
    return {"hits": side.own_hits, "alerts": side.own_alerts, "samples": [sample_json(one) for one in side.samples]}
