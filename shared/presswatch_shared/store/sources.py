"""Sources: what is crawled. A feed, a sitemap, or a site whose feeds were found (then these are its children).

The columns about polling belong to `polls.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy import update as change

from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.ids import random_id
from presswatch_shared.store.database import Tx, count_rows, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.store.source_polls import source_polls
from presswatch_shared.urls import normalise, politeness_key

__all__ = [
    "ACTIVE",
    "FEED",
    "KINDS",
    "PAUSED",
    "RETIRED",
    "SITE",
    "SITEMAP",
    "STATES",
    "UNKNOWN",
    "Source",
    "add_source",
    "count_all",
    "count_sources",
    "find_source_by_url",
    "get_source",
    "get_sources",
    "list_sources",
    "name_of",
    "poll_soon",
    "remove_source",
    "set_state",
    "sources",
]

UNKNOWN = "unknown"
FEED = "feed"
SITEMAP = "sitemap"
SITE = "site"
KINDS = (UNKNOWN, FEED, SITEMAP, SITE)
ACTIVE = "active"
PAUSED = "paused"
RETIRED = "retired"
STATES = (ACTIVE, PAUSED, RETIRED)

sources = Table(
    "sources",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("url", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("country", String(8), nullable=False),
    Column("collection", Text, nullable=False),
    Column("parent_id", String(64), nullable=False, index=True),
    micros("created_at"),
    # About polling: see polls.py.
    Column("politeness_key", String(255), nullable=False),
    micros("due_at"),
    micros("leased_until"),
    Column("fetch_url", Text, nullable=False),
    Column("hops", Integer, nullable=False),
    Column("interval_seconds", Float, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("body_hash", String(32), nullable=False),
    Column("validators_lie", Integer, nullable=False),
    Column("moved_to", Text, nullable=False),
    Column("moved_polls", Integer, nullable=False),
    Column("polls", Integer, nullable=False),
    Column("failure_weight", Float, nullable=False),
    Column("last_outcome", String(32), nullable=False),
    Column("last_error", Text, nullable=False),
    micros("last_poll_at"),
    micros("last_success_at"),
    micros("last_new_at"),
    Column("items_last", Integer, nullable=False),
    Column("items_new", Integer, nullable=False),
    Column("gaps", Integer, nullable=False),
    UniqueConstraint("url"),
    Index("ix_sources_state_due_at", "state", "due_at"),
    Index("ix_sources_politeness_key", "politeness_key"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source and how its polling goes. Moments in µs; 0 where there was none."""

    id: str
    url: str
    kind: str = UNKNOWN
    state: str = ACTIVE
    name: str = ""
    country: str = ""
    collection: str = ""
    parent_id: str = ""
    created_at: Micros
    politeness_key: str
    due_at: Micros = 0
    leased_until: Micros = 0
    fetch_url: str = ""
    hops: int = 0
    interval_seconds: float = 0.0
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    validators_lie: int = 0
    moved_to: str = ""
    moved_polls: int = 0
    polls: int = 0
    failure_weight: float = 0.0
    last_outcome: str = ""
    last_error: str = ""
    last_poll_at: Micros = 0
    last_success_at: Micros = 0
    last_new_at: Micros = 0
    items_last: int = 0
    items_new: int = 0
    gaps: int = 0

    @property
    def target(self) -> str:
        """What is to be fetched: the source, or where a redirect of it led."""
        return self.fetch_url or self.url

    @property
    def shown_name(self) -> str:
        """What people call it: its name, or its address."""
        return self.name or self.url


def add_source(
    tx: Tx,
    *,
    url: str,
    now: Micros,
    kind: str = UNKNOWN,
    name: str = "",
    country: str = "",
    collection: str = "",
    parent_id: str = "",
) -> Source:
    """A new source, due at once; where one with this address is there already, that one, unchanged.

    Raises:
        UnusableUrl (a BadInput): the address cannot be fetched.
    """
    cleaned = normalise(url.strip())
    new = Source(
        id=random_id("src"),
        url=cleaned,
        kind=kind,
        name=name,
        country=country.upper(),
        collection=collection,
        parent_id=parent_id,
        created_at=now,
        due_at=now,
        politeness_key=politeness_key(cleaned),
    )
    insert_if_absent(tx, sources, [asdict(new)])
    return _source(tx.execute(select(sources).where(sources.c.url == cleaned)).one())


def list_sources(
    tx: Tx, *, after: str = "", limit: int | None = None, parent_id: str | None = None
) -> Sequence[Source]:
    """Sources in the order of their ids, from the one after `after`; all, or the children of one parent."""
    statement = select(sources).where(sources.c.id > after).order_by(sources.c.id)
    if parent_id is not None:
        statement = statement.where(sources.c.parent_id == parent_id)
    return [_source(row) for row in tx.execute(statement.limit(limit))]


def get_source(tx: Tx, source_id: str) -> Source | None:
    row = tx.execute(select(sources).where(sources.c.id == source_id)).one_or_none()
    return _source(row) if row else None


def get_sources(tx: Tx, ids: Collection[str]) -> Mapping[str, Source]:
    """Sources by id; ids that are not there are left out."""
    return {row.id: _source(row) for row in tx.execute(select(sources).where(sources.c.id.in_(sorted(ids))))}


def name_of(source_id: str, known: Mapping[str, Source]) -> str:
    """What people call it, also after it was removed."""
    return known[source_id].shown_name if source_id in known else f"{source_id} (removed)"


def find_source_by_url(tx: Tx, url: str) -> Source | None:
    """By its address, normalised or as it was given.

    Raises:
        UnusableUrl (a BadInput): no address of a page.
    """
    row = tx.execute(select(sources).where(sources.c.url == normalise(url.strip()))).one_or_none()
    return _source(row) if row else None


def set_state(tx: Tx, source_id: str, state: str, *, now: Micros) -> bool:
    """Pause, resume or retire a source and its children. A resumed one is due at once. False where there is none."""
    if state not in STATES:
        raise BadInput(f"{state!r} is no state of a source: use one of {', '.join(STATES)}")
    values: dict[str, object] = {"state": state}
    if state == ACTIVE:
        values |= {"due_at": now, "failure_weight": 0.0}
    return tx.execute(change(sources).where(_with_children(source_id)).values(**values)).rowcount > 0


def poll_soon(tx: Tx, source_id: str, *, now: Micros) -> bool:
    """Let an active source be due now, and its children; the politeness of their hosts holds. False where there is
    none, or it is not active."""
    active = and_(_with_children(source_id), sources.c.state == ACTIVE)
    return tx.execute(change(sources).where(active).values(due_at=now)).rowcount > 0


def remove_source(tx: Tx, source_id: str) -> bool:
    """Forget a source and its children; what was fetched stays. False where there is none."""
    own = select(sources.c.id).where(_with_children(source_id))
    tx.execute(delete(source_polls).where(source_polls.c.source_id.in_(own)))
    return tx.execute(delete(sources).where(_with_children(source_id))).rowcount > 0


def count_sources(tx: Tx) -> int:
    """All sources that are not retired, children too."""
    return tx.execute(select(func.count()).select_from(sources).where(sources.c.state != RETIRED)).scalar_one()


def count_all(tx: Tx) -> int:
    """All rows, retired ones too."""
    return count_rows(tx, sources)


def _with_children(source_id: str) -> ColumnElement[bool]:
    return or_(sources.c.id == source_id, sources.c.parent_id == source_id)


def _source(row: Row[Any]) -> Source:
    return Source(**row._mapping)
