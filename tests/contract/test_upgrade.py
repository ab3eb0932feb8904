"""A store of an older version, with rows in it, comes to this version's shape, however often that is killed."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from presswatch_shared.store.database import Store
from presswatch_shared.store.migrate import HEAD, MIGRATIONS, migrate, revision_of
from tests.conftest import POSTGRESQL, SQLITE
from tests.contract.test_migrations import DIES
from tests.fixtures.stores import StoreAddress

OLD = "0005"
ROWS = 300
KILLS = 2
FILL = """INSERT INTO ledger (url_hash, visit, url, source_id, found_in, opened_at, fetch_outcome, fetch_reason,
    fetch_at, article_outcome, article_reason, article_id, article_at, index_outcome, index_at, dead_letter_stage,
    dead_letter_at)
    VALUES (:key, 1, 'http://kurier.example/', 's', 'f', :at, 'fetched', '', :at, '', '', '', 0, '', 0, '', 0)"""


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> StoreAddress:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("empty_database")
    return StoreAddress(url, tmp_path)


@pytest.fixture
def old(address: StoreAddress) -> Iterator[Store]:
    """A store of a version before, as it was used."""
    store = address.open()
    with store.engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, OLD)
        connection.execute(text(FILL), [{"key": f"k{number}", "at": number + 1} for number in range(ROWS)])
        connection.commit()
    yield store
    store.close()


def test_an_upgrade_that_is_killed_at_any_moment_leaves_the_old_store_and_is_done_again(
    address: StoreAddress, old: Store
) -> None:
    chance = random.Random(8)
    for last in sorted(chance.sample(range(6, 24), KILLS)):
        arguments = [address.url, str(address.folder), str(last)]
        killed = subprocess.run(
            [sys.executable, "-c", DIES, *arguments], stdout=subprocess.PIPE, timeout=60, check=False
        )
        assert (killed.returncode, killed.stdout) == (-9, b""), last
        assert revision_of(old) == OLD
    assert migrate(old)
    assert revision_of(old) == HEAD
    with old.engine.connect() as connection:
        moments = connection.execute(text("SELECT count(*), sum(found_at - opened_at) FROM ledger")).one()
    assert tuple(moments) == (ROWS, 0)
