"""Facets and days counted over articles at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.dates import article_date, day_number, day_of
from presswatch_shared.index.port import DayCount, FacetCount

__all__ = ["by_day", "by_value", "count_days", "count_facets", "day_rows", "facet_values", "top_values"]


def by_value(articles: Iterable[ArticleEnriched], facet: str) -> Counter[tuple[str, str]]:
    """How many articles have each value and label."""
    return Counter(pair for article in articles for pair in facet_values(article, facet))


def by_day(articles: Iterable[ArticleEnriched]) -> Counter[int]:
    """How many articles each day has, by its number."""
    return Counter(day_number(article_date(article)) for article in articles)


def facet_values(article: ArticleEnriched, facet: str) -> list[tuple[str, str]]:
    """Value and label pairs an article counts for; each value once."""
    if facet == "entity":
        return list({entity.id: (entity.id, entity.name) for entity in article.entities if entity.id}.values())
    value = {
        "source": article.source,
        "lang": article.lang,
        "country": article.country,
        "category": article.category,
    }[facet]
    return [(value, value)] if value else []


def count_facets(
    articles: Collection[ArticleEnriched], facets: Collection[str], size: int
) -> dict[str, tuple[FacetCount, ...]]:
    """The most frequent values of each facet."""
    return {facet: top_values(by_value(articles, facet), size) for facet in facets}


def top_values(counts: Counter[tuple[str, str]], size: int) -> tuple[FacetCount, ...]:
    """Of (value, label) pairs: one row a value with its most frequent label, most frequent first."""
    totals: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for (value, label), count in sorted(counts.items(), key=lambda row: (-row[1], row[0])):
        totals[value] += count
        labels.setdefault(value, label)
    ranked = sorted(totals.items(), key=lambda row: (-row[1], row[0]))
    return tuple(FacetCount(value, labels[value], count) for value, count in ranked[:size])


def count_days(articles: Iterable[ArticleEnriched]) -> tuple[DayCount, ...]:
    """How many articles each day has, ascending."""
    return day_rows(by_day(articles))


def day_rows(days: Mapping[int, int]) -> tuple[DayCount, ...]:
    """Counts by the number of the day as rows, ascending."""
    return tuple(DayCount(day_of(number), count) for number, count in sorted(days.items()))
