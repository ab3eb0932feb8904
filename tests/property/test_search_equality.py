"""The promise of the language: the same text finds the same articles in every index, as the reference evaluator says.

PRESSWATCH_TEST_PAIRS and PRESSWATCH_TEST_SEED ask for more pairs of query and article, and for others.
"""

from __future__ import annotations

import dataclasses
import os
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from presswatch_query import AnalysedArticle, Matcher, Query, QueryRejected, analyse_article, evaluate, parse
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.port import ArticleIndex, SearchRequest
from presswatch_shared.index.tantivy_index import open_tantivy
from presswatch_shared.query_article import query_article
from tests.property.random_news import random_article, random_query

PAIRS = int(os.environ.get("PRESSWATCH_TEST_PAIRS", "40000"))
SEED = int(os.environ.get("PRESSWATCH_TEST_SEED", "20260331"))
ARTICLES = 200
QUERIES = 100
"""Of one round; each round has its own articles."""


def random_queries(chance: random.Random, count: int) -> list[Query]:
    queries: list[Query] = []
    refused = 0
    while len(queries) < count:
        text = random_query(chance)
        try:
            queries.append(parse(text))
        except QueryRejected:
            refused += 1
            assert refused < 20 * count, f"hardly any random query passes, such as {text}"
    return queries


async def found_ids(index: ArticleIndex, query: Query, limit: int) -> set[str]:
    result = await index.search(SearchRequest(query=query, limit=limit, snippets=False))
    ids = {hit.article.article_id for hit in result.hits}
    assert result.total == len(ids)
    return ids


def matched_ids(seen: Mapping[str, AnalysedArticle], queries: Sequence[Query]) -> list[set[str]]:
    """What the live matcher finds for each query."""
    matcher = Matcher()
    for number, query in enumerate(queries):
        matcher.add(str(number), query)
    found: list[set[str]] = [set() for _ in queries]
    for key, article in seen.items():
        for watch_id in matcher.match(article):
            found[int(watch_id)].add(key)
    return found


async def compare(
    indices: Mapping[str, ArticleIndex], articles: Sequence[ArticleEnriched], queries: Sequence[Query]
) -> int:
    """How many pairs match, the same for the reference evaluator, the live matcher and each index."""
    seen = {article.article_id: analyse_article(query_article(article)) for article in articles}
    live = matched_ids(seen, queries)
    matches, wrong = 0, []
    for query, by_matcher in zip(queries, live, strict=True):
        expected = {key for key, article in seen.items() if evaluate(query, article).matched}
        matches += len(expected)
        by_index = {name: await found_ids(index, query, len(articles)) for name, index in indices.items()}
        for name, found in (by_index | {"matcher": by_matcher}).items():
            if found != expected:
                missed, extra = sorted(expected - found), sorted(found - expected)
                wrong.append(f"{name}: {query.text!r}: missed {missed}, too many {extra}")
    assert wrong == []
    return matches


async def test_the_same_query_finds_the_same_by_evaluator_matcher_and_index(tmp_path: Path) -> None:
    matches = 0
    for turn in range(max(1, PAIRS // (ARTICLES * QUERIES))):
        chance = random.Random(f"{SEED}-{turn}")
        articles = [random_article(chance, f"a{n}") for n in range(ARTICLES)]
        index = open_tantivy(tmp_path / f"index{turn}", write=True)
        try:
            for first in range(0, ARTICLES, 100):
                await index.put(articles[first : first + 100])
            matches += await compare({"tantivy": index}, articles, random_queries(chance, QUERIES))
        finally:
            await index.close()
    assert matches > PAIRS / 1000, "the queries hardly find anything: nothing was tested"


async def walked_ids(index: ArticleIndex, query: Query) -> set[str]:
    """Of all pages; an article stands on one of them."""
    found: list[str] = []
    request = SearchRequest(query=query, snippets=False, quick=True)
    for _ in range(ARTICLES):
        result = await index.search(request)
        found += [hit.article.article_id for hit in result.hits]
        if not result.cursor:
            assert len(found) == len(set(found))
            return set(found)
        request = dataclasses.replace(request, cursor=result.cursor)
    raise AssertionError(f"the pages of {query.text!r} do not end")


async def test_the_pages_of_a_search_with_estimates_show_what_the_evaluator_says(tmp_path: Path) -> None:
    chance = random.Random(f"{SEED}-estimates")
    articles = [random_article(chance, f"a{n}") for n in range(ARTICLES)]
    seen = {article.article_id: analyse_article(query_article(article)) for article in articles}
    index = open_tantivy(tmp_path, write=True, exact_limit=5)
    try:
        await index.put(articles)
        estimated = 0
        for query in random_queries(chance, QUERIES):
            expected = {key for key, article in seen.items() if evaluate(query, article).matched}
            assert await walked_ids(index, query) == expected, query.text
            estimated += (await index.search(SearchRequest(query=query, limit=0))).approximate
        assert estimated > QUERIES / 10, "hardly any search estimated: nothing was tested"
    finally:
        await index.close()
