"""Searches that somebody keeps: a name, and what was asked. They belong to a user or, as watches may, to the team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Index, Row, String, Table, Text, delete, func, select, tuple_

from presswatch_shared.clock import Micros
from presswatch_shared.ids import random_id
from presswatch_shared.store.database import Tx
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.store.ownership import Owners

__all__ = ["Parameters", "SavedSearch", "add_search", "count_searches", "get_search", "list_searches", "remove_search"]

Parameters = Sequence[tuple[str, str]]
"""Name and value of each parameter of the search's address."""

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("parameters", JSON, nullable=False),
    micros("created_at"),
    Index("ix_saved_searches_created_at_id", "created_at", "id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    id: str
    owner: str
    name: str
    parameters: Parameters
    created_at: Micros


def add_search(
    tx: Tx, *, owner: str, name: str, parameters: Parameters, now: Micros, search_id: str = ""
) -> SavedSearch:
    """Keep a search; without an id it gets a random one."""
    saved = SavedSearch(
        id=search_id or random_id("sea"), owner=owner, name=name, parameters=tuple(parameters), created_at=now
    )
    values = {field: getattr(saved, field) for field in SavedSearch.__slots__}
    tx.execute(saved_searches.insert().values(values | {"parameters": [list(pair) for pair in parameters]}))
    return saved


def get_search(tx: Tx, search_id: str) -> SavedSearch | None:
    row = tx.execute(select(saved_searches).where(saved_searches.c.id == search_id)).first()
    return None if row is None else _saved(row)


def list_searches(
    tx: Tx, *, owners: Owners = None, after: tuple[Micros, str] | None = None, limit: int = 100
) -> Sequence[SavedSearch]:
    """In the order they were saved; `after` is (created_at, id) of the last one seen."""
    statement = select(saved_searches)
    if owners is not None:
        statement = statement.where(saved_searches.c.owner.in_(sorted(owners)))
    if after is not None:
        statement = statement.where(tuple_(saved_searches.c.created_at, saved_searches.c.id) > tuple_(*after))
    rows = tx.execute(statement.order_by(saved_searches.c.created_at, saved_searches.c.id).limit(limit))
    return [_saved(row) for row in rows]


def count_searches(tx: Tx, owner: str) -> int:
    """How many this owner has."""
    statement = select(func.count()).select_from(saved_searches).where(saved_searches.c.owner == owner)
    return tx.execute(statement).scalar_one()


def remove_search(tx: Tx, search_id: str) -> bool:
    """Whether it was there."""
    return tx.execute(delete(saved_searches).where(saved_searches.c.id == search_id)).rowcount > 0


def _saved(row: Row[Any]) -> SavedSearch:
    values = dict(row._mapping)
    values["parameters"] = tuple((name, value) for name, value in values["parameters"])
    return SavedSearch(**values)
