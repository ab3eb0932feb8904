"""What a watch would have fired on, had it been there: over the articles in the index."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from presswatch_alerting.expected_alerts import ExpectedAlerts
from presswatch_alerting.filters import age_seconds, from_source
from presswatch_alerting.recent_share import RECENT_DAYS, is_common, span
from presswatch_query import Query, analyse_article, evaluate
from presswatch_query.snippet import Snippet, make_snippet
from presswatch_shared.clock import Micros, iso
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.dates import article_date, day_number, day_of
from presswatch_shared.index.port import ArticleIndex, Filters, SearchRequest
from presswatch_shared.query_article import query_article
from presswatch_shared.store.watches import Watch
from presswatch_shared.texts import gettext

__all__ = [
    "SAMPLES",
    "Backtest",
    "BacktestDay",
    "Sample",
    "Scope",
    "backtest",
    "backtest_json",
    "sample_json",
    "sample_of",
    "scope_of",
]

NOISY_ALERTS_A_WEEK = 50.0
SAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestDay:
    """A day (UTC): articles that match, and alerts, one for each story."""

    day: date
    hits: int
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The article an alert would have been about."""

    article: ArticleEnriched
    snippet: Snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What came of it. Every day of the span is listed; samples are the newest, newest first."""

    query: str
    days: tuple[BacktestDay, ...]
    searched: int
    """Articles in the span."""
    hits: int
    alerts: int
    samples: tuple[Sample, ...]

    @property
    def alerts_a_week(self) -> float:
        return self.alerts * 7 / len(self.days)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for whoever is about to save the watch."""
        found = []
        if self.alerts_a_week > NOISY_ALERTS_A_WEEK:
            a_week = f"{self.alerts_a_week:.0f}"
            found.append(gettext("noisy: about %(number)s alerts a week are to be expected", number=a_week))
        if is_common(self.hits, self.searched):
            share = f"{self.hits / self.searched:.1%}"
            found.append(gettext("common: matches %(share)s of the articles", share=share))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The filters of the watch."""

    max_age_seconds: float = 0.0
    include_sources: tuple[str, ...] = ()
    exclude_sources: tuple[str, ...] = ()

    def holds(self, article: ArticleEnriched) -> bool:
        if self.max_age_seconds and age_seconds(article) > self.max_age_seconds:
            return False
        included = not self.include_sources or from_source(article.source, self.include_sources)
        return included and not from_source(article.source, self.exclude_sources)


def scope_of(watch: Watch) -> Scope:
    return Scope(
        max_age_seconds=watch.max_age_seconds,
        include_sources=watch.include_sources,
        exclude_sources=watch.exclude_sources,
    )


async def backtest(
    index: ArticleIndex, text: str, query: Query, *, now: Micros, days: int = RECENT_DAYS, scope: Scope | None = None
) -> Backtest:
    """Run the query over the last `days` days (UTC), today among them."""
    since, until = span(now, days)
    hits: Counter[int] = Counter()
    alerts: Counter[int] = Counter()
    expected = ExpectedAlerts()
    latest: deque[ArticleEnriched] = deque(maxlen=SAMPLES)
    async for article in index.scan(query, since=since, until=until):
        if scope is not None and not scope.holds(article):
            continue
        day = day_number(article_date(article))
        hits[day] += 1
        if expected.fires(article):
            alerts[day] += 1
            latest.append(article)
    everything = await index.search(SearchRequest(filters=Filters(since=since, until=until), limit=0))
    numbers = range(day_number(since), day_number(since) + days)
    return Backtest(
        query=text,
        days=tuple(BacktestDay(day=day_of(number), hits=hits[number], alerts=alerts[number]) for number in numbers),
        searched=everything.total,
        hits=hits.total(),
        alerts=len(expected),
        samples=tuple(sample_of(article, query) for article in reversed(latest)),
    )


def sample_of(article: ArticleEnriched, query: Query) -> Sample:
    """The article with the best window of its text."""
    plain = query_article(article)
    return Sample(article=article, snippet=make_snippet(plain, evaluate(query, analyse_article(plain)).spans))


def backtest_json(result: Backtest) -> Mapping[str, Any]:
    """For `--json` and the API."""
    return {
        "query": result.query,
        "days": len(result.days),
        "articles": result.searched,
        "hits": result.hits,
        "alerts": result.alerts,
        "alerts_per_week": round(result.alerts_a_week, 1),
        "by_day": [{"day": day.day.isoformat(), "hits": day.hits, "alerts": day.alerts} for day in result.days],
        "samples": [sample_json(sample) for sample in result.samples],
        "warnings": list(result.warnings),
    }


def sample_json(sample: Sample) -> Mapping[str, Any]:
    article = sample.article
    return {
        "id": article.article_id,
        "url": article.url,
        "title": article.title,
        "source": article.source,
        "date": iso(article_date(article)),
        "lang": article.lang,
        "snippet": sample.snippet.text,
        "matches": [{"start": mark.start, "end": mark.end} for mark in sample.snippet.marks],
    }
