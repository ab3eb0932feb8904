"""The search page: what is folded, exported, saved, built and told."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import httpx
import pytest

from presswatch_shared.clock import DAY
from presswatch_shared.store import saved_searches
from presswatch_shared.store.database import Tx
from presswatch_web.saving import MOST_SAVED
from tests.fixtures.articles import FETCHED_AT, article_enriched
from tests.fixtures.web import ORIGIN, Site, web_settings

FORM = {"origin": ORIGIN}


async def fill(site: Site) -> None:
    """Fifty articles on as many days, three a story, of two outlets."""
    await site.index.put(
        [
            article_enriched(
                f"a{number:02}",
                title=f"Rostec delivers crane {number}",
                published_at=FETCHED_AT - number * DAY,
                story_id=f"s{number // 3}",
                source=("herald.example", "norte.example")[number % 2],
                category="Shipping",
            )
            for number in range(50)
        ]
    )


def titles(page: str) -> list[str]:
    return re.findall(r'<a href="/articles/(a\d\d)', page)


async def walked(client: httpx.AsyncClient, path: str) -> list[str]:
    """The articles of all pages, in order."""
    found: list[str] = []
    for _ in range(5):
        page = (await client.get(path)).text
        found += titles(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if not following:
            return found
        path = following[1].replace("&amp;", "&")
    raise AssertionError("pages without end")


@pytest.mark.parametrize("state", ["q=Rostec", "q=Rostec&fold=no", "source=herald.example", "q=Rostec&sort=relevance"])
async def test_an_export_holds_what_the_pages_show(site: Site, client: httpx.AsyncClient, state: str) -> None:
    await fill(site)
    shown = await walked(client, f"/?{state}")
    lines = (await client.get(f"/export.ndjson?{state}")).text.splitlines()
    rows = list(csv.DictReader(io.StringIO((await client.get(f"/export.csv?{state}")).text)))
    assert [json.loads(line)["id"] for line in lines] == shown
    assert [row["id"] for row in rows] == shown
    assert len(shown) == (50 if "fold=no" in state else 17)
    if "fold=no" not in state:
        assert {row["near_duplicates"] for row in rows[:15]} <= {"0", "1", "2"}


async def test_folded_articles_are_counted_and_lead_to_their_story(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    page = (await client.get("/?q=Rostec&lang=en")).text
    assert "50 articles" in page
    assert "+2 near-duplicates" in page
    link = re.search(r'class="copies"><a href="([^"]+)"', page)
    assert link is not None
    assert titles((await client.get(link[1].replace("&amp;", "&"))).text) == ["a00", "a01", "a02"]


@pytest.mark.parametrize(
    ("state", "hint"),
    [
        pytest.param("lang=xx", "No article has the language xx.", id="language"),
        pytest.param("source=herold.example&q=Rostec", "No article is from the outlet herold.example.", id="outlet"),
        pytest.param("country=VE", "No article is from the country VE.", id="country"),
        pytest.param("category=Sports", "No article has the category sports.", id="category"),
    ],
)
async def test_a_filter_that_no_article_has_is_told(
    site: Site, client: httpx.AsyncClient, state: str, hint: str
) -> None:
    await fill(site)
    assert hint.casefold() in (await client.get(f"/?{state}")).text.casefold()


async def test_a_filter_that_some_article_has_is_not_told(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    assert "No article" not in (await client.get("/?q=Nothing&lang=en&source=herald.example")).text


async def test_all_facets_are_counted(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    page = (await client.get("/")).text
    for value in ("source=herald.example", "lang=en", "category=Shipping"):
        assert f"/?{value}" in page


async def test_the_builder_leads_to_the_query_it_makes(client: httpx.AsyncClient) -> None:
    answer = await client.get("/build?all=Rostec&any=oil+gas&none=football&lang=en&lang=es&base=Maduro~1")
    assert answer.status_code == 303
    query = httpx.URL(answer.headers["location"]).params
    assert query["q"] == "Maduro~1 AND Rostec AND (oil OR gas) AND NOT football"
    assert query.get_list("lang") == ["en", "es"]


async def test_a_search_is_saved_listed_and_removed(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    state = "q=Rostec&source=herald.example&fold=no"
    answer = await client.post("/searches", data={"search": state, "name": "Cranes"}, headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/?{state}")
    page = (await client.get(f"/?{state}")).text
    assert "Cranes" in page and "Save it" not in page
    (saved,) = (await client.get("/api/v1/searches")).json()["items"]
    assert (saved["name"], saved["address"]) == ("Cranes", f"/?{state}")
    removed = await client.post(f"/searches/{saved['id']}/remove", data={"back": "//evil.example"}, headers=FORM)
    assert removed.headers["location"] == "/"
    assert "Cranes" not in (await client.get("/")).text


async def test_a_search_for_everything_has_a_name_too(client: httpx.AsyncClient) -> None:
    await client.post("/searches", data={"search": "fold=no&cursor=x&unknown=1"}, headers=FORM)
    (saved,) = (await client.get("/api/v1/searches")).json()["items"]
    assert (saved["name"], saved["address"]) == ("All articles", "/?fold=no")


async def test_searches_over_the_api(client: httpx.AsyncClient) -> None:
    body: dict[str, Any] = {"q": "Rostec", "lang": ["en", "es"], "sort": "relevance", "fold": False}
    made = (await client.post("/api/v1/searches", json=body)).json()
    assert made["name"] == "Rostec en es"
    assert made["address"] == "/?q=Rostec&lang=en&lang=es&sort=relevance&fold=no"
    assert (await client.get(f"/api/v1/searches/{made['id']}")).json() == made
    assert (await client.delete(f"/api/v1/searches/{made['id']}")).status_code == 204
    assert (await client.delete(f"/api/v1/searches/{made['id']}")).status_code == 404


async def test_one_owner_keeps_a_bounded_number(site: Site, client: httpx.AsyncClient) -> None:
    def keep_many(tx: Tx) -> None:
        for number in range(MOST_SAVED):
            saved_searches.add_search(tx, owner="", name="x", parameters=[("q", f"word{number}")], now=number)

    await site.store.run(keep_many)
    answer = await client.post("/api/v1/searches", json={"q": "more"})
    assert answer.status_code == 422
    assert "remove one" in answer.json()["detail"]


async def test_kibana_is_offered_where_there_is_one(site: Site, client: httpx.AsyncClient) -> None:
    await fill(site)
    assert "kibana" not in (await client.get("/?q=Rostec")).text.casefold()
    site.settings = web_settings(kibana="https://kibana.example")
    async with site.client() as other:
        assert "Open in Kibana" in (await other.get("/?q=Rostec")).text
        assert "Open nearly this in Kibana" in (await other.get("/?q=%3DRostec")).text
        assert "https://kibana.example/app/discover#/" in (await other.get("/articles/a01")).text


async def test_a_comparison_counts_each_query_and_shows_the_others_beside_a_fault(
    site: Site, client: httpx.AsyncClient
) -> None:
    await fill(site)
    page = (await client.get("/compare?q=Rostec&q=title:7&q=(&q=Rostec&q=never&q=more&share=1&by=month")).text
    assert page.count("<polyline") == 3
    assert "100 %" in page
    assert 'role="alert"' in page
    assert 'value="more"' not in page
