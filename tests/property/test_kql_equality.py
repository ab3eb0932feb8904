"""Links to Kibana: what is called the same is the same, and what is not finds all that the search does, and more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from presswatch_query import parse
from presswatch_shared.index.elastic.index import ElasticIndex, open_elastic
from presswatch_shared.index.elastic.settings import ElasticSettings
from presswatch_shared.index.port import SearchRequest
from presswatch_web.kibana import kql_of
from tests.fixtures.enriched import NOON, enriched
from tests.fixtures.kql import to_dsl
from tests.fixtures.search_servers import drop_indices, fresh_prefix, settings_at
from tests.property.random_news import random_article
from tests.property.test_search_equality import SEED, random_queries
from tests.servers.addresses import SearchAddress

ARTICLES = 300
QUERIES = 150
# What random queries seldom have, and signs that mean something in KQL.
MORE = (
    "title:Harbour",
    "harb*",
    "lang:en AND NOT country:ve",
    "Su-30MK2",
    'category:"and: (or) not"',
    "title:and AND body:or",
)


def found_by(index: ElasticIndex, settings: ElasticSettings, kql: str) -> set[str]:
    answer = index.server.client.search(index=settings.articles, query=to_dsl(kql), size=ARTICLES * 2, source=False)
    return {hit["_id"] for hit in answer["hits"]["hits"]}


@pytest.mark.servers
@pytest.mark.timeout(600)
async def test_kibana_finds_what_the_page_finds(elasticsearch9: SearchAddress, tmp_path: Path) -> None:
    chance = random.Random(f"{SEED}-kql")
    settings = settings_at(elasticsearch9, fresh_prefix(tmp_path))
    index = open_elastic(settings, write=True, now=NOON)
    articles = [random_article(chance, f"a{n}") for n in range(ARTICLES)]
    strange = enriched("strange", title="and", body="or", category="and: (or) not", country="")
    same, more = 0, 0
    try:
        await index.put([*articles, strange])
        for query in [*random_queries(chance, QUERIES), *map(parse, MORE)]:
            kql, exact = kql_of(query)
            result = await index.search(SearchRequest(query=query, limit=ARTICLES * 2, snippets=False))
            wanted = {hit.article.article_id for hit in result.hits}
            if exact:
                assert found_by(index, settings, kql) == wanted, (query.text, kql)
                same += bool(wanted)
            elif kql:
                assert found_by(index, settings, kql) >= wanted, (query.text, kql)
                more += 1
    finally:
        drop_indices(settings, index.server)
        await index.close()
    assert same > 20 and more > 5, "the queries hardly find anything: nothing was tested"
