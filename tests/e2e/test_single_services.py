"""One process a service, all on one data folder."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.fixtures.newsroom import news_page, newsroom
from tests.fixtures.product import Product, Running

pytestmark = pytest.mark.timeout(150)

SERVICES = ("crawler", "enrichment", "indexing", "alerting", "delivery")


async def spawned(stack: AsyncExitStack, product: Product, service: str) -> Running:
    running = await product.spawn(service)
    stack.callback(running.kill)
    return running


async def test_an_article_flows_from_its_feed_to_the_webhook_through_six_processes(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room, AsyncExitStack() as stack:
        web = await room.product.start("web")
        stack.callback(web.kill)
        room.address = web.address
        others = {name: await spawned(stack, room.product, name) for name in SERVICES}
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
        assert {name: await running.stop() for name, running in others.items()} == dict.fromkeys(SERVICES, 0)
        assert await web.stop() == 0
