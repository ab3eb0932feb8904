"""`/api/v1/search`, `/api/v1/articles` and `/api/v1/status`."""

from __future__ import annotations

import httpx
import pytest

from tests.fixtures.articles import FETCHED_AT, article_enriched
from tests.fixtures.web import Site


@pytest.fixture(autouse=True)
async def articles(site: Site) -> None:
    day = 86_400_000_000
    await site.index.put(
        [
            article_enriched("a1"),
            article_enriched(
                "a2", title="Caracas waits", body="Rain.", source="ostrel.example", lang="es", country="VE"
            ),
            article_enriched("a3", title="Old Rostec news", published_at=FETCHED_AT - 9 * day),
        ]
    )


async def test_a_search_marks_what_it_found(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/search", params={"q": "Rostec"})).json()
    assert (found["total"], [hit["id"] for hit in found["items"]]) == (2, ["a1", "a3"])
    hit = found["items"][0]
    assert [hit["title"][mark["start"] : mark["end"]] for mark in hit["title_marks"]] == ["Rostec"]
    snippet = hit["snippet"]
    assert [snippet["text"][mark["start"] : mark["end"]] for mark in snippet["marks"]] == ["Rostec"]
    assert found["facets"]["lang"] == [{"value": "en", "label": "en", "count": 2}]
    assert sum(day["count"] for day in found["days"]) == 2


@pytest.mark.parametrize(
    ("parameters", "ids"),
    [
        pytest.param({}, ["a1", "a2", "a3"], id="everything"),
        pytest.param({"since": "7d"}, ["a1", "a2"], id="since"),
        pytest.param({"until": "7d"}, ["a3"], id="until"),
        pytest.param({"source": "ostrel.example"}, ["a2"], id="source"),
        pytest.param({"lang": ["es", "fr"]}, ["a2"], id="one of two languages"),
        pytest.param({"country": "VE"}, ["a2"], id="country"),
        pytest.param({"q": "Rostec AND lang:es"}, [], id="the language as part of the query"),
    ],
)
async def test_filters_narrow(client: httpx.AsyncClient, parameters: dict[str, str], ids: list[str]) -> None:
    found = (await client.get("/api/v1/search", params=parameters)).json()
    assert sorted(hit["id"] for hit in found["items"]) == ids


async def test_pages_follow_each_other(client: httpx.AsyncClient) -> None:
    first = (await client.get("/api/v1/search", params={"limit": 2})).json()
    second = (await client.get("/api/v1/search", params={"limit": 2, "cursor": first["next"]})).json()
    assert sorted(hit["id"] for hit in (*first["items"], *second["items"])) == ["a1", "a2", "a3"]
    assert second["next"] is None


async def test_a_wrong_query_tells_each_fault(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/search", params={"q": "nofield:x"})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert [fault["code"] for fault in answer.json()["errors"]] == ["unknown-field"]


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({"sinse": "7d"}, id="an unknown parameter"),
        pytest.param({"since": "yesterday"}, id="no moment"),
        pytest.param({"limit": "0"}, id="limit too small"),
        pytest.param({"limit": "101"}, id="limit too large"),
        pytest.param({"limit": "x"}, id="no number"),
        pytest.param({"sort": "loudest"}, id="no order"),
        pytest.param({"cursor": "bm9uZQ"}, id="no cursor"),
        pytest.param({"q": "x" * 30_000}, id="too long"),
    ],
)
async def test_what_does_not_fit_is_refused(client: httpx.AsyncClient, parameters: dict[str, str]) -> None:
    answer = await client.get("/api/v1/search", params=parameters)
    assert (answer.status_code, answer.json()["status"]) == (422, 422)
    assert answer.json()["errors"][0]["location"].startswith("query.")


async def test_an_article_is_told_whole(client: httpx.AsyncClient) -> None:
    article = (await client.get("/api/v1/articles/a1")).json()
    assert article["title"] == "Rostec delivers cranes"
    assert article["body"].endswith("Work begins in spring.")
    assert (await client.get("/api/v1/articles/a9")).status_code == 404
    assert (await client.get("/api/v1/articles/%00")).status_code == 422


async def test_status_is_that_of_the_command(client: httpx.AsyncClient) -> None:
    status = (await client.get("/api/v1/status")).json()
    assert (status["indexed"], status["not_articles"]) == (3, {"index_page": 1})


async def test_searches_are_counted_by_outcome(client: httpx.AsyncClient, site: Site) -> None:
    for query in ("Rostec", "Nowhere", "("):
        await client.get("/api/v1/search", params={"q": query})
    exposed = site.metrics.expose().decode()
    for outcome in ("found", "empty", "refused"):
        assert f'presswatch_searches_total{{outcome="{outcome}"}} 1.0' in exposed
    assert 'presswatch_http_requests_total{route="/api/v1/search",status="200"} 2.0' in exposed
