from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from presswatch_shared.index.elastic.index import open_elastic
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.index.port import ArticleIndex
from tests.contract.index_suite import IndexSuite
from tests.fixtures.enriched import NOON
from tests.fixtures.search_servers import SEARCH_SERVERS, drop_indices, fresh_prefix, settings_at
from tests.servers.addresses import Address


@pytest.fixture(scope="module", params=SEARCH_SERVERS)
def settings(
    request: pytest.FixtureRequest,
    shared_server: Callable[[str], Address],
    tmp_path_factory: pytest.TempPathFactory,
) -> ElasticSettings:
    return settings_at(shared_server(request.param), fresh_prefix(tmp_path_factory.mktemp("prefix")))


@pytest.mark.servers
class TestIndexOnServers(IndexSuite):
    @pytest.fixture
    async def index(self, settings: ElasticSettings) -> AsyncIterator[ArticleIndex]:
        opened = open_elastic(settings, write=True, now=NOON)
        yield opened
        drop_indices(settings, opened.server)
        await opened.close()
