"""Polling of sources: claimed by lease when due and their host is free; what a poll found is saved with its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy import update as change

from presswatch_shared.clock import Micros
from presswatch_shared.store import hosts as host_rows
from presswatch_shared.store.database import Tx
from presswatch_shared.store.hosts import Host, hosts, is_free
from presswatch_shared.store.sources import ACTIVE, Source, sources
from presswatch_shared.urls import politeness_key

__all__ = [
    "PollResult",
    "change_url",
    "claim_due_sources",
    "count_active",
    "count_failing",
    "count_silent",
    "finish_poll",
    "has_due_source",
    "move_poll",
    "postpone_poll",
    "renew",
    "void_poll_leases",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """How a poll ended, as columns of its source."""

    kind: str
    state: str
    due_at: Micros
    interval_seconds: float
    etag: str
    last_modified: str
    body_hash: str
    validators_lie: int
    moved_to: str
    moved_polls: int
    failure_weight: float
    last_outcome: str
    last_error: str = ""
    last_success_at: Micros
    last_new_at: Micros
    items_last: int
    items_new: int
    gaps: int
    name: str


def claim_due_sources(tx: Tx, now: Micros, limit: int, *, leased_until: Micros, host_delay: float) -> Sequence[Source]:
    """Take due sources of free hosts, one a host; the hosts are reserved."""
    _ensure_hosts_of_new(tx, now)
    has_source = exists().where(sources.c.politeness_key == hosts.c.key, *_claimable(now))
    ready = select(hosts).where(is_free(now), has_source).order_by(hosts.c.next_allowed_at, hosts.c.key).limit(limit)
    found = [Host(**row._mapping) for row in tx.execute(ready.with_for_update(skip_locked=True))]
    taken = []
    for host in found:
        due = select(sources).where(sources.c.politeness_key == host.key, *_claimable(now))
        row = tx.execute(due.order_by(sources.c.due_at).limit(1).with_for_update(skip_locked=True)).one_or_none()
        if row is not None:
            taken.append(Source(**row._mapping))
    ids = sorted(source.id for source in taken)
    tx.execute(change(sources).where(sources.c.id.in_(ids)).values(leased_until=leased_until))
    host_rows.reserve(tx, found, setting=host_delay, now=now, busy_until=leased_until)
    return taken


def has_due_source(tx: Tx, *, now: Micros) -> bool:
    """Whether `claim_due_sources` may find anything; reads only."""
    joined = select(sources.c.id).outerjoin(hosts, hosts.c.key == sources.c.politeness_key)
    free = hosts.c.key.is_(None) | is_free(now)
    return tx.execute(joined.where(*_claimable(now), free).limit(1)).first() is not None


def finish_poll(tx: Tx, source: Source, result: PollResult, *, now: Micros) -> None:
    """Save how a poll ended and give the lease back; belongs into the transaction that saves the items."""
    values = {name: getattr(result, name) for name in PollResult.__slots__}
    values |= {"leased_until": 0, "last_poll_at": now, "polls": source.polls + 1, "fetch_url": "", "hops": 0}
    values["politeness_key"] = politeness_key(source.url)
    tx.execute(change(sources).where(sources.c.id == source.id).values(**values))


def postpone_poll(tx: Tx, source: Source, *, due_at: Micros, outcome: str = "", error: str = "") -> None:
    """Poll again then, without a verdict about the source."""
    values: dict[str, object] = {"due_at": due_at, "leased_until": 0}
    if outcome:
        values |= {"last_outcome": outcome, "last_error": error}
    tx.execute(change(sources).where(sources.c.id == source.id).values(**values))


def move_poll(tx: Tx, source: Source, url: str, *, lasting: bool, due_at: Micros) -> None:
    """Follow a redirect: the poll goes on at the new address, under the politeness of its host. `moved_to` is kept only
    where every hop so far was a lasting one."""
    key = politeness_key(url)
    host_rows.ensure_hosts(tx, [key])
    all_lasting = lasting and (not source.hops or source.moved_to == source.fetch_url)
    values = {
        "fetch_url": url,
        "hops": source.hops + 1,
        "politeness_key": key,
        "due_at": due_at,
        "leased_until": 0,
        "moved_to": url if all_lasting else "",
    }
    tx.execute(change(sources).where(sources.c.id == source.id).values(**values))


def change_url(tx: Tx, source: Source, url: str) -> bool:
    """A lasting redirect: the source is there from now on. False where another source has that address."""
    taken = tx.execute(select(sources.c.id).where(sources.c.url == url)).first() is not None
    if not taken:
        values = {"url": url, "politeness_key": politeness_key(url)}
        tx.execute(change(sources).where(sources.c.id == source.id).values(**values))
    return not taken


def renew(tx: Tx, held: Sequence[Source], *, leased_until: Micros) -> None:
    """Prolong the leases of sources still in hand. Of those whose poll ended meanwhile none is taken again."""
    ids = [source.id for source in held]
    free = select(sources.c.id).where(sources.c.id.in_(ids), sources.c.leased_until > 0).order_by(sources.c.id)
    # A row that somebody holds is about to end.
    found = tx.execute(free.with_for_update(skip_locked=True)).scalars().all()
    tx.execute(change(sources).where(sources.c.id.in_(found)).values(leased_until=leased_until))


def void_poll_leases(tx: Tx) -> int:
    """For the only crawler at its start: whoever held these is gone."""
    return tx.execute(change(sources).where(sources.c.leased_until > 0).values(leased_until=0)).rowcount


def count_active(tx: Tx) -> int:
    """Sources that are crawled."""
    return tx.execute(select(func.count()).select_from(sources).where(sources.c.state == ACTIVE)).scalar_one()


def count_failing(tx: Tx) -> int:
    """Active sources whose last poll failed."""
    failing = (sources.c.state == ACTIVE) & (sources.c.failure_weight > 0)
    return tx.execute(select(func.count()).select_from(sources).where(failing)).scalar_one()


def count_silent(tx: Tx, *, since: Micros) -> int:
    """Active sources that once had news and have had none since then."""
    silent = (sources.c.state == ACTIVE) & (sources.c.last_new_at > 0) & (sources.c.last_new_at < since)
    return tx.execute(select(func.count()).select_from(sources).where(silent)).scalar_one()


def _claimable(now: Micros) -> tuple[ColumnElement[bool], ...]:
    return (sources.c.state == ACTIVE, sources.c.due_at <= now, sources.c.leased_until <= now)


def _ensure_hosts_of_new(tx: Tx, now: Micros) -> None:
    """Hosts of sources that were added since the last claim, maybe by another process."""
    joined = select(sources.c.politeness_key).outerjoin(hosts, hosts.c.key == sources.c.politeness_key)
    host_rows.ensure_hosts(tx, tx.execute(joined.where(*_claimable(now), hosts.c.key.is_(None))).scalars().all())
