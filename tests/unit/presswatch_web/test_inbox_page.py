"""The inbox page: alerts sorted by hand, and what was not sent, with the reason."""

from __future__ import annotations

import re

import httpx
import pytest

from presswatch_shared.store import inbox, watches
from presswatch_shared.store.database import Tx
from presswatch_shared.store.inbox import NewItem
from presswatch_shared.store.watches import NewWatch
from tests.fixtures.accounts import PAGE, account, session_of
from tests.fixtures.web import PUBLIC, Site, alert_row, fire, web_settings

FORM = {"origin": "http://127.0.0.1:8080"} | PAGE


async def received(site: Site, number: int, *, told: str = inbox.SENT, reason: str = "") -> str:
    """An alert in the inbox; its id."""
    await fire(site.store, number)
    alert = alert_row(number)
    item = NewItem(
        alert_id=alert.alert_id,
        owner="",
        watch_id=alert.watch_id,
        story_id=alert.story_id,
        told=told,
        reason=reason,
    )

    def put(tx: Tx) -> None:
        if watches.get_watch(tx, alert.watch_id) is None:
            watches.add_watch(tx, NewWatch(id=alert.watch_id, query="Rostec"), now=1)
        inbox.add_items(tx, [item], now=number)

    await site.store.run(put)
    return alert.alert_id


def titles(page: httpx.Response) -> list[int]:
    return [int(number) for number in re.findall(r"delivers cranes (\d+)</bdi>", page.text)]


async def test_alerts_are_read_kept_and_unread_again(site: Site) -> None:
    first, second = [await received(site, number) for number in (1, 2)]
    async with site.client(headers=FORM) as client:
        assert titles(await client.get("/inbox?show=unread")) == [2, 1]
        answer = await client.post(f"/inbox/{first}", data={"state": "read", "back": "/inbox?show=unread"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/inbox?show=unread")
        await client.post(f"/inbox/{second}", data={"state": "kept"})
        shown = {show: titles(await client.get("/inbox", params={"show": show})) for show in ("", "unread", "kept")}
        assert shown == {"": [2, 1], "unread": [], "kept": [2]}
        await client.post(f"/inbox/{first}", data={"state": "unread"})
        assert titles(await client.get("/inbox?show=unread")) == [1]


async def test_a_story_is_muted_and_its_alert_read(site: Site) -> None:
    one = await received(site, 1)
    async with site.client(headers=FORM) as client:
        assert (await client.post(f"/inbox/{one}", data={"state": "mute"})).status_code == 303
        assert titles(await client.get("/inbox?show=unread")) == []
        assert ("story muted" in (page := (await client.get("/inbox")).text), 'value="mute"' in page) == (True, False)
        assert (await client.post(f"/inbox/{one}", data={"state": "unmute"})).status_code == 303
        assert ("story muted" in (page := (await client.get("/inbox")).text), 'value="mute"' in page) == (False, True)
        assert titles(await client.get("/inbox?show=unread")) == []


async def test_muting_its_story_does_not_let_a_kept_alert_go(site: Site) -> None:
    one = await received(site, 1)
    async with site.client(headers=FORM) as client:
        for state in ("kept", "mute", "unmute"):
            assert (await client.post(f"/inbox/{one}", data={"state": state})).status_code == 303
        assert titles(await client.get("/inbox?show=kept")) == [1]


async def test_what_was_held_back_says_why_and_what_no_channel_tells_is_no_such_thing(site: Site) -> None:
    await received(site, 1, told=inbox.SUPPRESSED, reason="quiet_hours")
    await received(site, 2, told=inbox.SUPPRESSED, reason=inbox.INBOX_ONLY)
    async with site.client(headers=FORM) as client:
        page = await client.get("/inbox?show=held")
        assert titles(page) == [1]
        assert "held back: quiet hours" in page.text


async def test_all_is_read_up_to_what_was_seen(site: Site) -> None:
    await received(site, 1)
    async with site.client(headers=FORM) as client:
        seen = re.search(r'name="until" value="(\d+)"', (await client.get("/inbox")).text)
        assert seen is not None
        await received(site, 2)
        await client.post("/inbox", data={"until": seen[1]})
        assert titles(await client.get("/inbox?show=unread")) == [2]


async def test_a_long_inbox_goes_on_in_every_view(site: Site) -> None:
    for number in range(1, 46):
        await received(site, number)
    async with site.client(headers=FORM) as client:
        for show in ("", "unread"):
            first = await client.get("/inbox", params={"show": show})
            more = re.search(r'rel="next" href="([^"]+)"', first.text)
            assert more is not None
            rest = await client.get(more[1].replace("&amp;", "&"))
            assert titles(first) + titles(rest) == list(range(45, 0, -1))


async def test_a_reader_sees_no_buttons(site: Site) -> None:
    await received(site, 1)
    site.settings = web_settings(bind=PUBLIC)
    async with site.client(headers=PAGE | await session_of(site, await account(site, "Rena", "reader"))) as client:
        page = await client.get("/inbox")
    assert titles(page) == [1]
    assert 'class="sorting"' not in page.text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "inbox"])
async def test_sorting_leads_nowhere_else(site: Site, back: str) -> None:
    one = await received(site, 1)
    async with site.client(headers=FORM) as client:
        answer = await client.post(f"/inbox/{one}", data={"state": "read", "back": back})
        assert answer.headers["location"] == "/inbox"


@pytest.mark.parametrize("data", [{"state": "gone"}, {}, {"state": "read\x00"}])
async def test_a_state_that_is_none_is_refused(site: Site, data: dict[str, str]) -> None:
    one = await received(site, 1)
    async with site.client(headers=FORM) as client:
        assert (await client.post(f"/inbox/{one}", data=data)).status_code == 422
        assert (await client.post("/inbox/nothing", data={"state": "read"})).status_code == 404
