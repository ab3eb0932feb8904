"""`/api/v1/sources`."""

from __future__ import annotations

import httpx
import pytest

SOURCES = "/api/v1/sources"


async def test_a_source_is_added_paused_resumed_and_removed(client: httpx.AsyncClient) -> None:
    made = (await client.post(SOURCES, json={"url": "https://Outlet.example/feed", "country": "ve"})).json()
    assert (made["url"], made["country"], made["state"]) == ("https://outlet.example/feed", "VE", "active")
    assert made["last_poll_at"] is None
    path = f"{SOURCES}/{made['id']}"
    assert (await client.patch(path, json={"state": "paused"})).json()["state"] == "paused"
    assert (await client.patch(path, json={"state": "active"})).json()["state"] == "active"
    assert (await client.get(path)).json()["id"] == made["id"]
    assert (await client.delete(path)).status_code == 204
    for answer in (
        await client.get(path),
        await client.delete(path),
        await client.patch(path, json={"state": "paused"}),
    ):
        assert (answer.status_code, answer.json()["status"]) == (404, 404)


async def test_the_same_address_is_one_source(client: httpx.AsyncClient) -> None:
    answers = [await client.post(SOURCES, json={"url": "https://outlet.example/feed"}) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert len((await client.get(SOURCES)).json()["items"]) == 1


async def test_the_list_is_paged(client: httpx.AsyncClient) -> None:
    for number in range(3):
        await client.post(SOURCES, json={"url": f"https://outlet{number}.example/"})
    first = (await client.get(SOURCES, params={"limit": 2})).json()
    second = (await client.get(SOURCES, params={"limit": 2, "cursor": first["next"]})).json()
    assert len({item["id"] for item in (*first["items"], *second["items"])}) == 3


@pytest.mark.parametrize(
    "url", ["ftp://outlet.example", "no address", "https://", "javascript:alert(1)", "//outlet.example"]
)
async def test_what_cannot_be_crawled_is_refused(client: httpx.AsyncClient, url: str) -> None:
    answer = await client.post(SOURCES, json={"url": url})
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "body.url")
    assert (await client.get(SOURCES)).json()["items"] == []


async def test_a_preview_says_what_is_there_or_why_not(client: httpx.AsyncClient) -> None:
    found = (await client.post("/api/v1/previews", json={"url": "https://outlet.example/"})).json()
    assert (found["kind"], found["title"]) == ("feed", "Norddeich-Kurier")
    refused = await client.post("/api/v1/previews", json={"url": "nowhere"})
    assert (refused.status_code, "no address" in refused.json()["detail"]) == (422, True)
