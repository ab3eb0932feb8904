from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from presswatch_shared.store.database import Store
from tests.fixtures.stores import fresh_store

pytest_plugins = ["tests.fixtures.servers"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = fresh_store(tmp_path)
    yield opened
    opened.close()
