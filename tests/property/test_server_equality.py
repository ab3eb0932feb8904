"""The same promise as of the embedded index, kept by real search servers.

PRESSWATCH_TEST_ARTICLES and PRESSWATCH_TEST_QUERIES ask for more, PRESSWATCH_TEST_SEED for others.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from presswatch_shared.index.elastic.index import open_elastic
from presswatch_shared.index.tantivy_index import open_tantivy
from tests.fixtures.enriched import NOON
from tests.fixtures.search_servers import SEARCH_SERVERS, drop_indices, fresh_prefix, settings_at
from tests.property.random_news import random_article
from tests.property.test_search_equality import SEED, compare, random_queries
from tests.servers.addresses import Address

ARTICLES = int(os.environ.get("PRESSWATCH_TEST_ARTICLES", "300"))
QUERIES = int(os.environ.get("PRESSWATCH_TEST_QUERIES", "100"))
BATCH = 200


@pytest.mark.servers
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", SEARCH_SERVERS)
async def test_evaluator_matcher_and_both_indices_find_the_same(
    name: str, shared_server: Callable[[str], Address], tmp_path: Path
) -> None:
    chance = random.Random(f"{SEED}-server")
    articles = [random_article(chance, f"a{n}") for n in range(ARTICLES)]
    settings = settings_at(shared_server(name), fresh_prefix(tmp_path))
    embedded, server = open_tantivy(tmp_path / "index", write=True), open_elastic(settings, write=True, now=NOON)
    try:
        for first in range(0, ARTICLES, BATCH):
            for index in (embedded, server):
                await index.put(articles[first : first + BATCH])
        matches = await compare({"tantivy": embedded, name: server}, articles, random_queries(chance, QUERIES))
    finally:
        drop_indices(settings, server.server)
        await server.close()
        await embedded.close()
    assert matches > ARTICLES * QUERIES / 1000, "the queries hardly find anything: nothing was tested"
