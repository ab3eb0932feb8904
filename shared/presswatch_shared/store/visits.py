"""Visits of pages: claimed by lease when the page is due and its host is free, then finished, postponed or moved on.

A visit opens when it is claimed; a lease that ran out, or a crash, claims the same visit again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, select
from sqlalchemy import update as change

from presswatch_shared.clock import Micros
from presswatch_shared.store import hosts as host_rows
from presswatch_shared.store import ledger
from presswatch_shared.store.database import Tx
from presswatch_shared.store.frontier import DONE, DUE, ClaimedPage, FrontierRow, frontier
from presswatch_shared.store.hosts import Host, hosts, is_free
from presswatch_shared.urls import politeness_key

__all__ = [
    "Finished",
    "Moved",
    "Postponed",
    "claim_due",
    "finish",
    "has_due",
    "move",
    "postpone",
    "release",
    "renew",
    "void_leases",
]


RENEWED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A visit that is over. `version` 0: nothing was published. Validators None: as they were."""

    page: ClaimedPage
    outcome: str
    reason: str = ""
    version: Micros = 0
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """A visit to be tried again; `counted` as one of its attempts."""

    page: ClaimedPage
    due_at: Micros
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A visit that goes on at another address, by a redirect."""

    page: ClaimedPage
    url: str
    due_at: Micros


def claim_due(
    tx: Tx, now: Micros, limit: int, *, leased_until: Micros, host_delay: float, per_host: int = 1
) -> Sequence[Sequence[ClaimedPage]]:
    """Take due pages of free hosts, grouped by host: one a host, or `per_host` where the host's delay is 0.

    The fetches are recorded before they start: the hosts are reserved, and the visits open in the ledger.
    """
    has_page = exists().where(frontier.c.politeness_key == hosts.c.key, *_claimable(now))
    ready = select(hosts).where(is_free(now), has_page).order_by(hosts.c.next_allowed_at, hosts.c.key)
    found = [Host(**row._mapping) for row in tx.execute(ready.limit(limit).with_for_update(skip_locked=True))]
    groups = []
    for host in found:
        count = per_host if host.delay(host_delay) == 0 else 1
        groups.append(_claim_of_host(tx, host.key, now, count, leased_until))
    host_rows.reserve(tx, found, setting=host_delay, now=now, busy_until=leased_until)
    pages = [page for group in groups for page in group]
    ledger.open_visits(tx, [_opened(page) for page in pages], now=now)
    return groups


def has_due(tx: Tx, *, now: Micros) -> bool:
    """Whether `claim_due` may find anything; reads only."""
    has_page = exists().where(frontier.c.politeness_key == hosts.c.key, *_claimable(now))
    return tx.execute(select(hosts.c.key).where(is_free(now), has_page).limit(1)).first() is not None


def finish(tx: Tx, finished: Sequence[Finished], *, now: Micros) -> None:
    """Close visits. A page whose date of change moved meanwhile is due again at once."""
    if not finished:
        return
    moved = func.coalesce(frontier.c.item_updated, 0) > bindparam("seen_updated")
    values: dict[str, Any] = {
        "state": case((moved, DUE), else_=DONE),
        "due_at": now,
        "leased_until": 0,
        "visit_open": 0,
        "hops": 0,
        "fetch_url": "",
        "attempts": 0,
        "politeness_key": bindparam("own_key"),
        "last_version": bindparam("new_version"),
        "etag": bindparam("new_etag"),
        "last_modified": bindparam("new_last_modified"),
    }
    rows = sorted((_finished_values(item) for item in finished), key=itemgetter("key"))
    tx.execute(change(frontier).where(_of_visit()).values(values), rows)
    outcomes = [ledger.FetchOutcome(i.page.url_hash, i.page.visit, i.outcome, i.reason) for i in finished]
    ledger.set_fetches(tx, outcomes, now=now)


def postpone(tx: Tx, postponed: Sequence[Postponed]) -> None:
    """Try these visits again later."""
    for item in sorted(postponed, key=_key):
        values = {"due_at": item.due_at, "leased_until": 0, "attempts": item.page.attempts + item.counted}
        tx.execute(change(frontier).where(_same_visit(item.page)).values(**values))


def move(tx: Tx, moved: Sequence[Moved]) -> None:
    """Follow redirects: the visit goes on at the new address, under the politeness of its host."""
    host_rows.ensure_hosts(tx, {politeness_key(item.url) for item in moved})
    for item in sorted(moved, key=_key):
        values = {
            "fetch_url": item.url,
            "politeness_key": politeness_key(item.url),
            "hops": item.page.hops + 1,
            "due_at": item.due_at,
            "leased_until": 0,
        }
        tx.execute(change(frontier).where(_same_visit(item.page)).values(**values))


def release(tx: Tx, pages: Sequence[ClaimedPage]) -> None:
    """Give claims back without a try."""
    for page in sorted(pages, key=lambda page: page.url_hash):
        tx.execute(change(frontier).where(_same_visit(page)).values(leased_until=0))


def renew(tx: Tx, pages: Sequence[ClaimedPage], *, leased_until: Micros) -> None:
    """Prolong the leases of pages still in hand. Of those that ended meanwhile none is taken again."""
    keys = sorted(page.url_hash for page in pages)
    for start in range(0, len(keys), RENEWED_AT_ONCE):
        held = [
            frontier.c.url_hash.in_(keys[start : start + RENEWED_AT_ONCE]),
            frontier.c.visit_open == 1,
            frontier.c.leased_until > 0,
        ]
        # A row that somebody holds is about to end.
        free = select(frontier.c.url_hash).where(*held).order_by(frontier.c.url_hash)
        found = tx.execute(free.with_for_update(skip_locked=True)).scalars().all()
        tx.execute(change(frontier).where(frontier.c.url_hash.in_(found)).values(leased_until=leased_until))


def void_leases(tx: Tx) -> int:
    """For the only crawler at its start: whoever held these is gone. Their visits go on."""
    host_rows.void_reservations(tx)
    return tx.execute(change(frontier).where(frontier.c.leased_until > 0).values(leased_until=0)).rowcount


def _claimable(now: Micros) -> tuple[ColumnElement[bool], ...]:
    return (frontier.c.state == DUE, frontier.c.due_at <= now, frontier.c.leased_until <= now)


def _claim_of_host(tx: Tx, key: str, now: Micros, count: int, leased_until: Micros) -> Sequence[ClaimedPage]:
    due = select(frontier.c.url_hash).where(frontier.c.politeness_key == key, *_claimable(now))
    ordered = due.order_by(frontier.c.due_at, frontier.c.url_hash).limit(count).with_for_update(skip_locked=True)
    taken = sorted(tx.execute(ordered).scalars())
    values = {
        "leased_until": leased_until,
        "visit": frontier.c.visit + case((frontier.c.visit_open == 1, 0), else_=1),
        "visit_open": 1,
    }
    tx.execute(change(frontier).where(frontier.c.url_hash.in_(taken)).values(values))
    rows = select(frontier).where(frontier.c.url_hash.in_(taken)).order_by(frontier.c.due_at, frontier.c.url_hash)
    return [FrontierRow(**row._mapping) for row in tx.execute(rows)]


def _key(item: Postponed | Moved) -> str:
    return item.page.url_hash


def _of_visit() -> ColumnElement[bool]:
    return and_(frontier.c.url_hash == bindparam("key"), frontier.c.visit == bindparam("number"))


def _same_visit(page: ClaimedPage) -> ColumnElement[bool]:
    return and_(frontier.c.url_hash == page.url_hash, frontier.c.visit == page.visit, frontier.c.visit_open == 1)


def _finished_values(item: Finished) -> dict[str, Any]:
    page = item.page
    return {
        "key": page.url_hash,
        "number": page.visit,
        "seen_updated": page.item_updated or 0,
        "own_key": politeness_key(page.url),
        "new_version": item.version or page.last_version,
        "new_etag": page.etag if item.etag is None else item.etag,
        "new_last_modified": page.last_modified if item.last_modified is None else item.last_modified,
    }


def _opened(page: ClaimedPage) -> ledger.OpenedVisit:
    # A page that was never visited is due since it was found, one that changed since the change was.
    return ledger.OpenedVisit(page.url_hash, page.visit, page.url, page.source_id, page.found_in, found_at=page.due_at)
