"""Exports hold exactly what a search finds, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest

from tests.fixtures.articles import article_enriched
from tests.fixtures.web import Site

ATOM = "{http://www.w3.org/2005/Atom}"
MANY = 1_234


@pytest.fixture
async def filled(site: Site) -> Site:
    """More articles than fit on any page."""
    await site.index.put(
        [
            article_enriched(f"a{number}", title=f"Crane {number}", lang="de" if number % 3 else "en")
            for number in range(MANY)
        ]
    )
    return site


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_all_of_a_search_is_there_in_its_order(filled: Site) -> None:
    async with filled.client() as client:
        as_csv = rows((await client.get("/export.csv")).text)
        as_lines = [json.loads(line) for line in (await client.get("/export.ndjson")).text.splitlines()]
        shown = (await client.get("/api/v1/search", params={"limit": 100})).json()
    ids = [row["id"] for row in as_csv]
    assert len(set(ids)) == len(ids) == MANY
    assert [row["id"] for row in as_lines] == ids
    assert [hit["id"] for hit in shown["items"]] == ids[:100]


async def test_an_export_is_narrowed_as_the_page_is(filled: Site) -> None:
    async with filled.client() as client:
        found = rows((await client.get("/export.csv", params={"q": "title:crane", "lang": "en"})).text)
    assert len(found) == len(range(0, MANY, 3))
    assert {row["lang"] for row in found} == {"en"}


async def test_a_feed_has_the_newest_hundred(filled: Site) -> None:
    async with filled.client() as client:
        answer = await client.get("/export.atom", params={"q": "crane"})
    feed = ElementTree.fromstring(answer.content)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert len(feed.findall(f"{ATOM}entry")) == 100
    assert feed.findtext(f"{ATOM}title") == "Presswatch: crane"


@pytest.mark.parametrize("form", ["csv", "ndjson", "atom"])
async def test_a_query_with_a_fault_is_answered_as_one(site: Site, form: str) -> None:
    async with site.client() as client:
        answer = await client.get(f"/export.{form}", params={"q": "(fish"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", '=HYPERLINK("https://evil.example")', "\u200b=1"]
)
async def test_no_cell_is_a_formula(site: Site, title: str) -> None:
    await site.index.put([article_enriched("a1", title=title, authors=(title,), source=title)])
    async with site.client() as client:
        (row,) = rows((await client.get("/export.csv")).text)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", " ")) for cell in row.values()), row


async def test_nothing_found_is_an_empty_file(site: Site) -> None:
    async with site.client() as client:
        assert rows((await client.get("/export.csv")).text) == []
        assert (await client.get("/export.ndjson")).text == ""
        assert ElementTree.fromstring((await client.get("/export.atom")).content).findall(f"{ATOM}entry") == []
