"""Logging in and out: by name and password, with sessions that end and guesses that are slowed."""

from __future__ import annotations

import pytest

from presswatch_shared.errors import BadInput
from presswatch_shared.passwords import check_password, hash_password, is_password
from presswatch_shared.store import audit, sessions, users
from presswatch_web.access.cookies import session_in
from presswatch_web.access.rates import RateLimit
from tests.fixtures.accounts import PAGE, PASSWORD, account, log_in, session_of
from tests.fixtures.web import PUBLIC, Site, web_settings

ORIGIN = {"origin": "http://127.0.0.1:8080"}


@pytest.fixture
def public_site(site: Site) -> Site:
    site.settings = web_settings(bind=PUBLIC)
    return site


async def test_who_is_unknown_is_led_to_the_login_and_back(public_site: Site) -> None:
    await account(public_site, "Ines")
    async with public_site.client() as client:
        led = await client.get("/inbox?watch=wat_1", headers=PAGE)
        assert (led.status_code, led.headers["location"]) == (303, "/login?next=%2Finbox%3Fwatch%3Dwat_1")
        form = await client.get(led.headers["location"], headers=PAGE)
        assert 'value="/inbox?watch=wat_1"' in form.text
        done = await log_in(client, "ines", goes_to="/inbox?watch=wat_1")
        assert (done.status_code, done.headers["location"]) == (303, "/inbox?watch=wat_1")
        assert (await client.get("/inbox", headers=PAGE)).status_code == 200
        assert "Ines" in (await client.get("/account", headers=PAGE)).text


@pytest.mark.parametrize(
    "goes_to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/login", "/\x00"]
)
async def test_a_login_leads_nowhere_else(public_site: Site, goes_to: str) -> None:
    await account(public_site, "Ines")
    async with public_site.client() as client:
        assert (await log_in(client, "Ines", goes_to=goes_to)).headers["location"] == "/"


async def test_the_cookie_is_kept_from_scripts_and_other_sites(public_site: Site) -> None:
    await account(public_site, "Ines")
    async with public_site.client() as client:
        plain = (await log_in(client, "Ines")).headers["set-cookie"]
    public_site.settings = web_settings(bind=PUBLIC, public_url="https://watch.example")
    async with public_site.client() as client:
        secure = (await log_in(client, "Ines")).headers["set-cookie"]
    assert all(word in plain.lower() for word in ("httponly", "samesite=lax", "path=/"))
    assert secure.startswith("__Host-presswatch_session=")
    assert "secure" in secure.lower()


@pytest.mark.parametrize(
    ("name", "password"), [("Ines", "wrong"), ("Nobody", PASSWORD), ("", ""), ("Ines\x00", "\x00")]
)
async def test_a_wrong_login_says_the_same_whatever_is_wrong(public_site: Site, name: str, password: str) -> None:
    await account(public_site, "Ines")
    async with public_site.client() as client:
        answer = await log_in(client, name, password)
        assert answer.status_code == 401
        assert "do not go together" in answer.text
        assert "set-cookie" not in answer.headers
    assert (await public_site.store.read(audit.list_entries))[0].action == "login refused"


async def test_guessing_is_slowed_and_the_right_password_works_again_later(public_site: Site) -> None:
    await account(public_site, "Ines")
    async with public_site.client() as client:
        answers = [(await log_in(client, "Ines", f"guess number {number}")).status_code for number in range(7)]
        assert answers == [401] * 5 + [429] * 2
        assert (await log_in(client, "Ines")).status_code == 429
        public_site.clock.forward(31)
        assert (await log_in(client, "Ines")).status_code == 303


@pytest.mark.parametrize(
    ("seconds", "status"),
    [pytest.param(11 * 3600, 200, id="used before long"), pytest.param(13 * 3600, 401, id="unused for half a day")],
)
async def test_a_session_ends_when_it_is_not_used(public_site: Site, seconds: int, status: int) -> None:
    headers = await session_of(public_site, await account(public_site, "Ines"))
    async with public_site.client(headers=headers) as client:
        public_site.clock.forward(seconds)
        assert (await client.get("/api/v1/me")).status_code == status


async def test_a_session_ends_after_a_week_however_often_it_is_used(public_site: Site) -> None:
    headers = await session_of(public_site, await account(public_site, "Ines"))
    async with public_site.client(headers=headers) as client:
        statuses = []
        for _ in range(15):
            public_site.clock.forward(12 * 3600 - 1)
            statuses.append((await client.get("/api/v1/me")).status_code)
    assert statuses == [200] * 14 + [401]


async def test_who_logs_out_is_out(public_site: Site) -> None:
    headers = await session_of(public_site, await account(public_site, "Ines"))
    async with public_site.client(headers=headers) as client:
        assert (await client.post("/logout")).status_code == 303
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_disabled_user_is_out_at_once(public_site: Site) -> None:
    user = await account(public_site, "Ines", "analyst")
    await account(public_site, "Jorun", "admin")
    async with public_site.client(headers=await session_of(public_site, user)) as client:
        assert (await client.get("/api/v1/me")).json()["role"] == "analyst"
        await public_site.store.run(users.change_user, user.id, state=users.DISABLED)
        assert (await client.get("/api/v1/me")).status_code == 401
        assert (await log_in(client, "Ines")).status_code == 401


