"""The promise of the language: the same text finds the same articles in every index, as the reference evaluator says.

PRESSWATCH_TEST_PAIRS and PRESSWATCH_TEST_SEED ask for more pairs of query and article, and for others.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.property.random_news import random_article, random_query

from presswatch_query import Query, QueryRejected, analyse_article, evaluate, parse
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.port import ArticleIndex, SearchRequest
from presswatch_shared.index.tantivy_index import open_tantivy
from presswatch_shared.query_article import query_article

PAIRS = int(os.environ.get("PRESSWATCH_TEST_PAIRS", "100000"))
SEED = int(os.environ.get("PRESSWATCH_TEST_SEED", "20260331"))
ARTICLES = 250
QUERIES = 100
"""Of one round; each round has its own articles."""


def random_queries(chance: random.Random, count: int) -> list[tuple[str, Query]]:
    queries: list[tuple[str, Query]] = []
    refused = 0
    while len(queries) < count:
        text = random_query(chance)
        try:
            queries.append((text, parse(text)))
        except QueryRejected:
            refused += 1
            assert refused < 20 * count, f"hardly any random query passes, such as {text}"
    return queries


async def found_ids(index: ArticleIndex, query: Query) -> set[str]:
    result = await index.search(SearchRequest(query=query, limit=ARTICLES, snippets=False))
    ids = {hit.article.article_id for hit in result.hits}
    assert result.total == len(ids)
    return ids


async def differences(
    index: ArticleIndex, articles: list[ArticleEnriched], queries: list[tuple[str, Query]]
) -> list[str]:
    analysed = [(article.article_id, analyse_article(query_article(article))) for article in articles]
    wrong = []
    for text, query in queries:
        expected = {key for key, seen in analysed if evaluate(query, seen).matched}
        got = await found_ids(index, query)
        if got != expected:
            wrong.append(f"{text!r}: missed {sorted(expected - got)}, too many {sorted(got - expected)}")
    return wrong


async def test_tantivy_finds_what_the_reference_evaluator_matches(tmp_path: Path) -> None:
    matches = 0
    for turn in range(max(1, PAIRS // (ARTICLES * QUERIES))):
        chance = random.Random(f"{SEED}-{turn}")
        articles = [random_article(chance, f"a{n}") for n in range(ARTICLES)]
        queries = random_queries(chance, QUERIES)
        index = open_tantivy(tmp_path / f"index{turn}", write=True)
        try:
            for first in range(0, ARTICLES, 100):
                await index.put(articles[first : first + 100])
            assert await differences(index, articles, queries) == [], f"seed {SEED}-{turn}"
            matches += sum([len(await found_ids(index, query)) for _, query in queries])
        finally:
            await index.close()
    assert matches > PAIRS / 1000, "the queries hardly find anything: nothing was tested"
