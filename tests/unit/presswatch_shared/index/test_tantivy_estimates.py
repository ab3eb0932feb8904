"""Queries whose candidates are verified one by one: what is exact, what is estimated, how pages go on."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from presswatch_query import parse
from presswatch_shared.clock import DAY
from presswatch_shared.index.port import ArticleIndex, SearchRequest, Sort
from presswatch_shared.index.tantivy_index import TantivyIndex, open_tantivy
from tests.fixtures.enriched import NOON, enriched


@pytest.mark.parametrize("sort", list(Sort))
async def test_beyond_the_limit_counts_are_estimates_and_pages_go_on(tmp_path: Path, sort: Sort) -> None:
    index = open_tantivy(tmp_path, write=True, exact_limit=10)
    await index.put([enriched(f"a{n:02}", published_at=NOON - n * DAY) for n in range(25)])
    verified = parse("=harbour")
    result = await index.search(SearchRequest(query=verified, sort=sort, limit=4, facets=("lang",), days=True))
    assert (result.total, result.approximate, len(result.days)) == (25, True, 25)
    assert result.facets["lang"][0].count == 25
    assert await pages_of(index, SearchRequest(query=verified, sort=sort, limit=4)) == [4, 4, 4, 4, 4, 4, 1]
    assert len([article async for article in index.scan(verified)]) == 25
    exact = await index.search(SearchRequest(query=parse("harbour"), sort=sort))
    assert (exact.total, exact.approximate) == (25, False)
    await index.close()


async def pages_of(index: ArticleIndex, request: SearchRequest) -> list[int]:
    """How many hits each page has; no article stands on two of them."""
    pages, seen = [], set[str]()
    for _ in range(100):
        result = await index.search(request)
        ids = {hit.article.article_id for hit in result.hits}
        assert not ids & seen
        seen |= ids
        pages.append(len(ids))
        if not result.cursor:
            return pages
        request = dataclasses.replace(request, cursor=result.cursor)
    raise AssertionError(f"the pages do not end: {pages}")


async def spelled(tmp_path: Path, *, every: int, count: int = 2_400) -> TantivyIndex:
    """Many articles of which every so manieth spells the word with a capital; those are of one outlet and country."""
    index = open_tantivy(tmp_path, write=True)
    await index.put(
        [
            enriched(
                f"a{n:04}",
                title="Port news" if n % every else "Harbour news",
                body="They spoke of the harbour.",
                country="GB" if n % every else "NO",
                published_at=NOON - n * DAY // 100,
                story_id=f"s{n // 2}",
            )
            for n in range(count)
        ]
    )
    return index


@pytest.mark.parametrize("fold", [False, True], ids=["unfolded", "folded"])
@pytest.mark.parametrize("sort", list(Sort))
async def test_a_quick_search_shows_what_matches_and_estimates_how_much(tmp_path: Path, sort: Sort, fold: bool) -> None:
    index = await spelled(tmp_path, every=3)
    asked = SearchRequest(query=parse("=Harbour"), sort=sort, facets=("country",), days=True, fold=fold)
    exact = await index.search(asked)
    quick = await index.search(dataclasses.replace(asked, quick=True))
    assert (exact.total, exact.approximate, quick.approximate) == (800, False, True)
    assert quick.total == pytest.approx(800, rel=0.2)
    assert sum(day.count for day in quick.days) == pytest.approx(800, rel=0.2)
    assert quick.facets["country"][0].value == "NO"
    assert quick.facets["country"][0].count == pytest.approx(800, rel=0.2)
    shown = [hit.article.article_id for hit in quick.hits]
    assert len(shown) == 20
    assert {hit.article.title for hit in quick.hits} == {"Harbour news"}
    if sort is Sort.NEWEST:
        assert shown == [hit.article.article_id for hit in exact.hits]
    await index.close()


async def test_a_quick_search_for_what_is_rare_leads_on_until_all_is_found(tmp_path: Path) -> None:
    index = await spelled(tmp_path, every=1_200)
    pages = await pages_of(index, SearchRequest(query=parse("=Harbour"), quick=True))
    assert sum(pages) == 2
    assert len(pages) <= 8
    await index.close()


async def test_a_quick_search_is_exact_where_few_articles_are_in_doubt(tmp_path: Path) -> None:
    """What the index can say by itself is not verified, however much it is."""
    index = await spelled(tmp_path, every=30)
    for query, total in (("news OR ATLEAST/2(port)", 2_400), ("title:harbour AND =Harbour", 80)):
        result = await index.search(SearchRequest(query=parse(query), quick=True, facets=("country",)))
        assert (result.total, result.approximate) == (total, False), query
    mixed = SearchRequest(query=parse("title:harbour OR =They"), facets=("country",), days=True, quick=True)
    result = await index.search(mixed)
    assert (result.total, result.approximate, sum(day.count for day in result.days)) == (2_400, True, 2_400)
    assert {row.value: row.count for row in result.facets["country"]} == {"GB": 2_320, "NO": 80}
    await index.close()
