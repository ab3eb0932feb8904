"""The accounts of pages: what became of everything that was seen in a source, by source and hour, out of the ledger.

An hour is the one in which a page, or a change of it, was seen. Each figure is counted by its own condition and not as
what is left over, so that the sums prove something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, or_, select

from presswatch_shared.clock import HOUR, Micros
from presswatch_shared.store.alerts import alerts, seen_articles
from presswatch_shared.store.database import Tx
from presswatch_shared.store.frontier import DUE, frontier
from presswatch_shared.store.ledger import (
    ARTICLE,
    FAILED,
    FETCHED,
    INDEXED,
    NOT_MODIFIED,
    ON_THE_WAY,
    REFUSED,
    SUPERSEDED,
    ledger,
)

__all__ = ["REASONS", "STAGES", "Account", "Handled", "accounts", "found_by_hour", "unexplained", "waiting"]

ENRICHMENT, INDEXING = ON_THE_WAY
STAGES = ("crawler", ENRICHMENT, INDEXING)
REASONS = ("contradictory", "unfetched", "unenriched", "unindexed", "unmatched")
"""What an account cannot explain: outcomes that exclude each other; a visit that nobody will fetch; a page or article
that its stage has gone past without a word."""


@dataclass(slots=True)
class Account:
    """Visits of pages. seen = waiting + fetched + not_modified + refused + failed; fetched = articles + not_articles +
    dead letters of enrichment + enriching; articles = indexed + superseded + dead letters of indexing + indexing."""

    seen: int = 0
    waiting: int = 0
    """To be fetched."""
    fetched: int = 0
    not_modified: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    articles: int = 0
    not_articles: dict[str, int] = field(default_factory=dict)
    enriching: int = 0
    """Fetched, and enrichment has not spoken."""
    indexed: int = 0
    superseded: int = 0
    indexing: int = 0
    """Articles that indexing has not spoken of."""
    dead_letters: dict[str, int] = field(default_factory=dict)
    """By stage; those of other stages than enrichment and indexing are no term of the balance."""
    alerted: int = 0
    """Articles that made an alert."""

    @property
    def difference(self) -> int:
        """How many pages the three sums are out by: 0 is right."""
        fetches = self.waiting + self.fetched + self.not_modified + _sum(self.refused) + _sum(self.failed)
        articles = self.articles + _sum(self.not_articles) + self.dead_letters.get(ENRICHMENT, 0) + self.enriching
        ends = self.indexed + self.superseded + self.dead_letters.get(INDEXING, 0) + self.indexing
        return abs(self.seen - fetches) + abs(self.fetched - articles) + abs(self.articles - ends)

    def add(self, other: Account) -> None:
        """Count what another account has, too."""
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            if isinstance(mine, dict):
                for reason, count in theirs.items():
                    _count(mine, reason, count)
            else:
                setattr(self, one.name, mine + theirs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """Up to which moment each stage has handled everything that came to it."""

    enrichment: Micros
    indexing: Micros
    alerting: Micros


Place = tuple[str, Micros]
"""A source, and the beginning of an hour."""


def accounts(tx: Tx, *, since: Micros, until: Micros, source_id: str | None = None) -> Mapping[Place, Account]:
    """An account for each source and hour in which pages were seen."""
    found: dict[Place, Account] = {}
    _add_visits(tx, found, _seen_in(since, until, source_id))
    _add_not_begun(tx, found, since, until, source_id)
    _add_alerted(tx, found, _seen_in(since, until, source_id))
    return found


def unexplained(tx: Tx, *, since: Micros, until: Micros, handled: Handled) -> Mapping[str, int]:
    """How many visits there are of each kind that cannot be, by `REASONS`."""
    is_article = ledger.c.article_outcome == ARTICLE
    enriched = ledger.c.fetch_at < handled.enrichment
    unspoken = and_(is_article, enriched, ledger.c.index_outcome == "", ledger.c.dead_letter_stage != INDEXING)
    matched = exists().where(seen_articles.c.article_id == ledger.c.article_id)
    conditions: Mapping[str, ColumnElement[bool]] = {
        "contradictory": or_(
            and_(ledger.c.index_outcome != "", ~is_article),
            and_(ledger.c.article_outcome != "", ledger.c.fetch_outcome != FETCHED),
            and_(is_article, ledger.c.article_id == ""),
        ),
        "unfetched": and_(ledger.c.fetch_outcome == "", ~_will_be_fetched()),
        "unenriched": and_(_awaits_enrichment(), enriched),
        "unindexed": and_(unspoken, ledger.c.article_at < handled.indexing),
        "unmatched": and_(
            is_article,
            enriched,
            ledger.c.article_at < handled.alerting,
            ledger.c.dead_letter_stage == "",
            ~matched,
        ),
    }
    return _counted(tx, conditions, _seen_in(since, until, None))


def waiting(tx: Tx, *, since: Micros, until: Micros) -> Mapping[str, int]:
    """How many visits wait for each of `STAGES`."""
    conditions: Mapping[str, ColumnElement[bool]] = {
        "crawler": ledger.c.fetch_outcome == "",
        ENRICHMENT: _awaits_enrichment(),
        INDEXING: _awaits_indexing(),
    }
    counts = _counted(tx, conditions, _seen_in(since, until, None))
    not_begun = tx.execute(select(func.count()).select_from(frontier).where(*_not_begun(since, until))).scalar_one()
    return {**counts, "crawler": counts["crawler"] + not_begun}


def found_by_hour(tx: Tx, *, since: Micros) -> Mapping[str, Mapping[int, int]]:
    """By source: hours since 1970 in which pages were seen, and how many."""
    columns = (ledger.c.source_id, (ledger.c.found_at // HOUR).label("hour"))
    rows = tx.execute(select(*columns, func.count()).where(ledger.c.found_at >= since).group_by(*columns))
    found: dict[str, dict[int, int]] = {}
    for source_id, hour, count in rows:
        found.setdefault(source_id, {})[int(hour)] = count
    return found


def _add_visits(tx: Tx, found: dict[Place, Account], where: Sequence[ColumnElement[bool]]) -> None:
    columns = (
        ledger.c.source_id,
        (ledger.c.found_at // HOUR).label("hour"),
        ledger.c.fetch_outcome,
        ledger.c.fetch_reason,
        ledger.c.article_outcome,
        ledger.c.index_outcome,
        ledger.c.dead_letter_stage,
    )
    for row in tx.execute(select(*columns, func.count().label("visits")).where(*where).group_by(*columns)):
        _add(_of(found, row.source_id, row.hour), row)


def _add(account: Account, row: Row[Any]) -> None:
    fetch, article, index, dead_letter = (
        row.fetch_outcome,
        row.article_outcome,
        row.index_outcome,
        row.dead_letter_stage,
    )
    count = row.visits
    account.seen += count
    account.waiting += count * (fetch == "")
    account.fetched += count * (fetch == FETCHED)
    account.not_modified += count * (fetch == NOT_MODIFIED)
    if fetch in (REFUSED, FAILED):
        _count(account.refused if fetch == REFUSED else account.failed, row.fetch_reason or "unknown", count)
    if article not in ("", ARTICLE):
        _count(account.not_articles, article, count)
    account.articles += count * (article == ARTICLE)
    account.indexed += count * (index == INDEXED)
    account.superseded += count * (index == SUPERSEDED)
    counted = {ENRICHMENT: article == "", INDEXING: article == ARTICLE and index == ""}
    if dead_letter and counted.get(dead_letter, True):
        _count(account.dead_letters, dead_letter, count)
    account.enriching += count * (fetch == FETCHED and article == "" and dead_letter != ENRICHMENT)
    account.indexing += count * (article == ARTICLE and index == "" and dead_letter != INDEXING)


def _add_not_begun(tx: Tx, found: dict[Place, Account], since: Micros, until: Micros, source_id: str | None) -> None:
    columns = (frontier.c.source_id, (frontier.c.due_at // HOUR).label("hour"))
    where = [*_not_begun(since, until), *([] if source_id is None else [frontier.c.source_id == source_id])]
    for source, hour, count in tx.execute(select(*columns, func.count()).where(*where).group_by(*columns)):
        _of(found, source, hour).add(Account(seen=count, waiting=count))


def _add_alerted(tx: Tx, found: dict[Place, Account], where: Sequence[ColumnElement[bool]]) -> None:
    """An alert belongs to the visit that fetched its text."""
    made = exists().where(
        alerts.c.article_id == ledger.c.article_id,
        alerts.c.fetched_at.between(ledger.c.opened_at, ledger.c.fetch_at),
    )
    columns = (ledger.c.source_id, (ledger.c.found_at // HOUR).label("hour"))
    of_article = ledger.c.article_outcome == ARTICLE
    for source_id, hour, count in tx.execute(
        select(*columns, func.count()).where(*where, of_article, made).group_by(*columns)
    ):
        _of(found, source_id, hour).alerted += count


def _counted(
    tx: Tx, conditions: Mapping[str, ColumnElement[bool]], where: Sequence[ColumnElement[bool]]
) -> dict[str, int]:
    columns = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in conditions.values()]
    row = tx.execute(select(*columns).select_from(ledger).where(*where)).one()
    return {name: int(count) for name, count in zip(conditions, row, strict=True)}


def _seen_in(since: Micros, until: Micros, source_id: str | None) -> list[ColumnElement[bool]]:
    of_source = [] if source_id is None else [ledger.c.source_id == source_id]
    return [ledger.c.found_at >= since, ledger.c.found_at < until, *of_source]


def _not_begun(since: Micros, until: Micros) -> list[ColumnElement[bool]]:
    """Pages whose visit does not stand in the ledger yet; they are due since they were seen."""
    return [
        frontier.c.state == DUE,
        frontier.c.visit_open == 0,
        frontier.c.due_at >= since,
        frontier.c.due_at < until,
    ]


def _will_be_fetched() -> ColumnElement[bool]:
    return exists().where(
        frontier.c.url_hash == ledger.c.url_hash,
        frontier.c.visit == ledger.c.visit,
        frontier.c.visit_open == 1,
        frontier.c.state == DUE,
    )


def _awaits_enrichment() -> ColumnElement[bool]:
    return and_(
        ledger.c.fetch_outcome == FETCHED, ledger.c.article_outcome == "", ledger.c.dead_letter_stage != ENRICHMENT
    )


def _awaits_indexing() -> ColumnElement[bool]:
    return and_(
        ledger.c.article_outcome == ARTICLE, ledger.c.index_outcome == "", ledger.c.dead_letter_stage != INDEXING
    )


def _of(found: dict[Place, Account], source_id: str, hour: int) -> Account:
    return found.setdefault((source_id, int(hour) * HOUR), Account())


def _count(counts: dict[str, int], reason: str, count: int) -> None:
    counts[reason] = counts.get(reason, 0) + count


def _sum(counts: Mapping[str, int]) -> int:
    return sum(counts.values())
