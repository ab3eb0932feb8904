"""Twenty good receivers beside one that hangs and one that answers 500: the good ones notice nothing."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from presswatch_delivery.service import delivery
from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.clock import SystemClock
from presswatch_shared.http.guarded_client import GuardedClient
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.database import Store
from tests.fixtures.deliveries import add_webhook, queue
from tests.fixtures.receiver import Answer, Receiver, receiver
from tests.fixtures.stores import fresh_store
from tests.fixtures.waiting import until

GOOD = [f"/good-{number}" for number in range(20)]
EACH = 10


async def latencies(folder: Path, bad: Sequence[str]) -> Sequence[float]:
    """Seconds from the outbox to each good receiver."""
    store = fresh_store(folder)
    async with receiver() as hooks:
        hooks.answers |= {"/hangs": Answer(hang=True), "/fails": Answer(status=500)}
        client = GuardedClient(
            metrics=Metrics(), user_agent="test", allow_networks=["127.0.0.0/8"], allow_ports=[hooks.port]
        )
        # The bad ones have been there for a while, with a lot to be told.
        for path in bad:
            store.run_now(queue, store.run_now(add_webhook, hooks.url(path), f"wat_{path}"), 200)
        parts = delivery(
            store=store,
            client=client,
            metrics=Metrics(),
            clock=SystemClock(),
            settings=DeliverySettings(poll=0.05, stop_within=0.2),
        )
        stop = asyncio.Event()
        task = asyncio.create_task(parts.deliverer.run(stop))
        try:
            await until(lambda: all(hooks.of(path) for path in bad), within=30.0)
            return await _arrivals(store, hooks)
        finally:
            stop.set()
            await task
            await client.close()
            store.close()


async def _arrivals(store: Store, hooks: Receiver) -> Sequence[float]:
    channels = [store.run_now(add_webhook, hooks.url(path), f"wat_{path}") for path in GOOD]
    began = time.monotonic()
    for channel in channels:
        await store.run(queue, channel, EACH)
    await until(lambda: all(len(hooks.of(path)) == EACH for path in GOOD), within=60.0)
    return [request.at - began for path in GOOD for request in hooks.of(path)]


@pytest.mark.slow
async def test_the_good_ones_are_as_quick_as_without_the_bad_ones(tmp_path: Path) -> None:
    alone = await latencies(tmp_path / "alone", [])
    beside = await latencies(tmp_path / "beside", ["/hangs", "/fails"])
    before, after = (statistics.quantiles(seconds, n=20)[-1] for seconds in (alone, beside))
    print(f"p95 alone {before:.3f} s, beside a hanging and a failing one {after:.3f} s")
    # A request that hangs takes 20 s: waiting for one would show. The rest is the noise of a crowded machine.
    assert after < before * 2 + 1.0
