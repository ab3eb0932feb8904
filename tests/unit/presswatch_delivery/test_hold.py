"""A restored product sends nothing until its deliveries are released, and everything then."""

from __future__ import annotations

import asyncio

from presswatch_delivery.service import delivery
from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.clock import SystemClock
from presswatch_shared.http.guarded_client import GuardedClient
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.database import Store
from presswatch_shared.store.delivery_hold import hold_deliveries, release_deliveries
from tests.fixtures.deliveries import add_webhook, queue
from tests.fixtures.receiver import receiver
from tests.fixtures.waiting import until

WAITING = 5


async def test_what_waits_goes_out_when_it_is_released_and_not_before(store: Store) -> None:
    metrics, stop = Metrics(), asyncio.Event()
    async with receiver() as hook:
        store.run_now(hold_deliveries, now=1)
        store.run_now(queue, store.run_now(add_webhook, hook.url()), WAITING)
        client = GuardedClient(
            metrics=metrics, user_agent="test", allow_networks=["127.0.0.0/8"], allow_ports=[hook.port]
        )
        parts = delivery(
            store=store, client=client, metrics=metrics, clock=SystemClock(), settings=DeliverySettings(poll=0.02)
        )
        running = asyncio.create_task(parts.deliverer.run(stop))
        try:
            # It measures after it has looked for what is due.
            await until(lambda: metrics.registry.get_sample_value("presswatch_deliveries_held") == 1.0)
            assert hook.requests == []
            store.run_now(release_deliveries)
            await until(lambda: hook.has(WAITING))
        finally:
            stop.set()
            await running
            await client.close()