async def test_a_new_password_ends_all_other_logins(public_site: Site) -> None:
    user = await account(public_site, "Ines")
    here, elsewhere = await session_of(public_site, user), await session_of(public_site, user)
    async with public_site.client() as client:
        form = {"old": PASSWORD, "new": "eight herrings in oil"}
        changed = await client.post("/account/password", data=form, headers=here)
        assert changed.status_code == 303
        assert (await client.get("/api/v1/me", headers=elsewhere)).status_code == 401
        assert (await client.get("/api/v1/me")).status_code == 200
        assert (await log_in(client, "Ines")).status_code == 401


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("wrong", "eight herrings in oil", "old password is another"), (PASSWORD, "short", "12 to 200 characters")],
)
async def test_a_password_that_cannot_be_changed_says_why(public_site: Site, old: str, new: str, said: str) -> None:
    headers = await session_of(public_site, await account(public_site, "Ines"))
    async with public_site.client(headers=headers | PAGE) as client:
        assert said in (await client.post("/account/password", data={"old": old, "new": new})).text


async def test_a_cookie_alone_changes_nothing(public_site: Site) -> None:
    headers = await session_of(public_site, await account(public_site, "Ines", "analyst"))
    async with public_site.client(headers={"cookie": headers["cookie"]}) as client:
        assert (await client.post("/api/v1/watches", json={"query": "Rostec"})).status_code == 403
        assert (await client.post("/api/v1/watches", json={"query": "Rostec"}, headers=ORIGIN)).status_code == 201


async def test_each_change_is_noted_with_who_made_it_and_questions_are_not(public_site: Site) -> None:
    headers = await session_of(public_site, await account(public_site, "Ines", "analyst"))
    async with public_site.client(headers=headers) as client:
        made = (await client.post("/api/v1/watches", json={"query": "Rostec"})).json()["id"]
        await client.post("/api/v1/queries/check", json={"query": "Rostec"})
        await client.post("/api/v1/watches", json={"query": "("})
        await client.delete(f"/api/v1/watches/{made}")
    noted = await public_site.store.read(audit.list_entries)
    assert [(entry.actor, entry.action, entry.subject) for entry in noted] == [
        ("Ines", "DELETE /api/v1/watches/{watch_id}", made),
        ("Ines", "POST /api/v1/watches", ""),
    ]


async def test_who_asks_too_often_is_told_when_to_come_again(public_site: Site) -> None:
    public_site.settings = web_settings(bind=PUBLIC, requests_at_once=3, requests_per_second=2)
    ines = await session_of(public_site, await account(public_site, "Ines"))
    jorun = await session_of(public_site, await account(public_site, "Jorun"))
    async with public_site.client() as client:
        answers = [await client.get("/api/v1/me", headers=ines) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[-1].headers["retry-after"] == "1"
        assert (await client.get("/api/v1/me", headers=jorun)).status_code == 200


async def test_a_login_can_be_demanded_on_loopback(site: Site) -> None:
    site.settings = web_settings(always_login=True)
    async with site.client() as client:
        assert (await client.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize("header", ["", "a", ";;;", "presswatch_session", "a=\x00; b=\x7f", "x=" + "y" * 100_000])
def test_a_cookie_that_is_none_of_ours_is_no_session(header: str) -> None:
    assert session_in(header) == ""


def test_a_password_is_known_by_its_hash_alone() -> None:
    kept = hash_password(PASSWORD)
    assert is_password(PASSWORD, kept)
    assert not is_password(PASSWORD + " ", kept)
    assert not is_password("", "")
    assert kept != hash_password(PASSWORD)
    assert PASSWORD not in kept


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 201])
def test_a_password_has_a_length(password: str) -> None:
    with pytest.raises(BadInput, match="12 to 200"):
        check_password(password)


def test_a_bucket_fills_again_and_forgets_who_was_long_away() -> None:
    limit = RateLimit(per_second=1, burst=2, most=2)
    assert [limit.take("a", 0), limit.take("a", 0), limit.take("a", 0)] == [0, 0, 1]
    assert limit.take("a", 1) == 0
    assert limit.take("a", 1.5) == pytest.approx(0.5)
    limit.give_back("a")
    assert limit.take("a", 1.5) == 0
    limit.take("b", 2), limit.take("c", 2)
    assert [limit.take("a", 2), limit.take("a", 2)] == [0, 0]


async def test_the_last_admin_stays(site: Site) -> None:
    first = await account(site, "Ines", "admin")
    with pytest.raises(BadInput, match="last admin"):
        await site.store.run(users.change_user, first.id, role="reader")
    with pytest.raises(BadInput, match="last admin"):
        await site.store.run(users.change_user, first.id, state="disabled")
    await account(site, "Jorun", "admin")
    changed = await site.store.run(users.change_user, first.id, role="reader")
    assert changed is not None and changed.role == "reader"


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b", "a\u202eb"])
async def test_a_name_that_cannot_be_is_refused(site: Site, name: str) -> None:
    with pytest.raises(BadInput, match="printable"):
        await account(site, name)


async def test_names_are_alike_whatever_their_case(site: Site) -> None:
    await account(site, "Ines")
    with pytest.raises(BadInput, match="already"):
        await account(site, "INES")


async def test_old_sessions_are_cleared_away(site: Site) -> None:
    user = await account(site, "Ines")
    await session_of(site, user)
    site.clock.forward(8 * 24 * 3600)
    await session_of(site, user)
    assert await site.store.read(lambda tx: len(tx.execute(sessions.sessions.select()).all())) == 1
