"""Watches: what people want to be told about, with a sequence of changes that matchers follow.

Every change takes the next number of one counter in its own transaction, so a matcher that has seen number n misses
nothing when it asks for what came after n. A removed watch stays as a tombstone. Whoever writes checks the query first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    func,
    select,
    tuple_,
)
from sqlalchemy import update as change

from presswatch_shared.clock import Micros
from presswatch_shared.ids import derived_id, random_id
from presswatch_shared.store import channels, counters, holding_back, outbox, policies, watch_costs
from presswatch_shared.store.database import Tx
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.watch_policy import Reason

__all__ = [
    "ACTIVE",
    "CHANGES",
    "DEFAULT_MAX_AGE",
    "PAUSED",
    "REMOVED",
    "NewWatch",
    "Watch",
    "WatchChanges",
    "add_watch",
    "add_watches",
    "change_watch",
    "count_watches",
    "default_name",
    "get_watch",
    "get_watches",
    "list_watches",
    "owners_of",
    "remove_watch",
    "same_watches",
    "touch_watches",
    "watches_changed_since",
    "watches_named",
]

ACTIVE, PAUSED, REMOVED = "active", "paused", "removed"
DEFAULT_MAX_AGE = 3 * 86400.0
CHANGES = "watches"
"""The counter of changes; aliases share it."""
LONGEST_DEFAULT_NAME = 80
# A change of one of these is a new version: it decides what fires, so it holds only from now on.
MEANING = frozenset(("query", "state", "max_age_seconds", "include_sources", "exclude_sources"))

watches = Table(
    "watches",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    micros("active_from"),
    Column("max_age_seconds", Float, nullable=False),
    Column("include_sources", JSON, nullable=False),
    Column("exclude_sources", JSON, nullable=False),
    micros("created_at"),
    micros("changed_at"),
    Column("seq", BigInteger, nullable=False, unique=True),
    # Of query, name and owner: an import asks for each line whether it is there.
    Column("fingerprint", String(32), nullable=False, index=True),
    Index("ix_watches_created_at_id", "created_at", "id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A watch at one of its versions. It fires on events that happened at `active_from` or after it."""

    id: str
    name: str
    query: str
    owner: str
    state: str
    """active, paused or removed."""
    version: int
    active_from: Micros
    max_age_seconds: float
    """Articles first seen longer than this after their publication do not fire; 0 = no limit."""
    include_sources: tuple[str, ...]
    """Hosts (with their sub-domains); empty = all."""
    exclude_sources: tuple[str, ...]
    created_at: Micros
    changed_at: Micros
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWatch:
    """What is needed to make a watch; without an id it gets a random one."""

    query: str
    name: str = ""
    owner: str = ""
    state: str = ACTIVE
    max_age_seconds: float = DEFAULT_MAX_AGE
    include_sources: tuple[str, ...] = ()
    exclude_sources: tuple[str, ...] = ()
    id: str = ""


class WatchChanges(TypedDict, total=False):
    """What can be changed."""

    name: str
    query: str
    owner: str
    state: str
    max_age_seconds: float
    include_sources: tuple[str, ...]
    exclude_sources: tuple[str, ...]


def default_name(query: str) -> str:
    """How a watch is called that got no name."""
    return query[:LONGEST_DEFAULT_NAME]


def add_watch(tx: Tx, new: NewWatch, *, now: Micros) -> Watch:
    """Add one watch; without a name it is called by its query."""
    return add_watches(tx, [new], now=now)[0]


def add_watches(tx: Tx, new: Sequence[NewWatch], *, now: Micros) -> Sequence[Watch]:
    """Add many at once, in order. An id that is taken is an IntegrityError: look before."""
    if not new:
        return []
    numbers = counters.next_values(tx, CHANGES, len(new))
    added = [_first_version(watch, seq, now) for watch, seq in zip(new, numbers, strict=True)]
    tx.execute(watches.insert(), [_values(watch) for watch in added])
    return added


def change_watch(tx: Tx, watch_id: str, *, now: Micros, **changes: Unpack[WatchChanges]) -> Watch | None:
    """Change a watch; what decides about firing makes a new version. None where there is no such watch."""
    found = _row(tx, watch_id, lock=True)
    if found is None or found.state == REMOVED:
        return None
    values: dict[str, Any] = {name: value for name, value in changes.items() if value != getattr(found, name)}
    if not values:
        return found
    if MEANING & values.keys():
        values |= {"version": found.version + 1, "active_from": max(now, found.active_from)}
    values |= {"changed_at": now, "seq": counters.next_value(tx, CHANGES)}
    changed = replace(found, **values)
    tx.execute(change(watches).where(watches.c.id == watch_id).values(**_values(changed)))
    return changed


def touch_watches(tx: Tx, watch_ids: Iterable[str], *, now: Micros) -> None:
    """A new version of watches whose meaning changed although their own text did not (an alias was edited)."""
    ids = sorted(set(watch_ids))
    for watch_id, seq in zip(ids, counters.next_values(tx, CHANGES, len(ids)) if ids else (), strict=True):
        newer = {"version": watches.c.version + 1, "active_from": now, "changed_at": now, "seq": seq}
        tx.execute(change(watches).where(watches.c.id == watch_id, watches.c.state != REMOVED).values(**newer))


