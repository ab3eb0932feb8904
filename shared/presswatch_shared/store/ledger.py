"""The ledger: one row a visit of a page, written by each stage as it commits, so that everything seen is accounted for.

A stage's outcome is set once: a replay cannot count twice. Where a crash made a visit fetch its page twice, what went
farthest holds: an article over a page that is none, indexed over superseded, fetched over a failure afterwards. The
terms of the balance exclude each other and add up to what was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Index, Integer, String, Table, Text, bindparam, case, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from presswatch_shared.clock import Micros
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros

__all__ = [
    "ARTICLE",
    "FAILED",
    "FETCHED",
    "INDEXED",
    "NOT_MODIFIED",
    "ON_THE_WAY",
    "REFUSED",
    "SUPERSEDED",
    "Balance",
    "FetchOutcome",
    "OpenedVisit",
    "Visit",
    "VisitKey",
    "balance",
    "open_visit",
    "open_visits",
    "set_article",
    "set_dead_letter",
    "set_fetch",
    "set_fetches",
    "set_indexed",
    "set_superseded",
    "visits_of_url",
]

VisitKey = tuple[str, int]
"""Hash of the normalised URL, and which visit of it."""

FETCHED = "fetched"
NOT_MODIFIED = "not_modified"
REFUSED = "refused"
FAILED = "failed"
ARTICLE = "article"
INDEXED = "indexed"
SUPERSEDED = "superseded"
ON_THE_WAY = ("enrichment", "indexing")
"""Stages that a page has to pass to be found."""

ledger = Table(
    "ledger",
    metadata,
    Column("url_hash", String(32), primary_key=True),
    Column("visit", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("source_id", String(64), nullable=False),
    Column("found_in", Text, nullable=False),
    micros("found_at"),
    micros("opened_at"),
    Column("fetch_outcome", String(16), nullable=False),
    Column("fetch_reason", String(64), nullable=False),
    micros("fetch_at"),
    Column("article_outcome", String(32), nullable=False),
    Column("article_reason", String(64), nullable=False),
    Column("article_id", String(32), nullable=False),
    micros("article_at"),
    Column("index_outcome", String(16), nullable=False),
    micros("index_at"),
    Column("dead_letter_stage", String(32), nullable=False),
    micros("dead_letter_at"),
    Index("ix_ledger_opened_at", "opened_at"),
    Index("ix_ledger_found_at_source_id", "found_at", "source_id"),
    Index("ix_ledger_source_id_opened_at", "source_id", "opened_at"),
)


@dataclass(frozen=True, slots=True)
class OpenedVisit:
    """A visit that begins. `found_at`: when its page, or the change of it, was seen in the source; 0 = as it opens."""

    url_hash: str
    visit: int
    url: str
    source_id: str
    found_in: str
    found_at: Micros = 0


@dataclass(frozen=True, slots=True)
class FetchOutcome:
    """How the fetch of a visit ended: fetched, not_modified, refused or failed (with the reason)."""

    url_hash: str
    visit: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What happened to a page on one visit, stage by stage; what has not happened is empty."""

    url_hash: str
    visit: int
    url: str
    source_id: str
    found_in: str
    found_at: Micros
    opened_at: Micros
    fetch_outcome: str
    fetch_reason: str
    fetch_at: Micros
    article_outcome: str
    article_reason: str
    article_id: str
    article_at: Micros
    index_outcome: str
    index_at: Micros
    dead_letter_stage: str
    dead_letter_at: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Where all visits are. `seen` = the sum of all other terms; drained means pending, fetched and articles are 0."""

    pending: int = 0
    """Opened, and not fetched yet."""
    fetched: int = 0
    """Fetched; enrichment has not spoken."""
    articles: int = 0
    """Articles that indexing has not finished."""
    not_modified: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    not_articles: Mapping[str, int] = field(default_factory=dict)
    superseded: int = 0
    dead_letters: int = 0
    indexed: int = 0
    pages_fetched: int = 0
    """All that were ever fetched with content; not a term of the sum."""
    articles_made: int = 0
    """All that ever became articles; not a term of the sum."""

    @property
    def seen(self) -> int:
        plain = (self.pending, self.fetched, self.articles, self.not_modified, self.superseded, self.dead_letters)
        counted = (self.refused, self.failed, self.not_articles)
        return sum(plain) + self.indexed + sum(sum(reasons.values()) for reasons in counted)


def open_visit(tx: Tx, *, url_hash: str, visit: int, url: str, source_id: str, found_in: str, now: Micros) -> None:
    """Begin a visit; one that is open already stays as it is."""
    open_visits(tx, [OpenedVisit(url_hash, visit, url, source_id, found_in)], now=now)


def open_visits(tx: Tx, opened: Sequence[OpenedVisit], *, now: Micros) -> None:
    """`open_visit` for many."""
    insert_if_absent(tx, ledger, [_new_row(visit, now) for visit in sorted(opened, key=_place)])


def set_fetch(tx: Tx, url_hash: str, visit: int, *, outcome: str, reason: str = "", now: Micros) -> None:
    """How the fetch ended; the first word counts."""
    set_fetches(tx, [FetchOutcome(url_hash, visit, outcome, reason)], now=now)


def set_fetches(tx: Tx, outcomes: Sequence[FetchOutcome], *, now: Micros) -> None:
    """`set_fetch` for many."""
    rows = [
        {"key": item.url_hash, "number": item.visit, "outcome": item.outcome, "reason": item.reason[:64], "at": now}
        for item in sorted(outcomes, key=_place)
    ]
    if rows:
        statement = update(ledger).where(*_this_visit(), ledger.c.fetch_outcome == "")
        values: dict[str, Any] = {
            "fetch_outcome": bindparam("outcome"),
            "fetch_reason": bindparam("reason"),
            "fetch_at": bindparam("at"),
        }
        tx.execute(statement.values(values), rows)


def set_article(
    tx: Tx, url_hash: str, visit: int, *, outcome: str, article_id: str = "", reason: str = "", now: Micros
) -> None:
    """What enrichment made of the page: `article`, or why it is none. The first word counts, but for an article."""
    unsaid = ledger.c.article_outcome == "" if outcome != ARTICLE else ledger.c.article_outcome != ARTICLE
    values = {"article_outcome": outcome, "article_reason": reason[:64], "article_id": article_id, "article_at": now}
    tx.execute(update(ledger).where(_is_visit(url_hash, visit), unsaid).values(**values, **_proof_of_fetch(now)))


def set_indexed(tx: Tx, keys: Sequence[VisitKey], *, now: Micros) -> None:
    """The articles of these visits can be searched."""
    _set_index(tx, keys, INDEXED, now, unless=(INDEXED,))


def set_superseded(tx: Tx, keys: Sequence[VisitKey], *, now: Micros) -> None:
    """The index had a newer version of these articles already."""
    _set_index(tx, keys, SUPERSEDED, now, unless=(INDEXED, SUPERSEDED))


def set_dead_letter(tx: Tx, url_hash: str, visit: int, *, stage: str, now: Micros) -> None:
    """A stage set the message of this visit aside. A stage that handles it in the end overrules this.

    A stage that the page cannot pass by (`ON_THE_WAY`) is kept before one that only looks on.
    """
    unsaid = ledger.c.dead_letter_stage == ""
    if stage in ON_THE_WAY:
        unsaid = ledger.c.dead_letter_stage.not_in(ON_THE_WAY)
    values = {"dead_letter_stage": stage, "dead_letter_at": now}
    tx.execute(update(ledger).where(_is_visit(url_hash, visit), unsaid).values(**values, **_proof_of_fetch(now)))


def balance(tx: Tx) -> Balance:
    """Where all visits are now."""
    columns = (
        ledger.c.fetch_outcome,
        ledger.c.fetch_reason,
        ledger.c.article_outcome,
        ledger.c.index_outcome,
        ledger.c.dead_letter_stage,
    )
    plain: dict[str, int] = {}
    reasons: dict[str, dict[str, int]] = {"refused": {}, "failed": {}, "not_articles": {}}
    for fetch, fetch_reason, article, index, dead_letter, count in tx.execute(
        select(*columns, func.count()).group_by(*columns)
    ):
        term, reason = _term(fetch, fetch_reason, article, index, dead_letter)
        counts = reasons.get(term, plain)
        counts[reason or term] = counts.get(reason or term, 0) + count
        if fetch == FETCHED:
            plain["pages_fetched"] = plain.get("pages_fetched", 0) + count
        if article == ARTICLE:
            plain["articles_made"] = plain.get("articles_made", 0) + count
    return Balance(**plain, **reasons)  # type: ignore[arg-type]  # the two dictionaries have different values by name


def visits_of_url(tx: Tx, url_hash: str) -> Sequence[Visit]:
    """All visits of a page, the first one first."""
    rows = tx.execute(select(ledger).where(ledger.c.url_hash == url_hash).order_by(ledger.c.visit))
    return [Visit(**row._mapping) for row in rows]


def _this_visit() -> Iterable[ColumnElement[bool]]:
    return (ledger.c.url_hash == bindparam("key"), ledger.c.visit == bindparam("number"))


def _is_visit(url_hash: str, visit: int) -> ColumnElement[bool]:
    return (ledger.c.url_hash == url_hash) & (ledger.c.visit == visit)


def _proof_of_fetch(now: Micros) -> dict[str, Any]:
    """A stage has the page in its hands: it was fetched, whatever the crawler says of it, or has not said yet."""
    fetch_at = case((ledger.c.fetch_outcome == FETCHED, ledger.c.fetch_at), else_=now)
    return {"fetch_outcome": FETCHED, "fetch_reason": "", "fetch_at": fetch_at}


def _set_index(tx: Tx, keys: Sequence[VisitKey], outcome: str, now: Micros, *, unless: Sequence[str]) -> None:
    if keys:
        # Not `not_in`: many rows at once take no list of values.
        others = (ledger.c.index_outcome != one for one in unless)
        statement = update(ledger).where(*_this_visit(), *others)
        rows = [{"key": url_hash, "number": visit} for url_hash, visit in keys]
        tx.execute(statement.values(index_outcome=outcome, index_at=now), rows)


def _term(fetch: str, fetch_reason: str, article: str, index: str, dead_letter: str) -> tuple[str, str]:
    """The one term of the balance a visit counts under, and the reason where it has one."""
    if index:
        return index, ""
    if article not in ("", ARTICLE):
        return "not_articles", article
    if fetch in (REFUSED, FAILED):
        return fetch, fetch_reason or "unknown"
    if dead_letter:
        return "dead_letters", ""
    if article == ARTICLE:
        return "articles", ""
    return fetch or "pending", ""


def _place(item: OpenedVisit | FetchOutcome) -> VisitKey:
    """Rows are written in the order of their keys, so that two writers never wait for each other in a ring."""
    return item.url_hash, item.visit


def _new_row(visit: OpenedVisit, now: Micros) -> dict[str, object]:
    untold = {column.name: "" if isinstance(column.type, String) else 0 for column in ledger.columns}
    given = {name: getattr(visit, name) for name in OpenedVisit.__slots__}
    return untold | given | {"found_at": visit.found_at or now, "opened_at": now}
