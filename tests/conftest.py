from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from presswatch_shared.store.database import Store
from tests.fixtures.stores import SharedDatabase, StoreAddress, fresh_store, new_database
from tests.servers.addresses import PostgresqlAddress

pytest_plugins = ["tests.fixtures.servers"]

SQLITE = pytest.param("sqlite")
POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.servers)


@pytest.fixture(scope="session")
def shared_database(postgresql: PostgresqlAddress) -> Iterator[SharedDatabase]:
    """One for each worker of pytest-xdist."""
    with new_database(postgresql.url) as url:
        made = SharedDatabase(url)
        yield made
        made.close()


@pytest.fixture
def empty_database(postgresql: PostgresqlAddress) -> Iterator[str]:
    """The address of a database without tables, of the test's own."""
    with new_database(postgresql.url) as url:
        yield url


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