def remove_watch(tx: Tx, watch_id: str, *, now: Micros) -> bool:
    """Leave a tombstone; its channels go and what waits for them is dropped. False where there is no such watch."""
    if change_watch(tx, watch_id, now=now, state=REMOVED) is None:
        return False
    for channel in channels.list_channels(tx, watch_id):
        channels.set_channel_state(tx, channel.id, REMOVED, reason="watch removed")
        outbox.drop_pending(tx, channel.id, state=outbox.DROPPED, now=now)
    holding_back.suppress_pending(tx, watch_id, Reason.WATCH_REMOVED)
    policies.forget_policy(tx, watch_id)
    watch_costs.forget_costs(tx, watch_id)
    return True


def get_watch(tx: Tx, watch_id: str) -> Watch | None:
    """The watch, unless it was removed."""
    found = _row(tx, watch_id)
    return None if found is None or found.state == REMOVED else found


def watches_named(tx: Tx, name: str, *, limit: int = 2) -> Sequence[Watch]:
    """Watches of exactly this name, the first ones made."""
    live = (watches.c.name == name, watches.c.state != REMOVED)
    rows = tx.execute(_all_columns().where(*live).order_by(watches.c.created_at, watches.c.id).limit(limit))
    return [_watch(row) for row in rows]


def get_watches(tx: Tx, watch_ids: Iterable[str]) -> Mapping[str, Watch]:
    """Watches by id, tombstones among them: their ids are not given again."""
    rows = tx.execute(_all_columns().where(watches.c.id.in_(sorted(set(watch_ids)))))
    return {row.id: _watch(row) for row in rows}


def same_watches(
    tx: Tx, wanted: Iterable[tuple[str, str, str]], *, but: str = ""
) -> Mapping[tuple[str, str, str], Watch]:
    """The watches that have one of these (query, name, owner), apart from the one with the id `but`."""
    prints = sorted({_fingerprint(*key) for key in wanted})
    live = (watches.c.state != REMOVED, watches.c.id != but)
    rows = tx.execute(_all_columns().where(watches.c.fingerprint.in_(prints), *live))
    return {(row.query, row.name, row.owner): _watch(row) for row in rows}


def list_watches(
    tx: Tx, *, owners: Collection[str] | None = None, after: tuple[Micros, str] | None = None, limit: int = 1000
) -> Sequence[Watch]:
    """Watches in the order they were made; `after` is (created_at, id) of the last one seen."""
    statement = _all_columns().where(watches.c.state != REMOVED)
    if owners is not None:
        statement = statement.where(watches.c.owner.in_(sorted(owners)))
    if after is not None:
        statement = statement.where(tuple_(watches.c.created_at, watches.c.id) > tuple_(*after))
    rows = tx.execute(statement.order_by(watches.c.created_at, watches.c.id).limit(limit))
    return [_watch(row) for row in rows]


def watches_changed_since(tx: Tx, seq: int, *, limit: int = 10_000) -> Sequence[Watch]:
    """Watches changed after `seq`, tombstones among them, in the order of their last change."""
    statement = _all_columns().where(watches.c.seq > seq).order_by(watches.c.seq).limit(limit)
    return [_watch(row) for row in tx.execute(statement)]


def owners_of(tx: Tx, watch_ids: Iterable[str]) -> Mapping[str, str]:
    """Whose the watches are, removed ones too."""
    rows = tx.execute(select(watches.c.id, watches.c.owner).where(watches.c.id.in_(sorted(set(watch_ids)))))
    return {row[0]: row[1] for row in rows}


def count_watches(tx: Tx, *, owners: Collection[str] | None = None) -> int:
    """How many there are, paused ones too."""
    statement = select(func.count()).select_from(watches).where(watches.c.state != REMOVED)
    if owners is not None:
        statement = statement.where(watches.c.owner.in_(sorted(owners)))
    return tx.execute(statement).scalar_one()


def _first_version(new: NewWatch, seq: int, now: Micros) -> Watch:
    return Watch(
        id=new.id or random_id("wat"),
        name=new.name or default_name(new.query),
        query=new.query,
        owner=new.owner,
        state=new.state,
        version=1,
        active_from=now,
        max_age_seconds=new.max_age_seconds,
        include_sources=new.include_sources,
        exclude_sources=new.exclude_sources,
        created_at=now,
        changed_at=now,
        seq=seq,
    )


def _row(tx: Tx, watch_id: str, *, lock: bool = False) -> Watch | None:
    statement = _all_columns().where(watches.c.id == watch_id)
    row = tx.execute(statement.with_for_update() if lock else statement).first()
    return None if row is None else _watch(row)


def _watch(row: Row[Any]) -> Watch:
    values = dict(row._mapping)
    values["include_sources"] = tuple(values["include_sources"])
    values["exclude_sources"] = tuple(values["exclude_sources"])
    return Watch(**values)


def _values(watch: Watch) -> dict[str, Any]:
    values = {name: getattr(watch, name) for name in Watch.__slots__}
    return values | {
        "include_sources": list(watch.include_sources),
        "exclude_sources": list(watch.exclude_sources),
        "fingerprint": _fingerprint(watch.query, watch.name, watch.owner),
    }


def _fingerprint(query: str, name: str, owner: str) -> str:
    return derived_id("watch", query, name, owner)


def _all_columns() -> Select[Any]:
    return select(*(watches.c[name] for name in Watch.__slots__))
