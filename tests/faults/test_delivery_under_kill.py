"""kill -9 of the deliverer at random moments: every alert arrives, under one id however often it comes."""

from __future__ import annotations

import asyncio
import random
import sys

import pytest

from presswatch_shared.store import deliveries
from presswatch_shared.store.database import Store
from tests.fixtures.deliveries import add_webhook, queue
from tests.fixtures.receiver import Answer, Receiver, receiver
from tests.fixtures.stores import StoreAddress
from tests.fixtures.waiting import until

KILLS = 6
PROGRAM = """
import asyncio, sys
from pathlib import Path
from presswatch_delivery.service import delivery
from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.clock import SystemClock
from presswatch_shared.http.guarded_client import GuardedClient
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.database import open_store

async def main(url, folder, port):
    metrics = Metrics()
    client = GuardedClient(
        metrics=metrics, user_agent="test", allow_networks=["127.0.0.0/8"], allow_ports=[port]
    )
    parts = delivery(
        store=open_store(url, Path(folder)),
        client=client,
        metrics=metrics,
        clock=SystemClock(),
        settings=DeliverySettings(),
    )
    await parts.deliverer.run(asyncio.Event())

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.mark.slow
async def test_killed_again_and_again_nothing_is_lost(store: Store, store_address: StoreAddress) -> None:
    chance = random.Random(7)
    async with receiver() as hooks:
        alerts = 0
        for number in range(8):
            path = f"/hook-{number}"
            hooks.answers[path] = Answer(delay=0.05)
            alerts += len(store.run_now(queue, store.run_now(add_webhook, hooks.url(path), f"wat_{number}x"), 25))
        for _ in range(KILLS):
            await run_until_killed(hooks, store_address, requests=chance.randrange(1, 20), pause=chance.random() / 10)
        process = await start(hooks, store_address)
        await until(lambda: states(store) == {"delivered"}, within=60.0)
        process.kill()
        await process.wait()
        ids = [request.headers["webhook-id"] for request in hooks.requests]
    assert len(set(ids)) == alerts
    # At each death no more than what was in flight comes twice: four an endpoint.
    assert len(ids) - alerts <= KILLS * 8 * 4


async def run_until_killed(hooks: Receiver, address: StoreAddress, *, requests: int, pause: float) -> None:
    """Start, let some requests through, kill in the middle of others."""
    before = len(hooks.requests)
    process = await start(hooks, address)
    await until(lambda: len(hooks.requests) >= before + requests, within=30.0)
    await asyncio.sleep(pause)
    process.kill()
    await process.wait()


async def start(hooks: Receiver, address: StoreAddress) -> asyncio.subprocess.Process:
    arguments = (address.url, str(address.folder), str(hooks.port))
    return await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, *arguments)


def states(store: Store) -> set[str]:
    return {row.state for row in store.read_now(deliveries.list_deliveries, limit=1000)}
