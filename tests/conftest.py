from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from presswatch_shared.store.database import Store
from tests.fixtures.postgresql import PostgresqlServer
from tests.fixtures.stores import SharedDatabase, StoreAddress, fresh_store

pytest_plugins = ["tests.fixtures.servers"]

NUMBERS = count()
SQLITE = pytest.param("sqlite")
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.servers)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A real PostgreSQL for the whole run. A test that stops or kills a server takes one of its own."""
    server = PostgresqlServer.create()
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def shared_database(postgresql_server: PostgresqlServer) -> Iterator[SharedDatabase]:
    made = SharedDatabase(postgresql_server.create_database("shared_by_tests"))
    yield made
    made.close()


@pytest.fixture
def empty_database(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The address of a database without tables, of the test's own."""
    name = f"test_{next(NUMBERS)}"
    yield postgresql_server.create_database(name)
    postgresql_server.drop_database(name)


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def store_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreAddress]:
    """Every test that takes a store runs on both databases; on PostgreSQL where servers are wanted."""
    if request.param == "sqlite":
        fresh_store(tmp_path).close()
        yield StoreAddress("sqlite", tmp_path)
    else:
        database: SharedDatabase = request.getfixturevalue("shared_database")
        database.clean()
        yield StoreAddress(database.url, tmp_path)


@pytest.fixture
def store(store_address: StoreAddress) -> Iterator[Store]:
    opened = store_address.open()
    yield opened
    opened.close()
