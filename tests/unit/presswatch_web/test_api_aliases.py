"""`/api/v1/aliases`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from presswatch_shared.store import audit, watches
from presswatch_shared.store.watches import NewWatch
from tests.fixtures.accounts import account, session_of
from tests.fixtures.web import PUBLIC, Site, web_settings

ALIASES = "/api/v1/aliases"


async def save(client: httpx.AsyncClient, name: str, *entries: str) -> dict[str, Any]:
    answer = await client.put(f"{ALIASES}/{name}", json={"entries": entries})
    assert answer.status_code == 200, answer.text
    saved: dict[str, Any] = answer.json()
    return saved


async def test_an_alias_is_made_listed_changed_and_removed(client: httpx.AsyncClient) -> None:
    made = await save(client, "Верфи_2", "Kraken", "@yards")
    assert (made["name"], made["entries"]) == ("верфи_2", ["Kraken", "@yards"])
    assert (await client.get(ALIASES)).json() == {"items": [made], "next": None}
    changed = await save(client, "верфи_2", "frigate")
    assert (await client.get(ALIASES)).json()["items"] == [changed]
    removed = await client.delete(f"{ALIASES}/ВЕРФИ_2")
    assert (removed.status_code, removed.content) == (204, b"")
    assert (await client.get(ALIASES)).json()["items"] == []
    assert (await client.delete(f"{ALIASES}/верфи_2")).status_code == 404


async def test_the_list_is_paged_without_loss_or_repeat(client: httpx.AsyncClient) -> None:
    names = sorted(("jets", "su-30", "верфи", "港口", "_yards"))
    for name in names:
        await save(client, name, "Kraken")
    seen: list[str] = []
    cursor: str | None = ""
    for _ in names:
        page = (await client.get(ALIASES, params={"limit": 2, "cursor": cursor})).json()
        seen += [item["name"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert (seen, cursor) == (names, None)


async def test_a_query_finds_by_an_alias_as_soon_as_it_is_saved(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/v1/watches", json={"query": "@jets"})).status_code == 400
    await save(client, "jets", "Su-30MK2")
    assert (await client.post("/api/v1/watches", json={"query": "@JETS"})).status_code == 201


async def test_the_watches_that_reach_it_follow_once(client: httpx.AsyncClient, site: Site) -> None:
    await save(client, "jets", "Su-30MK2")
    watch = await site.store.run(watches.add_watch, NewWatch(query="@jets"), now=1)
    for _ in range(2):
        await save(client, "jets", "Su-30MK2", "MiG-29")
    changed = await site.store.read(watches.get_watch, watch.id)
    assert changed is not None and changed.version == 2, "the same request sent again begins no watch anew"


async def test_what_a_watch_needs_is_not_taken_from_it(client: httpx.AsyncClient, site: Site) -> None:
    before = await save(client, "jets", "Su-30MK2")
    watch = await site.store.run(watches.add_watch, NewWatch(query="@jets", name="Jets", owner="usr_otto"), now=1)
    refused = [
        await client.delete(f"{ALIASES}/jets"),
        await client.put(f"{ALIASES}/jets", json={"entries": ["@nobody"]}),
    ]
    for answer in refused:
        assert answer.status_code == 409
        assert answer.json()["detail"].startswith(f"watch {watch.id} (Jets) needs the alias: ")
    assert (await client.get(ALIASES)).json()["items"] == [before]
    assert await site.store.read(watches.get_watch, watch.id) == watch


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_watch_of_somebody_else_stays_unnamed(site: Site, method: str) -> None:
    site.settings = web_settings(bind=PUBLIC)
    ana, otto = await account(site, "ana", "analyst"), await account(site, "otto", "analyst")
    details = {}
    async with site.client(headers=await session_of(site, ana)) as client:
        for owner, name in ((otto.id, "secrets"), (ana.id, "own"), ("", "shared")):
            await save(client, name, "Kraken")
            new = NewWatch(query=f"@{name}", name=f"Watch of {name}", owner=owner)
            watch = await site.store.run(watches.add_watch, new, now=1)
            body = {"entries": ["@nobody"]} if method == "PUT" else None
            answer = await client.request(method, f"{ALIASES}/{name}", json=body)
            assert answer.status_code == 409
            details[name] = answer.json()["detail"].replace(watch.id, "ID").partition(":")[0]
    assert details == {
        "secrets": "a watch of another user needs the alias",
        "own": "watch ID (Watch of own) needs the alias",
        "shared": "watch ID (Watch of shared) needs the alias",
    }


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a b", id="a blank"),
        pytest.param("@jets", id="with its sign"),
        pytest.param("jets%0A", id="a line end"),
        pytest.param("jets%00", id="NUL"),
        pytest.param("%CC%81", id="an accent without a letter"),
        pytest.param("%FF", id="not UTF-8"),
        pytest.param("x" * 65, id="too long"),
        pytest.param("ΐ" * 30, id="too long once it is folded"),
    ],
)
async def test_a_name_that_cannot_be_is_refused(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.put(f"{ALIASES}/{name}", json={"entries": ["Kraken"]})
    assert (answer.status_code, answer.json()["status"]) == (422, 422)
    assert (await client.get(ALIASES)).json()["items"] == []


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([], id="none"),
        pytest.param(["…"], id="no letter"),
        pytest.param(["krak*"], id="a sign of the language"),
        pytest.param(["@a b"], id="an alias that cannot be"),
        pytest.param([5], id="a number"),
        pytest.param("Kraken", id="no list"),
        pytest.param(["a\x00b"], id="NUL"),
        pytest.param(["Kraken"] * 10_001, id="too many"),
    ],
)
async def test_entries_that_cannot_be_are_refused(client: httpx.AsyncClient, entries: Sequence[Any]) -> None:
    answer = await client.put(f"{ALIASES}/jets", json={"entries": entries})
    assert (answer.status_code, answer.json()["status"]) == (422, 422)
    assert (await client.get(ALIASES)).json()["items"] == []


@pytest.mark.parametrize(
    ("role", "statuses"), [("reader", (200, 403, 403)), ("analyst", (200, 200, 204)), ("admin", (200, 200, 204))]
)
async def test_readers_look_and_analysts_change(site: Site, role: str, statuses: tuple[int, ...]) -> None:
    site.settings = web_settings(bind=PUBLIC)
    person = await account(site, "ana", role)
    async with site.client(headers=await session_of(site, person)) as client:
        answers = (
            await client.get(ALIASES),
            await client.put(f"{ALIASES}/jets", json={"entries": ["Su-30MK2"]}),
            await client.delete(f"{ALIASES}/jets"),
        )
    assert tuple(answer.status_code for answer in answers) == statuses
    noted = [(entry.action.partition(" ")[0], entry.subject) for entry in await site.store.read(audit.list_entries)]
    assert noted == ([] if role == "reader" else [("DELETE", "jets"), ("PUT", "jets")])
