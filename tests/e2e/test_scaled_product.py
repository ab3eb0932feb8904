"""The whole product on Kafka, PostgreSQL and Elasticsearch: a process a service, two of those that have the work."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from email.utils import formatdate
from pathlib import Path
from time import time

import pytest

from tests.fixtures.newsroom import news_page
from tests.fixtures.outlet import RSS_TYPE, Item, Outlet, outlet, rss
from tests.fixtures.product import Product, Running
from tests.fixtures.receiver import Receiver, receiver
from tests.fixtures.scaled import scaled_settings
from tests.fixtures.waiting import until
from tests.servers.addresses import KafkaAddress, PostgresqlAddress, SearchAddress

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(570)]

PROCESSES = (
    "crawler", "enrichment", "enrichment", "indexing", "alerting", "alerting", "delivery", "web",
)  # fmt: skip
ARTICLES = 120
WATCHED_EVERY = 4
CONVERGE_SECONDS = 240.0
# Beside eight processes on few cores even a short command takes its time to start, and so do eight that end at once.
COMMAND_SECONDS = 120.0
STOP_SECONDS = 90.0


def publish(place: Outlet) -> Sequence[str]:
    """A feed of pages, each fourth with the watched name in its title; gives the addresses of these."""
    watched, items = [], []
    for number in range(ARTICLES):
        is_watched = number % WATCHED_EVERY == 0
        title = f"Report {number}{' from Quixmoor' if is_watched else ''}"
        url = place.publish(f"/news/{number}", news_page(title))
        items.append(Item(url=url, title=title, published=formatdate(time(), usegmt=True)))
        watched += [url] if is_watched else []
    place.publish("/feed.xml", rss(items), RSS_TYPE, validators=True)
    return sorted(watched)


@asynccontextmanager
async def every_service(folder: Path, settings: dict[str, str]) -> AsyncIterator[dict[str, Running]]:
    """Each a process with a data folder of its own, as on machines of their own; none of them ends by itself."""
    async with AsyncExitStack() as stack:
        running = {}
        for number, service in enumerate(PROCESSES):
            name = f"{service}-{number}"
            running[name] = await Product(folder / name, **settings).spawn(service)
            stack.callback(running[name].kill)
        yield running
        ended = {name: one.process.returncode for name, one in running.items() if one.process.returncode is not None}
        assert ended == {}


async def converged(product: Product, hook: Receiver, alerts: int) -> dict[str, object]:
    """The status once all is indexed and told."""
    await until(lambda: len(told(hook)) >= alerts, within=CONVERGE_SECONDS)
    deadline = asyncio.get_running_loop().time() + CONVERGE_SECONDS
    while True:
        status: dict[str, object] = json.loads(await product.call("status", "--json", within=COMMAND_SECONDS))
        if status["indexed"] == ARTICLES and status["lag_records"] == 0:
            return status
        assert asyncio.get_running_loop().time() < deadline, status


def told(hook: Receiver) -> Sequence[str]:
    """The pages that the receiver was told of, each once."""
    return sorted({json.loads(request.body)["data"]["article"]["url"] for request in hook.requests})


@pytest.mark.parametrize("host", ["faust", "aiokafka"])
async def test_every_page_is_indexed_and_every_alert_told_once_by_replicas_on_servers(
    host: str,
    tmp_path: Path,
    kafka: KafkaAddress,
    postgresql: PostgresqlAddress,
    elasticsearch9: SearchAddress,
) -> None:
    with scaled_settings(kafka, postgresql, elasticsearch9) as stores:
        async with outlet() as place, receiver() as hook:
            settings = {
                **stores,
                "stream_host": host,
                "allow_ports": f"{place.port},{hook.port}",
                "enrichment_workers": "1",
                "log_level": "WARNING",
            }
            product = Product(tmp_path / "operator", **settings)
            steps = ("migrate", "topics", "index")
            await asyncio.gather(*(product.call("admin", step, within=COMMAND_SECONDS) for step in steps))
            expected = publish(place)
            await product.call("source", "add", place.url("/feed.xml"), within=COMMAND_SECONDS)
            await product.call("watch", "add", "title:Quixmoor", "--webhook", hook.url(), within=COMMAND_SECONDS)
            async with every_service(tmp_path, settings) as running:
                status = await converged(product, hook, len(expected))
                found = json.loads(
                    await product.call("search", "title:Quixmoor", "--count", "--json", within=COMMAND_SECONDS)
                )
                codes = await asyncio.gather(*(one.stop(within=STOP_SECONDS) for one in running.values()))
                # Stopped on purpose: the check at the end of the block is of those that ended by themselves.
                stopped = Counter(codes)
                running.clear()
    assert stopped == {0: len(PROCESSES)}
    assert told(hook) == expected
    assert status["articles"] == ARTICLES
    assert status["alerts"] == len(expected) == found["count"]
    assert status["dead_letters"] == 0
    assert len({request.headers["webhook-id"] for request in hook.requests}) == len(expected)
