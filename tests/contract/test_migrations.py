"""The migrations make exactly the tables that the code uses, from whatever processes they are started."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from presswatch_shared.errors import BadInput
from presswatch_shared.store.database import open_store
from presswatch_shared.store.migrate import HEAD, MIGRATIONS, all_tables, migrate


def test_head_names_the_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_a_migrated_store_has_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    store = open_store("sqlite", tmp_path)
    assert migrate(store)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, all_tables()) == []
    assert not migrate(store)
    store.close()


def test_several_processes_may_migrate_at_once(tmp_path: Path) -> None:
    stores = [open_store("sqlite", tmp_path) for _ in range(4)]
    with ThreadPoolExecutor(len(stores)) as threads:
        assert sum(threads.map(migrate, stores)) == 1
    for store in stores:
        store.close()


def test_a_store_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    store = open_store("sqlite", tmp_path)
    migrate(store)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadInput, match="upgrade Presswatch"):
        migrate(store)
    store.close()
