"""Logins by OpenID Connect, with a real provider on loopback."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from presswatch_shared.store import users
from presswatch_web.settings import OpenIdSettings
from tests.fixtures.accounts import PAGE, account
from tests.fixtures.web import PUBLIC, Site, web_settings

# The provider of the tests uses parts of Authlib that Authlib itself wants to drop.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SUBJECT = "ines.at.work"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that knows one user and takes any client."""
    with warnings.catch_warnings():
        import authlib.deprecate

        # After Authlib has set a filter of its own.
        warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
        import oidc_provider_mock
    known = oidc_provider_mock.User(sub=SUBJECT, claims={"preferred_username": "Ines"})
    with oidc_provider_mock.run_server_in_thread(user_claims=[known]) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def joined(site: Site, issuer: str) -> Site:
    site.settings = web_settings(bind=PUBLIC, openid=openid(issuer))
    return site


def openid(issuer: str, role: str = "analyst") -> OpenIdSettings:
    return OpenIdSettings(issuer=issuer, client_id="presswatch", client_secret="a secret", role=role)


async def come_back(client: httpx.AsyncClient, goes_to: str = "/inbox", subject: str = SUBJECT) -> httpx.Response:
    """Through the provider, as its user would go."""
    led = await client.get(f"/login/openid?next={goes_to}", headers=PAGE)
    assert led.status_code == 302, led.text
    async with httpx.AsyncClient() as browser:
        agreed = await browser.post(led.headers["location"], data={"sub": subject})
    back = urlsplit(agreed.headers["location"])
    return await client.get(f"{back.path}?{back.query}", headers=PAGE)


async def test_somebody_new_comes_in_and_is_known_the_next_time(joined: Site) -> None:
    for _ in range(2):
        async with joined.client() as client:
            done = await come_back(client)
            assert (done.status_code, done.headers["location"]) == (303, "/inbox")
            me = (await client.get("/api/v1/me")).json()
            assert (me["name"], me["role"]) == ("Ines", "analyst")
    assert len(await joined.store.read(users.list_users)) == 1


async def test_a_name_that_is_taken_is_not_given_to_somebody_else(joined: Site) -> None:
    await account(joined, "ines", "admin")
    async with joined.client() as client:
        await come_back(client)
        me = (await client.get("/api/v1/me")).json()
    assert (me["name"], me["role"]) == (f"Ines ({SUBJECT})", "analyst")


async def test_where_only_known_users_come_in_a_new_one_is_told_so(joined: Site, issuer: str) -> None:
    joined.settings = web_settings(bind=PUBLIC, openid=openid(issuer, role=""))
    async with joined.client() as client:
        answer = await come_back(client)
        assert (answer.status_code, "ask an administrator" in answer.text) == (403, True)
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_disabled_user_does_not_come_in(joined: Site) -> None:
    async with joined.client() as client:
        await come_back(client)
        (user,) = await joined.store.read(users.list_users)
        await joined.store.run(users.change_user, user.id, state=users.DISABLED)
        assert (await come_back(client)).status_code == 403


@pytest.mark.parametrize(
    "query", ["", "code=x", "code=x&state=y", "error=access_denied&error_description=%3Cscript%3E", "state=%00"]
)
async def test_what_comes_back_without_having_been_sent_is_refused(joined: Site, query: str) -> None:
    async with joined.client() as client:
        answer = await client.get(f"/login/openid/return?{query}", headers=PAGE)
        assert answer.status_code == 401
        assert "<script>" not in answer.text.replace("<script src", "")
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_code_is_not_taken_from_another_browser(joined: Site) -> None:
    async with joined.client() as client, joined.client() as other:
        led = await client.get("/login/openid", headers=PAGE)
        async with httpx.AsyncClient() as browser:
            agreed = await browser.post(led.headers["location"], data={"sub": SUBJECT})
        back = urlsplit(agreed.headers["location"])
        assert {"code", "state"} <= set(parse_qs(back.query))
        stolen = await other.get(f"{back.path}?{back.query}", headers=PAGE)
        assert stolen.status_code == 401


async def test_a_provider_that_is_away_is_said(site: Site) -> None:
    site.settings = web_settings(bind=PUBLIC, openid=openid("http://127.0.0.1:9"))
    async with site.client() as client:
        answer = await client.get("/login/openid", headers=PAGE)
        assert (answer.status_code, "does not answer" in answer.text) == (502, True)


async def test_without_a_provider_there_is_no_such_page(site: Site) -> None:
    site.settings = web_settings(bind=PUBLIC)
    async with site.client() as client:
        assert (await client.get("/login/openid", headers=PAGE)).status_code == 404
        assert (await client.get("/login/openid/return", headers=PAGE)).status_code == 404
