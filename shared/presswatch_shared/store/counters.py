"""Change sequences with concurrent writers: a counter row changed in the writer's own transaction.

A database sequence would let 11 commit before 10, and a reader that has seen 11 would never ask for 10.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import BigInteger, Column, String, Table, select, update

from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata

__all__ = ["current", "next_value", "next_values"]

counters = Table(
    "counters",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", BigInteger, nullable=False),
)


def next_value(tx: Tx, name: str) -> int:
    """The next number of `name`; others wait for this transaction, so numbers become visible in order."""
    return next_values(tx, name, 1)[0]


def next_values(tx: Tx, name: str, count: int) -> range:
    """`next_value` so many times, in one step."""
    insert_if_absent(tx, counters, [{"name": name, "value": 0}])
    statement = update(counters).where(counters.c.name == name).values(value=counters.c.value + count)
    last = cast(int, tx.execute(statement.returning(counters.c.value)).scalar_one())
    return range(last - count + 1, last + 1)


def current(tx: Tx, name: str) -> int:
    """The last number given out; 0 before the first."""
    return cast(int | None, tx.execute(select(counters.c.value).where(counters.c.name == name)).scalar()) or 0
