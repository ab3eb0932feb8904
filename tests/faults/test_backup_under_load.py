"""A backup of the running product, restored elsewhere: equal counts, nothing lost, nothing sent before its release."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fixtures.outlet import outlet
from tests.fixtures.press import FEED, WATCHED, Press
from tests.fixtures.product import Product, Running
from tests.fixtures.receiver import Answer, Receiver, receiver
from tests.fixtures.waiting import until, until_so

BEFORE = 40
MEANWHILE = 80
WITHIN = 120.0


def ids(hook: Receiver, start: int = 0) -> Counter[str]:
    return Counter(request.headers["webhook-id"] for request in hook.requests[start:])


async def indexed(running: Running) -> int:
    async with httpx.AsyncClient(timeout=30) as client:
        return int((await client.get(f"{running.address}/api/v1/status")).json()["indexed"])


def try_again_now(data: Path) -> None:
    """A receiver that was down is tried again after minutes: let them be over."""
    with closing(sqlite3.connect(data / "store.db", timeout=10)) as store, store:
        store.execute("UPDATE outbox SET due_at = 1 WHERE state = 'pending' AND leased_until = 0")
        store.execute("UPDATE endpoints SET open_until = 0, failures = 0")


def rows(data: Path, question: str) -> int:
    with closing(sqlite3.connect(data / "store.db", timeout=10)) as store:
        (count,) = store.execute(question).fetchone()
        return int(count)


async def backup_under_load(product: Product, press: Press, target: Path) -> Any:
    """Made while pages are published, fetched, indexed and matched."""

    async def publish() -> None:
        for _ in range(MEANWHILE // 8):
            press.publish(8)
            await asyncio.sleep(0.2)

    publishing = asyncio.create_task(publish())
    made = json.loads(await product.call("admin", "backup", str(target), "--json", within=WITHIN))
    await publishing
    return made


@pytest.mark.servers  # needs none, but minutes: `make test-servers` runs it
@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_backup_of_the_running_product_is_restored_and_sends_nothing_twice(tmp_path: Path) -> None:
    async with outlet() as place, receiver() as hook:
        press = Press(place)
        ports = f"{place.port},{hook.port}"
        first = Product(tmp_path / "first", allow_ports=ports, log_level="ERROR")
        await first.call("watch", "add", f"title:{WATCHED}", "--webhook", hook.url())
        await first.call("source", "add", place.url(FEED))
        running = await first.start()
        press.publish(BEFORE)
        await until(lambda: len(ids(hook)) == len(press.watched), within=WITHIN)
        taken = len(hook.requests)
        hook.answers["/hook"] = Answer(status=500)
        made = await backup_under_load(first, press, tmp_path / "backup")
        running.kill()
        await running.process.wait()

        second = Product(tmp_path / "second", allow_ports=ports, log_level="ERROR")
        restored = json.loads(await second.call("admin", "restore", str(tmp_path / "backup"), "--json", within=WITHIN))
        assert restored["ok"]
        assert {name: pair["here"] for name, pair in restored["counts"].items()} == made["counts"]
        hook.answers["/hook"] = Answer()
        refused = len(hook.requests)
        async with second.running() as running:
            await until_so(lambda: _whole(running, press), within=WITHIN, pause=0.5)
            waiting = "SELECT count(*) FROM outbox WHERE state = 'pending'"
            untold = len(press.watched) - taken
            await until(lambda: rows(second.data, waiting) == untold, within=WITHIN)
            try_again_now(second.data)
            # The deliverer has looked several times by then.
            await asyncio.sleep(2)
            assert len(hook.requests) == refused
            assert f"{untold} deliveries go out" in await second.call("deliveries", "release")
            await until(lambda: len(hook.requests) == refused + untold, within=WITHIN)
            report = json.loads(await second.call("report", "--days", "2", "--json"))
        accepted = ids(hook)
        for request in hook.requests[taken:refused]:
            accepted[request.headers["webhook-id"]] -= 1
        print(
            "backup:", made["counts"]["index/articles"], "articles;", untold, "held;", refused - taken, "tries refused"
        )
        assert sorted(accepted.values()) == [1] * len(press.watched)
        assert report["balanced"]
        assert report["total"]["indexed"] == len(press.titles)


async def _whole(running: Running, press: Press) -> bool:
    return await indexed(running) == len(press.titles)
