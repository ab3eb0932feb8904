"""Whatever happens to pages and to the product, every page that was seen is accounted for once."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fixtures.mixed_news import KINDS, WATCHED, MixedNews
from tests.fixtures.outlet import outlet
from tests.fixtures.product import Product, Running
from tests.fixtures.receiver import Receiver, receiver

CONVERGE_SECONDS = 400.0


def let_hours_pass(data: Path) -> None:
    """Failures that may pass are tried again after up to half an hour: let that be over."""
    with sqlite3.connect(data / "store.db", timeout=10) as store:
        store.execute("UPDATE frontier SET due_at = 1 WHERE state = 'due' AND attempts > 0 AND leased_until = 0")
    store.close()


async def begin(running: Running, news: MixedNews, hook: Receiver) -> None:
    """The watch first: it fires on what comes after it."""
    async with httpx.AsyncClient(timeout=20) as client:
        watch = {"query": WATCHED, "webhooks": [{"url": hook.url()}]}
        (await client.post(f"{running.address}/api/v1/watches", json=watch)).raise_for_status()
        for feed in news.feeds:
            (await client.post(f"{running.address}/api/v1/sources", json={"url": feed})).raise_for_status()


async def figures(running: Running) -> Any:
    async with httpx.AsyncClient(timeout=20) as client:
        return (await client.get(f"{running.address}/api/v1/status")).json()


async def converged(product: Product, running: Running, news: MixedNews) -> None:
    """All pages have come to their end."""
    deadline = asyncio.get_running_loop().time() + CONVERGE_SECONDS
    while True:
        let_hours_pass(product.data)
        status = await figures(running)
        dropped = sum(status["not_articles"].values()) == sum(news.expected("not_articles").values())
        if status["indexed"] == len(news.good) and dropped and status["lag_records"] == 0 and not waiting(product.data):
            return
        assert asyncio.get_running_loop().time() < deadline, (status, product.log()[-3000:])
        await asyncio.sleep(0.3)


def waiting(data: Path) -> int:
    store = sqlite3.connect(data / "store.db", timeout=10)
    (count,) = store.execute("SELECT count(*) FROM frontier WHERE state = 'due'").fetchone()
    store.close()
    return int(count)


async def run_with_kills(folder: Path, pages: int, kills: int, *, fails_every: int) -> None:
    async with outlet() as place, receiver() as hook:
        news = MixedNews(place, pages, fails_every=fails_every)
        product = Product(folder / "data", allow_ports=f"{place.port},{hook.port}", log_level="ERROR")
        for kill in range(kills):
            running = await product.start()
            if not kill:
                await begin(running, news, hook)
            wanted = pages * (kill + 1) // (kills + 1)
            async with asyncio.timeout(200):
                while len(set(place.paths("/news/"))) < wanted * 0.8:
                    await asyncio.sleep(0.01)
            running.kill()
            await running.process.wait()
        async with product.running() as running:
            await converged(product, running, news)
            async with asyncio.timeout(60):
                while len({request.headers["webhook-id"] for request in hook.requests}) < len(news.watched):
                    await asyncio.sleep(0.05)
            report = json.loads(await product.call("report", "--days", "2", "--json"))
        check(report, news, pages)
        again = len(place.paths("/news/")) - len(set(place.paths("/news/")))
        print(f"{pages} pages, {kills} kills, {again} requests repeated:", json.dumps(report["total"]))


def check(report: Any, news: MixedNews, pages: int) -> None:
    total = report["total"]
    good = len(news.good)
    assert report["balanced"]
    assert not any(report["unexplained"].values())
    assert total["difference"] == 0
    assert {name: total[name] for name in ("refused", "failed", "not_articles")} == {
        name: news.expected(name) for name in ("refused", "failed", "not_articles")
    }
    assert total["seen"] == pages
    assert (total["waiting"], total["enriching"], total["indexing"]) == (0, 0, 0)
    assert (total["articles"], total["indexed"] + total["superseded"]) == (good, good)
    assert total["alerted"] == len(news.watched)
    hours = [hour for source in report["sources"] for hour in source["hours"]]
    assert sum(hour["seen"] for hour in hours) == pages
    assert all(hour["difference"] == 0 for hour in hours)


@pytest.mark.timeout(200)
async def test_pages_that_fail_in_every_way_and_a_kill_leave_nothing_unaccounted_for(tmp_path: Path) -> None:
    await run_with_kills(tmp_path, len(KINDS) * 4, 1, fails_every=2)


@pytest.mark.servers  # needs none, but minutes: `make test-servers` runs it
@pytest.mark.slow
@pytest.mark.timeout(570)
async def test_two_thousand_pages_and_three_kills_leave_nothing_unaccounted_for(tmp_path: Path) -> None:
    await run_with_kills(tmp_path, 2_000, 3, fails_every=10)
