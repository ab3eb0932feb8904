"""When an article counts as dated, and the one order "newest first" means."""

from __future__ import annotations

import zlib
from datetime import date, timedelta

from presswatch_shared.clock import DAY, EPOCH, SECOND, Micros
from presswatch_shared.events import ArticleEnriched

__all__ = ["article_date", "day_number", "day_of", "sort_key"]

TIE_BITS = 30
SECONDS_LIMIT = 1 << 32


def article_date(article: ArticleEnriched) -> Micros:
    """When it was published; when it was first seen if that is unknown or earlier: nothing is seen before it is."""
    if article.published_at is None:
        return article.first_seen_at
    return min(article.published_at, article.first_seen_at)


def sort_key(article: ArticleEnriched) -> int:
    """Ascending with the date, in one signed 64-bit number.

    Many articles carry only a day, so equal dates are common; the lower bits part them, so that a page can begin behind
    the last article of the page before.
    """
    seconds = article_date(article) // SECOND
    bounded = max(-SECONDS_LIMIT, min(SECONDS_LIMIT, seconds))
    tie = zlib.crc32(article.article_id.encode("utf-8", "surrogatepass")) >> (32 - TIE_BITS)
    return (bounded << TIE_BITS) | tie


def day_number(moment: Micros) -> int:
    """Days since 1970 (UTC)."""
    return moment // DAY


def day_of(number: int) -> date:
    """The day with this number."""
    return EPOCH.date() + timedelta(days=number)
