"""One process a service, all on one data folder."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from presswatch_shared.metrics import Metrics
from tests.fixtures.newsroom import Newsroom, news_page, newsroom
from tests.fixtures.product import Product, Running
from tests.servers.ports import free_ports

pytestmark = pytest.mark.timeout(290)

SERVICES = ("crawler", "enrichment", "indexing", "alerting", "delivery")
OPENMETRICS = {"accept": "application/openmetrics-text; version=1.0.0"}


async def spawned(stack: AsyncExitStack, product: Product, service: str, port: int) -> Running:
    running = await product.having(metrics_bind=f"127.0.0.1:{port}").spawn(service)
    stack.callback(running.kill)
    return running


async def test_an_article_flows_from_its_feed_to_the_webhook_through_six_processes(tmp_path: Path) -> None:
    ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    async with newsroom(tmp_path) as room, AsyncExitStack() as stack:
        web = await room.product.start("web")
        stack.callback(web.kill)
        room.address = web.address
        others = {name: await spawned(stack, room.product, name, port) for name, port in ports.items()}
        feed = room.feed()
        url = feed.add("/1", news_page("Quixmoor seen by six processes"))
        await room.post("sources", url=feed.url)
        await room.watch("Quixmoor", "/hook")
        await room.until(lambda: room.urls_told("/hook") == [url], within=60)
        await room.until_found("Quixmoor")
        alerts = (await room.get("alerts"))["items"]
        assert [alert["article"]["url"] for alert in alerts] == [url]
        said = await asyncio.gather(room.product.call("crawler", expect=2), room.product.call("run", expect=2))
        assert said[0].startswith("presswatch: the crawler service already runs") and said[0].count("\n") == 1
        assert said[1].startswith("presswatch: Presswatch already runs") and said[1].count("\n") == 1
        for name, running in {**others, "web": web}.items():
            assert running.process.returncode is None, name
        for name, address in {
            **{name: f"http://127.0.0.1:{port}" for name, port in ports.items()},
            "web": web.address,
        }.items():
            await tells_how_it_is(room, name, address)
        scraping = [asyncio.create_task(scraped_to_the_end(port)) for port in ports.values()]
        assert {name: await running.stop() for name, running in others.items()} == dict.fromkeys(SERVICES, 0)
        await asyncio.wait_for(asyncio.gather(*scraping), 10)
        assert await web.stop() == 0


async def tells_how_it_is(room: Newsroom, service: str, address: str) -> None:
    """Alive, ready, what it depends on, and that the heartbeat came by."""
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        assert (await client.get("/livez")).status_code == 200
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        assert {"store", "stream"} <= set(ready.json()["checks"])

        async def measured() -> bool:
            numbers = samples((await client.get("/metrics", headers=OPENMETRICS)).text)
            answer = {name: numbers.get(f"presswatch_dependency_up dependency={name}") for name in ("store", "stream")}
            beats = service == "web" or f"presswatch_heartbeat_delay_seconds stage={service}" in numbers
            return set(answer.values()) == {1.0} and beats

        await room.until_asked(measured, within=40)
        text = (await client.get("/metrics")).text
    assert f'service="{service}"' in text
    assert all(f"# TYPE {one.name}" in text for one in Metrics().described)


def samples(text: str) -> Mapping[str, float]:
    """Numbers by name and labels."""
    families = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]  # untyped
    return {
        " ".join([sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))]): sample.value
        for family in families
        for sample in family.samples
    }


async def scraped_to_the_end(port: int) -> None:
    """Scrapes while a service stops are whole, until they are refused."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        with suppress(httpx.TransportError):
            while True:
                answer = await client.get("/metrics", headers=OPENMETRICS)
                assert answer.text.endswith("# EOF\n")
                await asyncio.sleep(0.05)
