"""The migrations make exactly the tables that the code uses, from whatever processes they are started or killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from presswatch_shared.errors import BadInput
from presswatch_shared.store.database import Store
from presswatch_shared.store.migrate import HEAD, MIGRATIONS, all_tables, migrate
from tests.conftest import POSTGRESQL, SQLITE
from tests.fixtures.stores import StoreAddress

# SQLite does not have that index.
pytestmark = pytest.mark.filterwarnings(
    "ignore:autogenerate skipping metadata-specified expression-based index 'ix_signatures_bands'"
)
# Kills itself as the kernel would, before statement number `last` of the migrations.
DIES = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from presswatch_shared.store.database import open_store
from presswatch_shared.store.migrate import migrate

store = open_store(sys.argv[1], Path(sys.argv[2]))
left = int(sys.argv[3])

@event.listens_for(store.engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

migrate(store)
print("whole")
"""
MIGRATES = """
import sys
from pathlib import Path
from presswatch_shared.store.database import open_store
from presswatch_shared.store.migrate import migrate

print(migrate(open_store(sys.argv[1], Path(sys.argv[2]))))
"""


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> StoreAddress:
    """Where there is no table yet."""
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("empty_database")
    return StoreAddress(url, tmp_path)


@pytest.fixture
def bare(empty: StoreAddress) -> Iterator[Store]:
    store = empty.open()
    yield store
    store.close()


def program(source: str, address: StoreAddress, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", source, address.url, str(address.folder), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def differences(store: Store) -> list[object]:
    """What the database has otherwise than the code."""
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, all_tables()))


def test_head_names_the_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_a_migrated_store_has_exactly_the_tables_of_the_code(bare: Store) -> None:
    assert migrate(bare)
    assert differences(bare) == []
    assert not migrate(bare)


def test_several_threads_may_migrate_at_once(empty: StoreAddress) -> None:
    stores = [empty.open() for _ in range(4)]
    with ThreadPoolExecutor(len(stores)) as threads:
        assert sum(threads.map(migrate, stores)) == 1
    for store in stores:
        store.close()


def test_several_processes_may_migrate_at_once(empty: StoreAddress, bare: Store) -> None:
    started = [program(MIGRATES, empty) for _ in range(4)]
    said = [process.communicate(timeout=60)[0].strip() for process in started]
    assert sorted(said) == ["False", "False", "False", "True"]
    assert differences(bare) == []


@pytest.mark.parametrize("last", [8, 30, 70], ids=lambda last: f"before statement {last}")
def test_a_migration_that_is_killed_leaves_nothing_half_done(empty: StoreAddress, bare: Store, last: int) -> None:
    killed = program(DIES, empty, str(last))
    assert killed.communicate(timeout=60)[0] == ""
    assert killed.returncode == -9
    assert inspect(bare.engine).get_table_names() == []
    assert migrate(bare)
    assert differences(bare) == []


def test_a_store_of_a_newer_version_is_refused_and_left_as_it_is(bare: Store) -> None:
    migrate(bare)
    with bare.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    with pytest.raises(BadInput, match="upgrade Presswatch"):
        migrate(bare)
