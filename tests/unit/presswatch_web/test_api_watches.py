"""`/api/v1/watches`."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from presswatch_shared.store import watches
from tests.fixtures.web import Site, fire

WATCHES = "/api/v1/watches"


async def add(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post(WATCHES, json={"query": "Rostec"} | fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_watch_is_made_read_changed_and_removed(client: httpx.AsyncClient, site: Site) -> None:
    made = await add(client, name="Cranes", include_sources=["www.Harbour.example"])
    assert made["id"].startswith("wat_")
    assert (made["name"], made["state"], made["include_sources"]) == ("Cranes", "active", ["harbour.example"])
    site.clock.forward(1)
    changed = (await client.patch(f"{WATCHES}/{made['id']}", json={"state": "paused"})).json()
    assert (changed["state"], changed["version"], changed["name"]) == ("paused", 2, "Cranes")
    assert (await client.get(f"{WATCHES}/{made['id']}")).json() == changed
    assert (await client.delete(f"{WATCHES}/{made['id']}")).status_code == 204
    for answer in (
        await client.get(f"{WATCHES}/{made['id']}"),
        await client.delete(f"{WATCHES}/{made['id']}"),
        await client.patch(f"{WATCHES}/{made['id']}", json={}),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_what_is_left_out_of_a_change_stays(client: httpx.AsyncClient) -> None:
    made = await add(client, max_age_seconds=0, exclude_sources=["a.example"])
    changed = (await client.patch(f"{WATCHES}/{made['id']}", json={"name": "New"})).json()
    assert changed == made | {"name": "New", "changed_at": changed["changed_at"]}


async def test_a_wrong_query_is_refused_with_every_fault_and_its_place(client: httpx.AsyncClient, site: Site) -> None:
    answer = await client.post(WATCHES, json={"query": "Rostec OR Caracas AND Maracay"})
    assert answer.status_code == 400
    problem = answer.json()
    assert {key: problem["errors"][0][key] for key in ("code", "start", "end")} == {
        "code": "mixed-operators",
        "start": 18,
        "end": 21,
    }
    assert await site.store.read(watches.count_watches) == 0


async def test_the_secret_of_a_webhook_is_told_once(client: httpx.AsyncClient) -> None:
    made = await add(client, webhooks=[{"url": "https://hooks.example/in"}])
    assert made["channels"][0]["secret"].startswith("whsec_")
    read = (await client.get(f"{WATCHES}/{made['id']}")).json()
    assert read["channels"][0]["target"] == "https://hooks.example/in"
    assert read["channels"][0]["secret"] is None


@pytest.mark.parametrize(
    "webhook",
    [
        pytest.param({"url": "ftp://hooks.example"}, id="another scheme"),
        pytest.param({"url": "https://user:pass@hooks.example"}, id="with a password"),
        pytest.param({"url": "https://hooks.example", "secret": "short"}, id="a secret that is none"),
    ],
)
async def test_an_unusable_webhook_makes_no_watch(
    client: httpx.AsyncClient, site: Site, webhook: dict[str, str]
) -> None:
    answer = await client.post(WATCHES, json={"query": "Rostec", "webhooks": [webhook]})
    assert answer.status_code == 422
    assert await site.store.read(watches.count_watches) == 0


async def test_the_list_is_paged_without_loss_or_repeat(client: httpx.AsyncClient) -> None:
    made = {(await add(client, name=str(number)))["id"] for number in range(5)}
    seen: list[str] = []
    cursor = ""
    for _ in range(5):
        page = (await client.get(WATCHES, params={"limit": 2, "cursor": cursor})).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert (len(seen), set(seen)) == (5, made)


async def test_a_watch_tells_how_often_it_fired(client: httpx.AsyncClient, site: Site) -> None:
    made = await add(client)
    await fire(site.store, 1, 2, watch_id=made["id"])
    read = (await client.get(f"{WATCHES}/{made['id']}")).json()
    assert (read["alerts"], read["last_alert_at"]) == (2, "2026-09-21T14:13:20Z")


async def test_the_same_request_under_one_key_makes_one_watch(client: httpx.AsyncClient, site: Site) -> None:
    key = {"Idempotency-Key": "abc"}
    answers = [await client.post(WATCHES, json={"query": "Rostec"}, headers=key) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await site.store.read(watches.count_watches) == 1
    other = await client.post(WATCHES, json={"query": "Caracas"}, headers=key)
    assert other.status_code == 409
    refused = await client.post(WATCHES, json={"query": "("}, headers={"Idempotency-Key": "other"})
    assert refused.status_code == 400
    retried = await client.post(WATCHES, json={"query": "Rostec"}, headers={"Idempotency-Key": "other"})
    assert retried.status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="half of JSON"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"{}", id="no query"),
        pytest.param(b'{"query": 5}', id="a number"),
        pytest.param(b'{"query": "a", "unknown": 1}', id="an unknown field"),
        pytest.param(b'{"query": "a", "un\\ud800known": 1}', id="an unknown field that is no text"),
        pytest.param(b'{"query": "\\ud800"}', id="half a surrogate pair"),
        pytest.param(b'{"query": "a\\u0000b"}', id="NUL"),
        pytest.param(b'{"query": "a", "max_age_seconds": 1e999}', id="infinite"),
        pytest.param(b'{"query": "a", "max_age_seconds": "1"}', id="a number as text"),
        pytest.param(b'{"query": "a", "include_sources": ["not a host"]}', id="no host"),
        pytest.param(b"[" * 100_000, id="deeply nested"),
        pytest.param(b'{"query": "' + b"a" * 30_000 + b'"}', id="a long query"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b'{"query": ' + b"1" * 5000 + b"}", id="a long number"),
    ],
)
async def test_a_broken_body_is_a_problem_of_the_caller(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(WATCHES, content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code


async def test_a_huge_body_is_refused(client: httpx.AsyncClient, site: Site) -> None:
    async def pieces() -> Any:
        for _ in range(20):
            yield b" " * 100_000

    for content in (b" " * (site.settings.body_bytes + 1), pieces()):
        answer = await client.post(WATCHES, content=content, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["status"]) == (413, 413)


@pytest.mark.parametrize("cursor", ["x", "0.a", "1", "1.", "-1.a", "9999999999999999999.a", "1.a b", "1.\x00"])
async def test_a_cursor_of_somewhere_else_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    answer = await client.get(WATCHES, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["status"]) == (422, 422)


async def test_check_tells_errors_and_warnings(client: httpx.AsyncClient) -> None:
    good = (await client.post("/api/v1/queries/check", json={"query": '"Su-30MK2"'})).json()
    assert (good["ok"], good["errors"]) == (True, [])
    bad = (await client.post("/api/v1/queries/check", json={"query": "Rostec AND"})).json()
    assert (bad["ok"], bad["errors"][0]["code"]) == (False, "dangling-operator")


async def test_backtest_tells_what_it_would_have_fired_on(client: httpx.AsyncClient) -> None:
    found = (await client.post("/api/v1/queries/backtest", json={"query": "Rostec", "days": 3})).json()
    assert (found["query"], found["days"], found["alerts"]) == ("Rostec", 3, 2)
    assert (await client.post("/api/v1/queries/backtest", json={"query": "("})).status_code == 400
