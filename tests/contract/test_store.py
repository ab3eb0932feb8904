"""What every store promises, whatever the database behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, select
from sqlalchemy.exc import DBAPIError

from presswatch_shared.errors import Retry
from presswatch_shared.store import counters
from presswatch_shared.store.database import Store, Tx, count_rows, database_now, insert_if_absent, upsert

things = Table(
    "test_things",
    MetaData(),
    Column("name", String(20), primary_key=True),
    Column("size", Integer, nullable=False),
)


@pytest.fixture(autouse=True)
def table_of_things(store: Store) -> Iterator[None]:
    store.run_now(things.create)
    yield
    store.run_now(things.drop, checkfirst=True)


def put(tx: Tx, name: str, size: int) -> int:
    return insert_if_absent(tx, things, [{"name": name, "size": size}])


def size_of(tx: Tx, name: str) -> int | None:
    return tx.execute(select(things.c.size).where(things.c.name == name)).scalar()


async def test_work_that_raises_leaves_nothing_behind(store: Store) -> None:
    def half(tx: Tx) -> None:
        put(tx, "a", 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.run(half)
    assert await store.read(count_rows, things) == 0


async def test_insert_if_absent_keeps_what_was_there_and_says_what_was_new(store: Store) -> None:
    assert await store.run(put, "a", 1) == 1
    assert await store.run(put, "a", 2) == 0
    rows = [{"name": name, "size": 3} for name in "abc"]
    assert await store.run(insert_if_absent, things, rows) == 2
    assert await store.read(size_of, "a") == 1


async def test_upsert_changes_only_the_named_columns(store: Store) -> None:
    await store.run(put, "a", 1)
    rows = [{"name": "a", "size": 7}, {"name": "b", "size": 8}]
    await store.run(upsert, things, rows, key=["name"], update=["size"])
    assert [await store.read(size_of, name) for name in "ab"] == [7, 8]


async def test_counter_values_are_given_once_and_become_visible_in_order(store: Store) -> None:
    seen: list[int] = []

    def take_many() -> None:
        seen.extend(store.run_now(counters.next_value, "test") for _ in range(25))

    threads = [threading.Thread(target=take_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 101))
    assert await store.read(counters.current, "test") == 100


async def test_a_transaction_rolled_back_gives_its_number_back(store: Store) -> None:
    def take_and_fail(tx: Tx) -> None:
        counters.next_value(tx, "test")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.run(take_and_fail)
    assert await store.run(counters.next_value, "test") == 1


async def test_the_databases_clock_is_near_the_machines(store: Store) -> None:
    assert abs(await store.read(database_now) - time.time_ns() // 1000) < 5_000_000


async def test_a_mistake_in_the_work_is_not_retried(store: Store) -> None:
    await store.run(things.drop)
    with pytest.raises(DBAPIError, match="test_things"):
        await store.read(count_rows, things)


@pytest.mark.parametrize("store_address", ["sqlite"], indirect=True)
async def test_a_database_that_is_locked_for_too_long_is_retried(store: Store, tmp_path: Path) -> None:
    short = Store(create_engine(f"sqlite:///{tmp_path}/store.db", connect_args={"timeout": 0.01}))
    with store.engine.connect() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(Retry, match="locked"):
            await short.run(put, "a", 1)
        holder.rollback()
    assert await short.run(put, "a", 1) == 1
    short.close()
