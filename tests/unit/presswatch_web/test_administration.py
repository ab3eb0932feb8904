"""Users, tokens and the audit log by the API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from presswatch_shared.store import users
from tests.fixtures.accounts import PASSWORD, account, log_in, session_of
from tests.fixtures.web import PUBLIC, Site, web_settings


@pytest.fixture
async def admin(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A client of somebody who may do everything."""
    site.settings = web_settings(bind=PUBLIC)
    async with site.client(headers=await session_of(site, await account(site, "Ada", "admin"))) as client:
        yield client


async def test_a_user_is_made_changed_and_shut_out(site: Site, admin: httpx.AsyncClient) -> None:
    made = (await admin.post("/api/v1/users", json={"name": "Ines", "role": "reader", "password": PASSWORD})).json()
    assert (made["name"], made["role"], made["state"], made["is_openid"]) == ("Ines", "reader", "active", False)
    assert "password" not in made
    async with site.client() as client:
        assert (await log_in(client, "Ines")).status_code == 303
        changed = await admin.patch(f"/api/v1/users/{made['id']}", json={"role": "analyst"})
        assert changed.json()["role"] == "analyst"
        assert (await client.get("/api/v1/me")).status_code == 401, "a change of role ends all logins"
    await admin.patch(f"/api/v1/users/{made['id']}", json={"state": "disabled"})
    listed = (await admin.get("/api/v1/users")).json()["items"]
    assert [(user["name"], user["state"]) for user in listed] == [("Ada", "active"), ("Ines", "disabled")]


async def test_what_cannot_be_is_said(admin: httpx.AsyncClient, site: Site) -> None:
    (ada,) = await site.store.read(users.list_users)
    body = {"name": "Ada", "role": "reader", "password": PASSWORD}
    assert (await admin.post("/api/v1/users", json=body)).status_code == 409
    assert (await admin.post("/api/v1/users", json=body | {"name": "B", "password": "short"})).status_code == 422
    assert (await admin.patch("/api/v1/users/usr_none", json={"role": "reader"})).status_code == 404
    refused = await admin.patch(f"/api/v1/users/{ada.id}", json={"role": "reader"})
    assert (refused.status_code, "last admin" in refused.json()["detail"]) == (409, True)


async def test_a_token_of_a_user_may_at_most_what_the_user_may(site: Site, admin: httpx.AsyncClient) -> None:
    reader = await account(site, "Rena", "reader")
    scopes = ["read", "write", "admin"]
    made = (await admin.post("/api/v1/tokens", json={"name": "script", "scopes": scopes, "user_id": reader.id})).json()
    own = (await admin.post("/api/v1/tokens", json={"name": "wall", "scopes": ["read", "write"]})).json()
    async with site.client() as client:
        as_reader = {"authorization": f"Bearer {made['secret']}"}
        me = (await client.get("/api/v1/me", headers=as_reader)).json()
        assert (me["name"], me["role"], me["user_id"]) == ("Rena (script)", "reader", reader.id)
        assert (await client.post("/api/v1/watches", json={"query": "a1"}, headers=as_reader)).status_code == 403
        as_wall = {"authorization": f"Bearer {own['secret']}"}
        assert (await client.post("/api/v1/watches", json={"query": "a1"}, headers=as_wall)).status_code == 201
        await admin.delete(f"/api/v1/tokens/{own['id']}")
        assert (await client.get("/api/v1/me", headers=as_wall)).status_code == 401
        await site.store.run(users.change_user, reader.id, state="disabled")
        assert (await client.get("/api/v1/me", headers=as_reader)).status_code == 401
    listed = (await admin.get("/api/v1/tokens")).json()["items"]
    assert [(token["name"], token.get("secret")) for token in listed] == [("script", None)]


async def test_a_token_for_nobody_is_refused(admin: httpx.AsyncClient) -> None:
    body = {"name": "x", "scopes": ["read"], "user_id": "usr_none"}
    assert (await admin.post("/api/v1/tokens", json=body)).status_code == 422


async def test_the_audit_log_is_paged_from_the_newest(admin: httpx.AsyncClient) -> None:
    for number in range(5):
        await admin.post("/api/v1/watches", json={"query": f"word{number}"})
    first = (await admin.get("/api/v1/audit", params={"limit": 3})).json()
    rest = (await admin.get("/api/v1/audit", params={"limit": 3, "cursor": first["next"]})).json()
    seen = [entry["seq"] for entry in (*first["items"], *rest["items"])]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5
    assert {entry["actor"] for entry in first["items"]} == {"Ada"}


@pytest.mark.parametrize("path", ["/api/v1/users", "/api/v1/tokens", "/api/v1/audit"])
@pytest.mark.parametrize("role", ["reader", "analyst"])
async def test_nobody_else_looks_at_it(site: Site, path: str, role: str) -> None:
    site.settings = web_settings(bind=PUBLIC)
    async with site.client(headers=await session_of(site, await account(site, "Otto", role))) as client:
        assert (await client.get(path)).status_code == 403
