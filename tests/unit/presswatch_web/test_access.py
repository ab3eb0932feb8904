"""Who may ask: this machine without a login, everybody else with a token or a login."""

from __future__ import annotations

import base64
from collections.abc import Collection

import pytest

from presswatch_shared.clock import SECOND
from presswatch_shared.store import tokens
from presswatch_web.access.bearer import token_of
from presswatch_web.access.needs import need_of
from tests.fixtures.web import PUBLIC, Site, web_settings


async def secret(site: Site, scopes: Collection[str], expires_in: float | None = None) -> str:
    now = site.clock.now()
    expires_at = None if expires_in is None else now + round(expires_in * SECOND)
    _, made = await site.store.run(tokens.add_token, name="test", scopes=scopes, expires_at=expires_at, now=now)
    return made


@pytest.fixture
def public_site(site: Site) -> Site:
    site.settings = web_settings(bind=PUBLIC)
    return site


async def test_on_loopback_nobody_is_asked_for_a_token(site: Site) -> None:
    async with site.client() as client:
        assert (await client.get("/api/v1/watches")).status_code == 200


async def test_on_loopback_a_rebound_name_is_refused(site: Site) -> None:
    async with site.client(headers={"host": "evil.example:8080"}) as client:
        answer = await client.get("/api/v1/watches")
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_form_of_another_site_changes_nothing(site: Site) -> None:
    async with site.client() as client:
        answer = await client.post("/watches", data={"query": "Rostec"}, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
        assert (await client.get("/api/v1/watches")).json()["items"] == []


@pytest.mark.parametrize("path", ["/", "/api/v1/watches", "/metrics", "/inbox", "/api/v1/alerts/stream", "/nowhere"])
async def test_elsewhere_everything_but_health_demands_a_token(public_site: Site, path: str) -> None:
    async with public_site.client() as client:
        answer = await client.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].split()[0] == "Bearer"
        assert answer.json()["status"] == 401


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/static/presswatch.css"])
async def test_health_and_static_files_are_open(public_site: Site, path: str) -> None:
    async with public_site.client() as client:
        assert (await client.get(path)).status_code == 200


async def test_a_token_opens_what_its_scopes_say(public_site: Site) -> None:
    reader = {"authorization": f"Bearer {await secret(public_site, ['read'])}"}
    writer = {"authorization": f"Bearer {await secret(public_site, ['read', 'write'])}"}
    async with public_site.client() as client:
        assert (await client.get("/api/v1/watches", headers=reader)).status_code == 200
        assert (await client.post("/api/v1/queries/check", json={"query": "a"}, headers=reader)).status_code == 200
        refused = await client.post("/api/v1/watches", json={"query": "Rostec"}, headers=reader)
        assert (refused.status_code, "analyst" in refused.json()["detail"]) == (403, True)
        assert (await client.post("/api/v1/watches", json={"query": "Rostec"}, headers=writer)).status_code == 201
        assert (await client.get("/metrics", headers=writer)).status_code == 403


async def test_an_expired_or_revoked_token_opens_nothing(public_site: Site) -> None:
    expiring = await secret(public_site, ["read"], expires_in=60)
    async with public_site.client(headers={"authorization": f"Bearer {expiring}"}) as client:
        assert (await client.get("/api/v1/watches")).status_code == 200
        public_site.clock.forward(61)
        assert (await client.get("/api/v1/watches")).status_code == 401


async def test_a_token_may_be_given_as_a_password(public_site: Site) -> None:
    basic = base64.b64encode(f"me:{await secret(public_site, ['read'])}".encode()).decode()
    async with public_site.client() as client:
        assert (await client.get("/", headers={"authorization": f"Basic {basic}"})).status_code == 200


@pytest.mark.parametrize(
    ("header", "token"),
    [
        pytest.param("Bearer pwk_x", "pwk_x", id="bearer"),
        pytest.param("bearer  pwk_x ", "pwk_x", id="in lower case"),
        pytest.param("Basic " + base64.b64encode(b"a:pwk:x").decode(), "pwk:x", id="password with a colon"),
        pytest.param("Basic ???", "", id="not base64"),
        pytest.param("Basic " + base64.b64encode(b"\xff\xfe").decode(), "", id="not text"),
        pytest.param("Digest x", "", id="another scheme"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_token_in_a_header(header: str, token: str) -> None:
    assert token_of(header) == token


@pytest.mark.parametrize(
    ("method", "path", "need"),
    [
        ("GET", "/readyz", ""),
        ("GET", "/static/presswatch.js", ""),
        ("POST", "/login", ""),
        ("GET", "/metrics", "metrics"),
        ("GET", "/api/v1/search", "reader"),
        ("POST", "/api/v1/queries/backtest", "reader"),
        ("POST", "/account/password", "reader"),
        ("POST", "/api/v1/watches/wat_1/compare", "reader"),
        ("PATCH", "/api/v1/watches/wat_1/compare", "analyst"),
        ("POST", "/api/v1/watches/wat_1/webhooks/compare", "analyst"),
        ("POST", "/api/v1/watches/wat_1/compare/", "analyst"),
        ("POST", "/api/v1/watches//compare", "analyst"),
        ("PUT", "/api/v1/aliases/compare", "analyst"),
        ("GET", "/api/v1/aliases", "reader"),
        ("POST", "/api/v1/watches", "analyst"),
        ("DELETE", "/api/v1/sources/src_1", "analyst"),
        ("PROPFIND", "/anything", "analyst"),
        ("GET", "/api/v1/users", "admin"),
        ("GET", "/api/v1/audit", "admin"),
        ("DELETE", "/api/v1/tokens/tok_1", "admin"),
    ],
)
def test_what_a_request_needs(method: str, path: str, need: str) -> None:
    assert need_of(method, path) == need
