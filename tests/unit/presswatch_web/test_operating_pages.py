"""Pages for who runs it: deliveries, operations, users, tokens and the audit log."""

from __future__ import annotations

import re

import pytest

from presswatch_shared.store import deliveries, outbox, tokens, users, watches
from presswatch_shared.store.database import Tx
from presswatch_shared.store.deliveries import Try
from presswatch_shared.store.watches import NewWatch
from tests.fixtures.accounts import PAGE, PASSWORD, account, log_in, session_of
from tests.fixtures.dead_letters import set_aside
from tests.fixtures.deliveries import add_webhook, queue
from tests.fixtures.web import PUBLIC, Site, web_settings

FORM = {"origin": "http://127.0.0.1:8080"} | PAGE


async def tried(site: Site) -> int:
    """A delivery that was given up after one try; its id."""

    def made(tx: Tx) -> int:
        watches.add_watch(tx, NewWatch(id="wat_1", query="Rostec"), now=1)
        channel = add_webhook(tx, "https://hook.example/in?key=s3cret", "wat_1")
        queue(tx, channel)
        (delivery,) = deliveries.list_deliveries(tx)
        answer = "<script>alert(1)</script> try later"
        row = Try(
            outbox_id=delivery.id, number=1, at=5, outcome="server_error", status=503, detail=answer, seconds=0.25
        )
        deliveries.add_try(tx, row)
        outbox.finish(tx, delivery.id, outbox.GIVEN_UP, now=6)
        return delivery.id

    return await site.store.run(made)


async def test_each_try_of_a_delivery_is_shown_as_text_and_it_is_sent_once_more(site: Site) -> None:
    number = await tried(site)
    async with site.client(headers=FORM) as client:
        listed = (await client.get("/deliveries?state=given_up")).text
        assert f'href="/deliveries/{number}"' in listed
        assert "given up" in listed
        page = (await client.get(f"/deliveries/{number}")).text
        assert "503" in page
        assert "&lt;script&gt;alert(1)" in page
        assert "s3cret" not in page + listed
        assert (await client.post(f"/deliveries/{number}")).status_code == 303
        assert f'href="/deliveries/{number}"' in (await client.get("/deliveries?state=pending")).text


async def test_there_is_no_page_of_a_delivery_that_is_none(site: Site) -> None:
    async with site.client(headers=FORM) as client:
        assert (await client.get("/deliveries/77")).status_code == 404
        assert "Nothing was sent yet" in (await client.get("/deliveries")).text


async def test_operations_says_how_each_part_is_and_what_was_set_aside(site: Site) -> None:
    async def broken() -> str:
        return "the disk <i>is</i> full"

    async def well() -> str:
        return ""

    site.checks |= {"index": broken, "store": well}
    await set_aside(site.log, site.clock, 1, error="a title of 9 MB <b>")
    async with site.client(headers=FORM) as client:
        page = (await client.get("/operations")).text
    assert "the disk &lt;i&gt;is&lt;/i&gt; full" in page
    assert "well" in page
    assert "a title of 9 MB &lt;b&gt;" in page


async def test_an_admin_lets_people_in_and_shuts_them_out(site: Site) -> None:
    site.settings = web_settings(bind=PUBLIC)
    admin = await session_of(site, await account(site, "Ada", "admin"))
    async with site.client(headers=admin | PAGE) as client, site.client() as other:
        made = await client.post("/users", data={"name": "Ines", "role": "analyst", "password": PASSWORD})
        assert made.status_code == 303
        assert (await log_in(other, "Ines")).status_code == 303
        ines = await site.store.read(users.find_user, "Ines")
        assert ines is not None
        await client.post(f"/users/{ines.id}", data={"state": "disabled"})
        assert (await other.get("/api/v1/me")).status_code == 401
        assert "disabled" in (await client.get("/users")).text
        assert "POST /users/{user_id}" in (await client.get("/audit")).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "Ada", "password": PASSWORD}, "a user &#39;Ada&#39; already"),
        ({"name": "B", "password": "short"}, "12 to 200 characters"),
        ({"name": "B", "password": PASSWORD, "role": "king"}, "no role"),
        ({"name": "", "password": PASSWORD}, "1 to 100"),
    ],
)
async def test_what_cannot_be_is_said_on_the_form(site: Site, data: dict[str, str], said: str) -> None:
    site.settings = web_settings(bind=PUBLIC)
    admin = await session_of(site, await account(site, "Ada", "admin"))
    async with site.client(headers=admin | PAGE) as client:
        answer = await client.post("/users", data=data)
    assert (answer.status_code, said in answer.text) == (422, True), answer.text


async def test_a_token_is_shown_once_and_ended(site: Site) -> None:
    site.settings = web_settings(bind=PUBLIC)
    admin = await session_of(site, await account(site, "Ada", "admin"))
    async with site.client(headers=admin | PAGE) as client, site.client() as other:
        page = (await client.post("/tokens", data={"name": "wall", "scope": ["read"]})).text
        found = re.search(r"pwk_[\w-]+", page)
        assert found is not None
        bearer = {"authorization": f"Bearer {found[0]}"}
        assert (await other.get("/api/v1/me", headers=bearer)).json()["role"] == "reader"
        assert found[0] not in (await client.get("/users")).text
        (token,) = await site.store.read(tokens.list_tokens)
        await client.post(f"/tokens/{token.id}")
        assert (await other.get("/api/v1/me", headers=bearer)).status_code == 401
        assert (await client.post("/tokens", data={"name": "x"})).status_code == 422


@pytest.mark.parametrize(("path", "roles"), [("/users", ["admin"]), ("/audit", ["admin"]), ("/operations", ["reader"])])
async def test_pages_for_administrators_are_theirs(site: Site, path: str, roles: list[str]) -> None:
    site.settings = web_settings(bind=PUBLIC)
    answered = {}
    for role in users.ROLES:
        headers = PAGE | await session_of(site, await account(site, role, role))
        async with site.client(headers=headers) as client:
            answered[role] = (await client.get(path)).status_code
    lowest = users.ROLES.index(roles[0])
    assert answered == {role: 200 if users.ROLES.index(role) >= lowest else 403 for role in users.ROLES}
