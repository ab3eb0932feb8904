"""The page of a search whose candidates are verified one by one: soon there, and honest about its numbers."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from presswatch_shared.clock import HOUR
from presswatch_shared.index.tantivy_index import open_tantivy
from presswatch_shared.store.database import Store
from tests.fixtures.articles import FETCHED_AT, article_enriched
from tests.fixtures.web import Site

MANY = 360
"""More candidates than a page verifies; every third matches."""


@pytest.fixture
async def site(store: Store, tmp_path: Path) -> Site:
    index = open_tantivy(tmp_path / "index", write=True)
    await index.put(
        [
            article_enriched(
                f"a{number:03}",
                title="Harbour" if number % 3 else "Harbour news of the harbour",
                body="",
                lead="",
                published_at=FETCHED_AT - number * HOUR,
                story_id=f"s{number}",
            )
            for number in range(MANY)
        ]
    )
    return Site(store=store, index=index)


async def test_a_page_says_that_it_estimates_and_counts_exactly_when_asked(site: Site) -> None:
    async with site.client() as client:
        page = (await client.get("/?q=ATLEAST/2(harbour)")).text
        exact = (await client.get("/?q=ATLEAST/2(harbour)&exact=1")).text
    assert "estimates from a sample" in page
    assert "<h1>about 1" in page
    assert 'href="/?q=ATLEAST%2F2%28harbour%29&amp;exact=1"' in page
    assert page.count('<article class="card">') == 20
    assert "<h1>120 articles" in exact
    assert "sample" not in exact


async def test_what_is_rare_is_looked_for_further_on(site: Site) -> None:
    await site.index.put(
        [
            article_enriched(
                "rare", title="harbour harbour harbour harbour", published_at=FETCHED_AT - 2 * MANY * HOUR, story_id="r"
            )
        ]
    )
    async with site.client() as client:
        page = (await client.get("/?q=ATLEAST/4(harbour)")).text
        exported = (await client.get("/export.csv?q=ATLEAST/4(harbour)")).text
    assert "Nothing among the newest" in page
    assert 'rel="next"' in page
    assert [row["id"] for row in csv.DictReader(io.StringIO(exported.lstrip("\ufeff")))] == ["rare"]


async def test_a_comparison_marks_estimates(site: Site) -> None:
    async with site.client() as client:
        page = (await client.get("/compare?q=ATLEAST/2(harbour)&q=harbour")).text
    assert "≈ 1" in page
    assert page.count("≈") == 1


async def test_the_api_counts_exactly_unless_it_is_told_otherwise(site: Site) -> None:
    async with site.client() as client:
        exact = (await client.get("/api/v1/search?q=ATLEAST/2(harbour)")).json()
        quick = (await client.get("/api/v1/search?q=ATLEAST/2(harbour)&exact=false")).json()
    assert (exact["total"], exact["approximate"], quick["approximate"]) == (120, False, True)
    assert quick["total"] == pytest.approx(120, rel=0.2)
    assert [item["id"] for item in quick["items"]] == [item["id"] for item in exact["items"]]
