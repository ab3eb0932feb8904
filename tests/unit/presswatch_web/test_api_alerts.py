"""`/api/v1/alerts` and `/api/v1/deliveries`."""

from __future__ import annotations

import httpx

from presswatch_shared.ids import alert_id
from presswatch_shared.store import channels, outbox
from presswatch_shared.store.database import Tx
from presswatch_shared.store.outbox import NewDelivery
from tests.fixtures.web import Site, fire


async def test_alerts_are_listed_newest_first_page_by_page(client: httpx.AsyncClient, site: Site) -> None:
    await fire(site.store, 1, 2, 3)
    first = (await client.get("/api/v1/alerts", params={"limit": 2})).json()
    second = (await client.get("/api/v1/alerts", params={"limit": 2, "cursor": first["next"]})).json()
    assert [item["story"] for item in (*first["items"], *second["items"])] == ["s3", "s2", "s1"]
    assert second["next"] is None


async def test_alerts_of_one_watch(client: httpx.AsyncClient, site: Site) -> None:
    await fire(site.store, 1, watch_id="wat_1")
    await fire(site.store, 2, watch_id="wat_2")
    found = (await client.get("/api/v1/alerts", params={"watch": "wat_2"})).json()
    assert [item["watch"]["id"] for item in found["items"]] == ["wat_2"]


async def test_an_alert_says_where_it_matched(client: httpx.AsyncClient, site: Site) -> None:
    await fire(site.store, 1)
    alert = (await client.get(f"/api/v1/alerts/{alert_id('wat_1', 's1', 'fired')}")).json()
    start, end = alert["snippet_spans"][0]
    assert alert["snippet"][start:end] == "Rostec"
    assert alert["matches"][0] == {"field": "title", "start": 0, "end": 6}
    assert (await client.get("/api/v1/alerts/none")).status_code == 404


async def test_deliveries_are_listed_by_state(client: httpx.AsyncClient, site: Site) -> None:
    def put(tx: Tx) -> None:
        channel = channels.add_channel(tx, watch_id="wat_1", kind="webhook", target="https://hooks.example", now=1)
        new = [NewDelivery(alert_id=f"al{number}", kind="fired", channel=channel, payload="{}") for number in range(3)]
        outbox.add_deliveries(tx, new, now=1)
        outbox.finish(tx, 1, "delivered", now=2)

    await site.store.run(put)
    pending = (await client.get("/api/v1/deliveries", params={"state": "pending"})).json()
    assert [item["alert_id"] for item in pending["items"]] == ["al2", "al1"]
    done = (await client.get("/api/v1/deliveries", params={"state": "delivered", "limit": 1})).json()
    assert (done["items"][0]["target"], done["next"] is not None) == ("https://hooks.example", True)
    assert (await client.get("/api/v1/deliveries", params={"state": "lost"})).status_code == 422
