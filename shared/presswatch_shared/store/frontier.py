"""The frontier: one row a page, whatever it was found in. How rows are claimed and finished: `visits.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    case,
    func,
    select,
)
from sqlalchemy import update as change

from presswatch_shared.clock import Micros
from presswatch_shared.ids import url_hash
from presswatch_shared.store import hosts as host_rows
from presswatch_shared.store import ledger
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.urls import politeness_key

__all__ = [
    "DONE",
    "DUE",
    "Added",
    "ClaimedPage",
    "FrontierItem",
    "FrontierRow",
    "add_items",
    "count_due",
    "count_waiting",
    "frontier",
    "get_row",
]

DUE = "due"
DONE = "done"
REFUSED = "refused"
FOUND_AT_ONCE = 500
TOO_OLD = "too_old"

frontier = Table(
    "frontier",
    metadata,
    Column("url_hash", String(32), primary_key=True),
    Column("url", Text, nullable=False),
    Column("politeness_key", String(255), nullable=False),
    Column("source_id", String(64), nullable=False),
    Column("found_in", Text, nullable=False),
    Column("state", String(16), nullable=False),
    micros("due_at"),
    micros("leased_until"),
    Column("visit", Integer, nullable=False),
    Column("visit_open", Integer, nullable=False),
    micros("last_version"),
    Column("fetch_url", Text, nullable=False),
    Column("hops", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("item_title", Text, nullable=False),
    Column("item_authors", Text, nullable=False),
    micros("item_published", nullable=True),
    micros("item_updated", nullable=True),
    micros("created_at"),
    Index("ix_frontier_politeness_key_state_due_at", "politeness_key", "state", "due_at"),
    Index("ix_frontier_state_due_at", "state", "due_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierItem:
    """A page found in a source. `url` is normalised. `too_old` pages are noted and not fetched."""

    url: str
    source_id: str
    found_in: str
    title: str = ""
    authors: tuple[str, ...] = ()
    published: Micros | None = None
    updated: Micros | None = None
    too_old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierRow:
    """A page in the frontier."""

    url_hash: str
    url: str
    politeness_key: str
    source_id: str
    found_in: str
    state: str
    due_at: Micros
    leased_until: Micros
    visit: int
    visit_open: int
    last_version: Micros
    fetch_url: str
    hops: int
    attempts: int
    etag: str
    last_modified: str
    item_title: str
    item_authors: str
    item_published: Micros | None
    item_updated: Micros | None
    created_at: Micros

    @property
    def authors(self) -> tuple[str, ...]:
        return tuple(name for name in self.item_authors.split("\n") if name)

    @property
    def target(self) -> str:
        """What is to be fetched: the page, or where a redirect of it led."""
        return self.fetch_url or self.url


ClaimedPage = FrontierRow
"""A row under lease, with its visit open."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the items of a poll."""

    new: int = 0
    known: int = 0
    changed: int = 0
    """Known ones whose date of change moved: they are fetched again."""
    too_old: int = 0


def add_items(tx: Tx, items: Sequence[FrontierItem], *, now: Micros) -> Added:
    """Pages of a poll; those already known stay as they are, unless their date of change moved."""
    # In order of their keys, so that two crawlers never wait for each other in a ring.
    by_hash = dict(sorted({url_hash(item.url): item for item in items}.items()))
    rows = _existing(tx, list(by_hash))
    new = {key: item for key, item in by_hash.items() if key not in rows}
    host_rows.ensure_hosts(tx, {politeness_key(item.url) for item in new.values()})
    insert_if_absent(tx, frontier, [_new_row(key, item, now) for key, item in new.items()])
    _note_too_old(tx, {key: item for key, item in new.items() if item.too_old}, now)
    again = [(key, item) for key, item in by_hash.items() if key in rows and _comes_again(rows[key], item)]
    for key, item in again:
        _open_again(tx, key, item, now)
    too_old = sum(item.too_old for item in new.values())
    return Added(len(new) - too_old, len(by_hash) - len(new), len(again), too_old)


def count_due(tx: Tx, *, now: Micros) -> int:
    """Pages due, whether or not their hosts are free."""
    due = (frontier.c.state == DUE) & (frontier.c.due_at <= now)
    return tx.execute(select(func.count()).select_from(frontier).where(due)).scalar_one()


def count_waiting(tx: Tx) -> int:
    """Pages without a visit under way that are to be fetched: their hosts are not free yet, or no crawler was."""
    waiting = (frontier.c.state == DUE) & (frontier.c.visit_open == 0)
    return tx.execute(select(func.count()).select_from(frontier).where(waiting)).scalar_one()


def get_row(tx: Tx, key: str) -> FrontierRow | None:
    """By the hash of the normalised URL."""
    row = tx.execute(select(frontier).where(frontier.c.url_hash == key)).one_or_none()
    return FrontierRow(**row._mapping) if row else None


def _existing(tx: Tx, keys: Sequence[str]) -> dict[str, FrontierRow]:
    found: dict[str, FrontierRow] = {}
    for start in range(0, len(keys), FOUND_AT_ONCE):
        some = select(frontier).where(frontier.c.url_hash.in_(keys[start : start + FOUND_AT_ONCE]))
        found |= {row.url_hash: FrontierRow(**row._mapping) for row in tx.execute(some)}
    return found


def _comes_again(row: FrontierRow, item: FrontierItem) -> bool:
    if item.too_old:
        return False
    return row.state == REFUSED or (item.updated or 0) > (row.item_updated or 0)


def _open_again(tx: Tx, key: str, item: FrontierItem, now: Micros) -> None:
    values = {
        "state": DUE,
        "item_title": item.title,
        "item_authors": "\n".join(item.authors),
        "item_updated": item.updated,
        # A visit under way keeps its moment; `finish` sees that the date of change has moved.
        "due_at": case((frontier.c.state == DUE, frontier.c.due_at), else_=now),
    }
    tx.execute(change(frontier).where(frontier.c.url_hash == key).values(values))


def _note_too_old(tx: Tx, items: dict[str, FrontierItem], now: Micros) -> None:
    opened = [ledger.OpenedVisit(key, 1, item.url, item.source_id, item.found_in) for key, item in items.items()]
    ledger.open_visits(tx, opened, now=now)
    outcomes = [ledger.FetchOutcome(key, 1, ledger.REFUSED, TOO_OLD) for key in items]
    ledger.set_fetches(tx, outcomes, now=now)


def _new_row(key: str, item: FrontierItem, now: Micros) -> dict[str, Any]:
    return {
        "url_hash": key,
        "url": item.url,
        "politeness_key": politeness_key(item.url),
        "source_id": item.source_id,
        "found_in": item.found_in,
        "state": REFUSED if item.too_old else DUE,
        "due_at": now,
        "leased_until": 0,
        "visit": 1 if item.too_old else 0,
        "visit_open": 0,
        "last_version": 0,
        "fetch_url": "",
        "hops": 0,
        "attempts": 0,
        "etag": "",
        "last_modified": "",
        "item_title": item.title,
        "item_authors": "\n".join(item.authors),
        "item_published": item.published,
        "item_updated": item.updated,
        "created_at": now,
    }
