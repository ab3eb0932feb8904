"""Channels, policies, inbox, deliveries, feeds and the links of mails over HTTP."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from lxml import etree

from presswatch_delivery.enqueue import enqueue
from presswatch_shared.store import alerts, channels, deliveries, inbox, watches
from presswatch_shared.store.channels import EMAIL
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import NewWatch
from tests.fixtures.alerts import FIRED_AT, alert_fired, alert_row
from tests.fixtures.web import PUBLIC, Site, web_settings

API = "/api/v1"
BROWSER = {"accept": "text/html"}


@pytest.fixture
def watch(site: Site) -> str:
    return site.store.run_now(watches.add_watch, NewWatch(id="wat_1", query="Rostec", name="Arms"), now=1).id


def fire(store: Store, *numbers: int) -> None:
    fired = [alert_fired(story_id=f"s{number}") for number in numbers]
    store.run_now(alerts.insert_alerts, [alert_row(alert) for alert in fired])
    store.run_now(enqueue, fired, now=FIRED_AT)


async def add(client: httpx.AsyncClient, watch: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"{API}/watches/{watch}/channels", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_channel_is_made_changed_tested_and_removed(client: httpx.AsyncClient, watch: str, site: Site) -> None:
    made = await add(client, watch, kind="webhook", address="https://hooks.example/in")
    assert made["secret"].startswith("whsec_")
    url = f"{API}/channels/{made['id']}"
    assert (await client.get(url)).json() == made | {"secret": None}
    changed = (await client.patch(url, json={"address": "https://hooks.example/new", "state": "disabled"})).json()
    assert (changed["target"], changed["state"]) == ("https://hooks.example/new", "disabled")
    assert (await client.patch(url, json={"state": "active"})).json()["state"] == "active"
    fresh = (await client.post(f"{url}/secret", json={})).json()["secret"]
    assert fresh.startswith("whsec_") and fresh != made["secret"]
    test = (await client.post(f"{url}/test")).json()
    found = (await client.get(f"{API}/deliveries/{test['delivery']}")).json()
    assert (found["kind"], found["state"], found["history"]) == ("test", "pending", [])
    assert (await client.delete(url)).status_code == 204
    assert (await client.get(url)).status_code == 404
    assert (await client.get(f"{API}/watches/{watch}/channels")).json() == {"items": []}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"kind": "email", "address": "no address"}, 422, id="no mail address"),
        pytest.param({"kind": "email", "address": "a@x.example\r\nBcc: b@x.example"}, 422, id="a header"),
        pytest.param({"kind": "apprise", "address": "json://127.0.0.1"}, 422, id="a service that is not allowed"),
        pytest.param({"kind": "feed", "address": "https://x.example/"}, 422, id="a feed with an address"),
        pytest.param({"kind": "pigeon"}, 422, id="no such kind"),
    ],
)
async def test_a_channel_that_cannot_be_used_is_refused(
    client: httpx.AsyncClient, watch: str, body: dict[str, Any], status: int
) -> None:
    answer = await client.post(f"{API}/watches/{watch}/channels", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_the_policy_is_read_and_set(client: httpx.AsyncClient, watch: str) -> None:
    url = f"{API}/watches/{watch}/policy"
    assert (await client.get(url)).json()["mode"] == "instant"
    body = {"mode": "weekly", "weekday": "friday", "at": "07:30", "zone": "Europe/Berlin", "quiet_from": "22:00"}
    kept = (await client.put(url, json=body | {"quiet_until": "07:00"})).json()
    assert body.items() <= kept.items()
    assert (await client.get(url)).json() == kept
    assert (await client.put(url, json=body)).status_code == 422
    assert (await client.put(url, json={"mode": "daily", "zone": "Mars/Olympus"})).status_code == 422
    assert (await client.put(f"{API}/watches/none/policy", json={})).status_code == 404


async def test_the_inbox_is_sorted_and_counted(client: httpx.AsyncClient, watch: str, site: Site) -> None:
    fire(site.store, 1, 2, 3)
    page = (await client.get(f"{API}/inbox", params={"limit": 2})).json()
    assert [item["alert"]["story"] for item in page["items"]] == ["s3", "s2"]
    rest = (await client.get(f"{API}/inbox", params={"cursor": page["next"]})).json()
    assert [item["alert"]["story"] for item in rest["items"]] == ["s1"]
    url = f"{API}/inbox/{page['items'][0]['alert']['id']}"
    assert (await client.patch(url, json={"state": "kept"})).json()["state"] == "kept"
    assert (await client.post(f"{url}/mute")).json() == {"story": "s3", "muted": True}
    assert (await client.delete(f"{url}/mute")).json() == {"story": "s3", "muted": False}
    counts = (await client.get(f"{API}/inbox/counts")).json()
    assert counts["state"] == {"unread": 2, "read": 0, "kept": 1}
    assert counts["told"] == {"sent": 3, "pending": 0, "suppressed": 0}
    assert (await client.post(f"{API}/inbox/none/mute")).status_code == 404


async def test_deliveries_are_searched_replayed_and_exported(client: httpx.AsyncClient, watch: str, site: Site) -> None:
    await add(client, watch, kind="webhook", address="https://hooks.example/in?token=abc")
    await add(client, watch, kind="email", address="ana@reader.example")
    fire(site.store, 1, 2)
    mails = (await client.get(f"{API}/deliveries", params={"channel": "email", "since": "2000-01-01"})).json()["items"]
    assert {row["target"] for row in mails} == {"ana@reader.example"} and len(mails) == 2
    found = (await client.get(f"{API}/deliveries", params={"text": "HOOKS.example"})).json()["items"]
    assert len(found) == 2 and all("abc" not in row["target"] for row in found)
    assert (await client.get(f"{API}/deliveries", params={"text": "%"})).json()["items"] == []
    assert (await client.post(f"{API}/deliveries/{found[0]['id']}/replay")).status_code == 200
    await client.delete(f"{API}/channels/{found[0]['channel_id']}")
    assert (await client.post(f"{API}/deliveries/{found[0]['id']}/replay")).status_code == 409
    lines = (await client.get(f"{API}/deliveries/export")).text.splitlines()
    assert [json.loads(line)["history"] for line in lines] == [[]] * 4
    csv = await client.get(f"{API}/deliveries/export", params={"format": "csv", "state": "pending"})
    assert len(csv.text.splitlines()) == 3
    assert csv.headers["content-type"].startswith("text/csv")


async def test_a_feed_is_read_by_whoever_knows_its_address_until_it_is_renewed(
    client: httpx.AsyncClient, watch: str, site: Site
) -> None:
    made = await add(client, watch, kind="feed")
    fire(site.store, 1, 2)
    atom = await client.get(made["feed"]["atom"])
    assert atom.headers["content-type"].startswith("application/atom+xml")
    entries = etree.fromstring(atom.content).findall("{*}entry")
    assert [entry.findtext("{*}title") for entry in entries] == ["Rostec liefert Kräne"] * 2
    assert (await client.get(made["feed"]["atom"], headers={"if-none-match": atom.headers["etag"]})).status_code == 304
    document = (await client.get(made["feed"]["json_feed"])).json()
    assert document["version"].endswith("1.1") and len(document["items"]) == 2
    renewed = (await client.post(f"{API}/channels/{made['id']}/address")).json()
    assert (await client.get(made["feed"]["atom"])).status_code == 404
    assert (await client.get(renewed["feed"]["atom"])).status_code == 200
    assert (await client.post(f"{API}/channels/{made['id']}/test")).status_code == 409


async def test_feeds_and_links_of_mails_need_no_login_and_the_rest_does(store: Store) -> None:
    site = Site(store=store, settings=web_settings(bind=PUBLIC, public_url="https://watch.example"))
    store.run_now(watches.add_watch, NewWatch(id="wat_1", query="Rostec", name="Arms"), now=1)
    feed = store.run_now(channels.add_channel, watch_id="wat_1", kind="feed", target="", now=1)
    mail = store.run_now(channels.add_channel, watch_id="wat_1", kind=EMAIL, target="ana@reader.example", now=1)
    async with site.client() as client:
        assert (await client.get(f"/feeds/{feed.token}.atom")).status_code == 200
        assert (await client.get(f"/feeds/{mail.token}.atom")).status_code == 404
        assert (await client.get(f"/unsubscribe/{mail.token}")).status_code == 200
        assert (await client.get(f"/unsubscribe/{feed.token}")).status_code == 404
        assert (await client.get(f"{API}/inbox")).status_code == 401


async def test_looking_at_an_unsubscribe_link_changes_nothing_and_the_post_ends_the_mails(
    client: httpx.AsyncClient, watch: str, site: Site
) -> None:
    await add(client, watch, kind="email", address="ana@reader.example")
    (channel,) = site.store.read_now(channels.list_channels, watch)
    fire(site.store, 1)
    url = f"/unsubscribe/{channel.token}"
    for method in ("GET", "HEAD", "GET"):
        assert (await client.request(method, url, headers=BROWSER)).status_code == 200
    page = (await client.get(url, headers=BROWSER)).text
    assert 'method="post"' in page and "ana@reader.example" in page
    assert site.store.read_now(channels.list_channels, watch)[0].state == "active"
    for _ in range(2):
        # As a mail program sends it: from nowhere, with the body of RFC 8058.
        answer = await client.post(url, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert site.store.read_now(channels.list_channels, watch)[0].state == "disabled"
    assert [row.state for row in site.store.read_now(deliveries.list_deliveries)] == ["channel_disabled"]


async def test_a_mail_mutes_its_story_by_a_post_alone(client: httpx.AsyncClient, watch: str, site: Site) -> None:
    await add(client, watch, kind="email", address="ana@reader.example")
    (channel,) = site.store.read_now(channels.list_channels, watch)
    fire(site.store, 1)
    (item,) = site.store.read_now(inbox.list_inbox)
    url = f"/mute/{channel.token}/{item.alert.alert_id}"
    assert "Rostec liefert Kräne" in (await client.get(url, headers=BROWSER)).text
    assert site.store.read_now(inbox.list_inbox)[0].state == "unread"
    assert (await client.post(url)).status_code == 200
    assert site.store.read_now(inbox.list_inbox)[0].state == "read"
    assert (await client.post(f"/mute/{channel.token}/none")).status_code == 404
