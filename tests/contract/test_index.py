from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from presswatch_shared.index.in_memory import InMemoryIndex
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.index.tantivy_index import open_tantivy
from tests.contract.index_suite import IndexSuite

ADAPTERS: dict[str, Callable[[Path], ArticleIndex]] = {
    "memory": lambda _: InMemoryIndex(),
    "tantivy": lambda folder: open_tantivy(folder, write=True),
}


class TestIndex(IndexSuite):
    @pytest.fixture(params=ADAPTERS)
    async def index(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ArticleIndex]:
        opened = ADAPTERS[request.param](tmp_path / "index")
        yield opened
        await opened.close()
