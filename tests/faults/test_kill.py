"""kill -9 at any moment: nothing lost, no alert twice."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from email.utils import formatdate
from pathlib import Path
from time import time

import pytest

from tests.fixtures.outlet import RSS_TYPE, Item, Outlet, outlet, rss
from tests.fixtures.product import Product
from tests.fixtures.receiver import Receiver, receiver

ARTICLES = 1500
KILLS = 30
WATCHED_EVERY = 5
SEED = 20261124
SYLLABLES = ("ka", "lo", "mer", "ti", "van", "so", "pel", "dra", "nu", "wis", "gor", "be", "fa", "rin", "zul", "ho")
CONVERGE_SECONDS = 150.0


def news(number: int, chance: random.Random) -> str:
    """A page unlike all others, so that no two are copies of one text; every fifth says the watched word."""
    words = ["".join(chance.choices(SYLLABLES, k=chance.randrange(2, 5))) for _ in range(160)]
    if number % WATCHED_EVERY == 0:
        words[40] = "Rostec"
    paragraphs = "".join(f"<p>{' '.join(words[i : i + 40]).capitalize()}.</p>" for i in range(0, 160, 40))
    title = f"Report {number}: {' '.join(words[:5])}"
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


class Publisher:
    """Publishes all articles over a number of feeds, a few at a time, while the product dies and lives."""

    def __init__(self, place: Outlet, chance: random.Random) -> None:
        self._outlet = place
        self._chance = chance
        self._items: list[Item] = []

    def feed(self) -> str:
        return self._outlet.url("/feed.xml")

    def publish(self, count: int) -> None:
        for number in range(len(self._items), min(ARTICLES, len(self._items) + count)):
            url = self._outlet.publish(f"/news/{number}", news(number, self._chance))
            self._items.append(Item(url=url, title=f"Report {number}", published=formatdate(time(), usegmt=True)))
        self._outlet.publish("/feed.xml", rss(self._items), RSS_TYPE, validators=True)

    @property
    def done(self) -> bool:
        return len(self._items) == ARTICLES


async def converged(product: Product) -> dict[str, object]:
    """The status once everything that was published can be searched."""
    deadline = asyncio.get_running_loop().time() + CONVERGE_SECONDS
    while True:
        status = dict(await product.status())
        if status["indexed"] == ARTICLES and status["lag_records"] == 0 and status["pending"] == 0:
            return status
        assert asyncio.get_running_loop().time() < deadline, (status, product.log()[-3000:])
        await asyncio.sleep(0.5)


def webhook_ids(hook: Receiver) -> Counter[str]:
    return Counter(request.headers["webhook-id"] for request in hook.requests)


def page_requests(place: Outlet) -> Counter[str]:
    return Counter(place.paths("/news/"))


def told(hook: Receiver) -> Sequence[str]:
    """The pages that the receiver was told of, each once."""
    return sorted({json.loads(request.body)["data"]["article"]["url"] for request in hook.requests})


@pytest.mark.slow
@pytest.mark.timeout(570)
async def test_nothing_is_lost_and_no_alert_made_twice_over_thirty_kills(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    async with outlet() as place, receiver() as hook:
        ports = f"{place.port},{hook.port}"
        product = Product(tmp_path / "data", allow_ports=ports, log_level="WARNING")
        publisher = Publisher(place, chance)
        publisher.publish(20)
        await product.call("source", "add", publisher.feed())
        await product.call("watch", "add", "Rostec", "--webhook", hook.url())
        for _ in range(KILLS):
            publisher.publish(ARTICLES // KILLS)
            running = await product.start()
            await asyncio.sleep(chance.uniform(0.0, 2.5))
            running.kill()
            await running.process.wait()
        publisher.publish(ARTICLES)
        assert publisher.done
        async with product.running():
            status = await converged(product)
            expected = [place.url(f"/news/{number}") for number in range(0, ARTICLES, WATCHED_EVERY)]
            async with asyncio.timeout(60):
                while len(told(hook)) < len(expected):
                    await asyncio.sleep(0.1)
            alerts = json.loads(await product.call("search", "Rostec", "--count", "--json"))
        assert status["articles"] == ARTICLES
        assert status["dead_letters"] == 0
        assert status["alerts"] == len(expected) == alerts["count"]
        assert told(hook) == sorted(expected)
        assert len(webhook_ids(hook)) == len(expected)
        repeats = sum(count - 1 for count in page_requests(place).values())
        again = sum(count - 1 for count in webhook_ids(hook).values())
        print(f"{KILLS} kills: {repeats} pages fetched again, {again} webhooks sent again under the same id")
        # A page in flight at a kill is fetched once more; the crawler has at most so many in flight.
        assert repeats <= KILLS * 50
