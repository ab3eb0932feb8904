"""The page of a watch: where it tells, and when."""

from __future__ import annotations

import re

import httpx
import pytest

from presswatch_shared.store import channels, policies, watches
from presswatch_shared.store.channels import Channel
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.watch_policy import Mode
from tests.fixtures.accounts import PAGE
from tests.fixtures.web import Site

FORM = {"origin": "http://127.0.0.1:8080"} | PAGE


@pytest.fixture
async def watched(site: Site) -> Site:
    await site.store.run(watches.add_watch, NewWatch(id="wat_1", query="Rostec"), now=1)
    return site


async def add(client: httpx.AsyncClient, kind: str, address: str = "") -> httpx.Response:
    return await client.post("/watches/wat_1/channels", data={"kind": kind, "address": address})


async def only_channel(site: Site) -> Channel:
    (channel,) = await site.store.read(channels.list_channels, "wat_1")
    return channel


async def test_the_secret_of_a_webhook_is_shown_once(watched: Site) -> None:
    async with watched.client(headers=FORM) as client:
        page = await add(client, "webhook", "https://hook.example/in")
        assert re.search(r"whsec_[\w+/=]+", page.text) is not None
        later = (await client.get("/watches/wat_1")).text
        assert "whsec_" not in later
        assert "https://hook.example/in" in later


async def test_a_channel_is_tested_switched_off_and_removed(watched: Site) -> None:
    async with watched.client(headers=FORM) as client:
        assert (await add(client, "email", "desk@kurier.example")).status_code == 303
        channel = await only_channel(watched)
        tested = await client.post(f"/channels/{channel.id}", data={"action": "test"})
        assert tested.headers["location"] == "/watches/wat_1?tested=1"
        assert "desk@kurier.example" in (await client.get("/deliveries?watch=wat_1")).text
        for action, state in (("disable", "disabled"), ("enable", "active")):
            await client.post(f"/channels/{channel.id}", data={"action": action})
            assert (await only_channel(watched)).state == state
        await client.post(f"/channels/{channel.id}", data={"action": "remove"})
        assert "desk@kurier.example" not in (await client.get("/watches/wat_1")).text


async def test_a_feed_gets_a_new_address(watched: Site) -> None:
    async with watched.client(headers=FORM) as client:
        await add(client, "feed")
        first = (await only_channel(watched)).token
        await client.post(f"/channels/{(await only_channel(watched)).id}", data={"action": "renew"})
        second = (await only_channel(watched)).token
        assert f"/feeds/{second}.atom" in (await client.get("/watches/wat_1")).text
        assert (await client.get(f"/feeds/{first}.atom")).status_code == 404
        assert (await client.get(f"/feeds/{second}.atom")).status_code == 200


@pytest.mark.parametrize(
    ("kind", "address"),
    [("webhook", "ftp://x.example"), ("email", "no address"), ("email", "a@b.example\r\nbcc: c@d.example")],
)
async def test_an_address_that_cannot_be_is_said_on_the_page(watched: Site, kind: str, address: str) -> None:
    async with watched.client(headers=FORM) as client:
        answer = await add(client, kind, address)
    assert (answer.status_code, 'class="fault error"' in answer.text) == (422, True)
    assert await watched.store.read(channels.list_channels, "wat_1") == []


async def test_a_policy_is_set_and_shown(watched: Site) -> None:
    form = {
        "mode": "weekly",
        "at": "07:30",
        "weekday": "friday",
        "zone": "Europe/Berlin",
        "quiet": "22:00-06:00",
        "cool_down": "30m",
        "most_an_hour": "5",
    }
    async with watched.client(headers=FORM) as client:
        assert (await client.post("/watches/wat_1/policy", data=form)).status_code == 303
        page = (await client.get("/watches/wat_1")).text
    policy = await watched.store.read(policies.get_policy, "wat_1")
    assert (policy.mode, policy.zone, policy.weekday, policy.most_an_hour) == (Mode.WEEKLY, "Europe/Berlin", 4, 5)
    assert (policy.at, policy.quiet_from, policy.quiet_until) == (450, 1320, 360)
    assert policy.cool_down_seconds == 1800
    assert "quiet 22:00–06:00" in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("at", "25:00", "no time of the day"),
        ("quiet", "all night", "quiet hours"),
        ("zone", "Mars/Crater", "no time zone"),
        ("cool_down", "soon", "duration"),
        ("weekday", "Someday", "no day of the week"),
        ("snooze", "when I like", ""),
    ],
)
async def test_a_policy_that_cannot_be_kept_is_said_on_the_page(
    watched: Site, field: str, value: str, said: str
) -> None:
    async with watched.client(headers=FORM) as client:
        answer = await client.post("/watches/wat_1/policy", data={"mode": "daily", field: value})
    assert (answer.status_code, 'class="fault error"' in answer.text) == (422, True)
    assert said in answer.text


async def test_what_was_typed_into_a_refused_form_stands_there_to_be_mended(watched: Site) -> None:
    typed = {"mode": "daily", "at": "06:45", "weekday": "friday", "zone": "Caracas", "quiet": "22-7", "cool_down": "9m"}
    async with watched.client(headers=FORM) as client:
        policy = (await client.post("/watches/wat_1/policy", data=typed)).text
        channel = (await add(client, "webhook", "hook.example/in")).text
        kept = (await client.get("/watches/wat_1")).text
    for value in ("06:45", "Caracas", "22-7", "9m"):
        assert f'value="{value}"' in policy
        assert f'value="{value}"' not in kept
    assert '<option value="daily" selected>' in policy
    assert '<option value="friday" selected>' in policy
    assert ('value="hook.example/in"' in channel, '<option value="webhook" selected>' in channel) == (True, True)
    # The form that is to be mended is the one that stands open.
    opened = [re.findall(r"<details class=\"more-form\"( open)?>", page) for page in (channel, policy, kept)]
    assert opened == [[" open", ""], ["", " open"], ["", ""]]


async def test_what_is_not_there_is_not_changed(watched: Site) -> None:
    async with watched.client(headers=FORM) as client:
        assert (await client.post("/watches/wat_9/policy", data={})).status_code == 404
        assert (await client.post("/watches/wat_9/channels", data={"kind": "feed"})).status_code == 404
        assert (await client.post("/channels/chn_9", data={"action": "test"})).status_code == 404
