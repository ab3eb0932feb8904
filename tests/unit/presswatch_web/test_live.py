"""Alerts live: one poller for all, nothing lost between two connections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from presswatch_shared.metrics import Metrics
from presswatch_shared.settings import BindAddress
from presswatch_shared.store import alerts
from presswatch_shared.store.database import Store
from presswatch_web.live import LiveAlerts
from presswatch_web.service import WebService
from tests.fixtures.stores import StoreAddress
from tests.fixtures.waiting import until
from tests.fixtures.web import Site, alert_row, fire, web_settings

LOCAL = BindAddress(host="127.0.0.1", port=0)


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[str]:
    """The application on a real port, since an endless answer needs a real connection."""
    site.settings = replace(site.settings, bind=LOCAL)
    stop = asyncio.Event()
    address: asyncio.Future[BindAddress] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(WebService(site.dependencies(), started=address.set_result).run(stop))
    try:
        yield f"http://{await asyncio.wait_for(address, 10)}"
    finally:
        stop.set()
        await asyncio.wait_for(running, 10)


@asynccontextmanager
async def listening(address: str, **options: Any) -> AsyncIterator[httpx.Response]:
    async with (
        httpx.AsyncClient(base_url=address) as client,
        client.stream("GET", "/api/v1/alerts/stream", **options) as answer,
    ):
        yield answer


async def events_of(lines: AsyncIterator[str], count: int) -> Sequence[dict[str, Any]]:
    """So many events, each with its id, name and data."""
    found: list[dict[str, Any]] = []
    event: dict[str, Any] = {}
    async with asyncio.timeout(10):
        async for line in lines:
            name, colon, value = line.partition(": ")
            if colon and name:
                event[name] = value
            elif not line and "data" in event:
                found.append(event | {"data": json.loads(event["data"])})
                event = {}
                if len(found) == count:
                    break
    return found


async def test_an_alert_written_by_another_process_arrives_with_its_number(
    site: Site, store_address: StoreAddress
) -> None:
    other = store_address.open()
    async with served(site) as address, listening(address) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert await anext(lines) == "retry: 2000"
        await fire(other, 1)
        (event,) = await events_of(lines, 1)
    other.close()
    assert (event["event"], event["id"]) == ("alert", "1")
    assert event["data"]["article"]["title"] == "Rostec delivers cranes 1"


@pytest.mark.parametrize("how", ["header", "parameter"])
async def test_a_listener_goes_on_behind_the_last_alert_it_saw(site: Site, how: str) -> None:
    await fire(site.store, 1, 2, 3)
    options: dict[str, Any] = {"headers": {"Last-Event-ID": "1"}} if how == "header" else {"params": {"after": "1"}}
    async with served(site) as address, listening(address, **options) as answer:
        found = await events_of(answer.aiter_lines(), 2)
    assert [event["data"]["story"] for event in found] == ["s2", "s3"]


@pytest.mark.parametrize("position", ["x", "-1", "1" * 30, "１"])
async def test_a_position_that_is_none_is_refused(client: httpx.AsyncClient, position: str) -> None:
    answer = await client.get("/api/v1/alerts/stream", params={"after": position})
    assert (answer.status_code, answer.json()["status"]) == (422, 422)


async def test_silence_is_broken_by_comments(site: Site) -> None:
    async with served(site) as address, listening(address) as answer, asyncio.timeout(10):
        async for line in answer.aiter_lines():
            if line.startswith(": "):
                return
    pytest.fail("no comment came")


async def test_more_listeners_than_allowed_are_sent_away(site: Site) -> None:
    site.settings = web_settings(listeners=1)
    async with served(site) as address, httpx.AsyncClient(base_url=address) as client:
        async with listening(address) as answer:
            # Kept, since an iterator that is dropped closes its connection.
            lines = answer.aiter_lines()
            assert await anext(lines)
            await until(lambda: b"presswatch_sse_listeners 1.0" in site.metrics.expose())
            refused = await client.get("/api/v1/alerts/stream")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
        await until(lambda: b"presswatch_sse_listeners 0.0" in site.metrics.expose())


async def test_the_service_stops_in_time_with_listeners_connected(site: Site) -> None:
    async with httpx.AsyncClient() as client:
        async with served(site) as address:
            answer = await client.send(client.build_request("GET", f"{address}/api/v1/alerts/stream"), stream=True)
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 3
        await answer.aclose()


def listener(live: LiveAlerts, after: int | None, into: list[int], count: int) -> asyncio.Task[None]:
    async def listen() -> None:
        async for row in live.listen(after, heartbeat=10):
            if row is not None:
                into.append(row.seq)
                if len(into) == count:
                    return

    return asyncio.create_task(listen())


async def test_many_listeners_cost_one_poller_and_see_all_in_order(store: Store) -> None:
    live = LiveAlerts(store, Metrics(), poll=0.005, most=1000)
    seen: list[list[int]] = [[] for _ in range(200)]
    tasks = [listener(live, 0, into, 30) for into in seen]
    for first in range(0, 30, 5):
        await fire(store, *range(first, first + 5))
        await asyncio.sleep(0)
    # Far less than the heartbeat: nobody needs it to notice an alert.
    await asyncio.wait_for(asyncio.gather(*tasks), 5)
    assert all(into == list(range(1, 31)) for into in seen)


async def test_a_slow_listener_misses_nothing_when_memory_does_not_reach_back(store: Store) -> None:
    live = LiveAlerts(store, Metrics(), poll=0.005, most=10, recent=10)
    stream = live.listen(0, heartbeat=10)
    await fire(store, 1)
    first = await anext(stream)
    assert first is not None and first.seq == 1
    await store.run(alerts.insert_alerts, [alert_row(number) for number in range(2, 60)])
    fast: list[int] = []
    await asyncio.wait_for(listener(live, 0, fast, 59), 10)
    slow = [row.seq for row in [await asyncio.wait_for(anext(stream), 10) for _ in range(58)] if row is not None]
    await stream.aclose()
    assert slow == list(range(2, 60))


async def test_closing_ends_every_listener(store: Store) -> None:
    live = LiveAlerts(store, Metrics(), poll=0.005, most=10)
    into: list[int] = []
    task = listener(live, 0, into, 1)
    await asyncio.sleep(0)
    live.close()
    await asyncio.wait_for(task, 5)
    assert into == []


async def test_who_never_reads_holds_up_nobody(site: Site) -> None:
    """More than the buffers on its way can take: it is not waited for, and the others hear everything."""
    async with served(site) as address:
        port = int(address.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /api/v1/alerts/stream?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        await writer.drain()
        long = "words of a snippet " * 1000
        await fire(site.store, *range(300), snippet=long)
        async with listening(address, params={"after": "0"}) as answer:
            heard = await events_of(answer.aiter_lines(), 300)
        assert [event["id"] for event in heard] == [str(number) for number in range(1, 301)]
        writer.close()


async def test_what_is_sent_of_an_alert_is_made_once_for_all(site: Site) -> None:
    live = LiveAlerts(site.store, Metrics(), poll=0.01, most=10, recent=3)
    made: list[int] = []

    def tell(row: Any) -> str:
        made.append(row.seq)
        return f"alert {row.seq}"

    rows = [replace(alert_row(number), seq=number) for number in range(1, 6)]
    for _ in range(2):
        assert [live.told(row, tell) for row in rows[:3]] == ["alert 1", "alert 2", "alert 3"]
    assert made == [1, 2, 3]
    live.told(rows[3], tell)
    assert live.told(rows[0], tell) == "alert 1"
    assert made == [1, 2, 3, 4, 1]
