"""What became of the pages that sources list, for the page of a source: read from the ledger, over a bounded time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from presswatch_shared.clock import DAY, Micros, from_micros
from presswatch_shared.store.articles import ArticleRow, get_articles
from presswatch_shared.store.database import Tx
from presswatch_shared.store.ledger import ARTICLE, FAILED, FETCHED, REFUSED, Visit, ledger

__all__ = ["SourceYield", "last_articles", "last_misses", "source_yield"]


@dataclass(frozen=True, slots=True)
class SourceYield:
    """Of the visits since a moment: articles by day (UTC), and how many visits ended otherwise, by reason."""

    articles: Mapping[date, int]
    reasons: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.articles.values())


def source_yield(tx: Tx, source_ids: Collection[str], *, since: Micros) -> SourceYield:
    """What the pages of these sources came to."""
    day = ledger.c.opened_at / DAY if tx.dialect.name == "sqlite" else func.div(ledger.c.opened_at, DAY)
    columns = (day.label("day"), ledger.c.fetch_outcome, ledger.c.fetch_reason, ledger.c.article_outcome)
    statement = (
        select(*columns, func.count())
        .where(ledger.c.source_id.in_(sorted(source_ids)), ledger.c.opened_at >= since)
        .group_by(*columns)
    )
    articles: dict[date, int] = {}
    reasons: dict[str, int] = {}
    for number, outcome, reason, article, count in tx.execute(statement):
        if article == ARTICLE:
            when = from_micros(int(number) * DAY).date()
            articles[when] = articles.get(when, 0) + count
        elif why := _why(outcome, reason, article):
            reasons[why] = reasons.get(why, 0) + count
    return SourceYield(articles, dict(sorted(reasons.items(), key=lambda row: (-row[1], row[0]))))


def last_articles(tx: Tx, source_ids: Collection[str], *, limit: int) -> Sequence[ArticleRow]:
    """Articles found there, the one visited last in front."""
    statement = (
        select(ledger.c.article_id)
        .where(ledger.c.source_id.in_(sorted(source_ids)), ledger.c.article_outcome == ARTICLE)
        .order_by(ledger.c.opened_at.desc())
        .limit(2 * limit)
    )
    ids = list(dict.fromkeys(tx.execute(statement).scalars()))[:limit]
    found = get_articles(tx, ids)
    return [found[article_id] for article_id in ids if article_id in found]


def last_misses(tx: Tx, source_ids: Collection[str], *, limit: int) -> Sequence[Visit]:
    """The last visits that made no article: refused, failed, or a page that is none."""
    lost = ledger.c.fetch_outcome.in_([REFUSED, FAILED]) | ledger.c.article_outcome.not_in(["", ARTICLE])
    statement = select(ledger).where(ledger.c.source_id.in_(sorted(source_ids)), lost)
    return [Visit(**row._mapping) for row in tx.execute(statement.order_by(ledger.c.opened_at.desc()).limit(limit))]


def _why(outcome: str, reason: str, article: str) -> str:
    """Why a visit made no article; empty while it is under way, and where nothing had changed."""
    if outcome in (REFUSED, FAILED):
        return reason or outcome
    return article if outcome == FETCHED else ""
