from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from presswatch_delivery.channels.port import AlertSender, Message
from presswatch_delivery.deliverer import Deliverer
from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_delivery.sending import Sending
from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.clock import SECOND, SystemClock
from presswatch_shared.errors import Retry
from presswatch_shared.messages import AlertMessage
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import deliveries, outbox
from presswatch_shared.store.database import Store
from tests.fixtures.clocks import FakeClock
from tests.fixtures.deliveries import add_webhook, queue
from tests.fixtures.waiting import until


class Senders:
    """Answers by target; `hang` waits until it is cancelled."""

    def __init__(self, results: Mapping[str, SendResult | Exception | None] | None = None) -> None:
        self.results = dict(results or {})
        self.sent: list[tuple[str, str]] = []
        self.on_send: Callable[[], None] = lambda: None
        self.flying: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.closed = False

    async def send(self, message: Message) -> SendResult:
        assert isinstance(message.content, AlertMessage)
        self.sent.append((message.target, message.content.alert_id))
        self.on_send()
        self.flying[message.target] = self.flying.get(message.target, 0) + 1
        self.most[message.target] = max(self.most.get(message.target, 0), self.flying[message.target])
        try:
            result = self.results.get(message.target, SendResult(outcome=Outcome.DELIVERED, status=200))
            await asyncio.sleep(0)
            if result is None:
                await asyncio.Event().wait()
            if isinstance(result, Exception):
                raise result
            assert result is not None
            return result
        finally:
            self.flying[message.target] -= 1

    async def close(self) -> None:
        self.closed = True


SETTINGS = DeliverySettings(poll=0.05, stop_within=0.1)


@asynccontextmanager
async def delivering(
    store: Store,
    sender: AlertSender,
    *,
    settings: DeliverySettings = SETTINGS,
    clock: FakeClock | None = None,
    metrics: Metrics | None = None,
    wake: asyncio.Event | None = None,
) -> AsyncIterator[None]:
    chosen = clock or FakeClock()
    counted = metrics or Metrics()
    deliverer = Deliverer(
        store=store,
        sending=Sending({"webhook": sender}, metrics=counted, clock=chosen),
        settings=settings,
        metrics=counted,
        wake=wake or asyncio.Event(),
        clock=chosen,
        now=chosen.of,
        chance=lambda: 0.0,
    )
    stop = asyncio.Event()
    task = asyncio.create_task(deliverer.run(stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await task


def states(store: Store) -> list[str]:
    return sorted(row.state for row in store.read_now(deliveries.list_deliveries, limit=1000))


async def test_what_waits_is_delivered_and_counted(store: Store) -> None:
    channel = store.run_now(add_webhook, "https://a.example/")
    store.run_now(queue, channel, 3)
    metrics = Metrics()
    async with delivering(store, Senders(), metrics=metrics):
        await until(lambda: states(store) == ["delivered"] * 3)
    counted = metrics.registry.get_sample_value(
        "presswatch_notifications_total", {"channel": "webhook", "outcome": "delivered"}
    )
    assert counted == 3
    assert store.read_now(deliveries.count_outcomes) == {"delivered": 3}


async def test_a_new_row_wakes_the_deliverer_at_once(store: Store) -> None:
    channel = store.run_now(add_webhook, "https://a.example/")
    wake = asyncio.Event()
    async with delivering(store, Senders(), settings=replace(SETTINGS, poll=300), wake=wake):
        store.run_now(queue, channel, 1)
        wake.set()
        await until(lambda: states(store) == ["delivered"])


async def test_a_row_that_another_process_put_in_is_found_within_the_poll(store: Store) -> None:
    channel = store.run_now(add_webhook, "https://a.example/")
    async with delivering(store, Senders()):
        store.run_now(queue, channel, 1)
        await until(lambda: states(store) == ["delivered"], within=1.0)


async def test_an_endpoint_that_hangs_delays_nobody(store: Store) -> None:
    hanging = store.run_now(add_webhook, "https://hangs.example/")
    store.run_now(queue, hanging, 200)
    for number in range(20):
        channel = store.run_now(add_webhook, f"https://good-{number}.example/", f"wat_{number}x")
        store.run_now(queue, channel, 5)
    sender = Senders({"https://hangs.example/": None})
    async with delivering(store, sender, settings=replace(SETTINGS, per_endpoint=4, max_in_flight=24)):
        await until(lambda: states(store).count("delivered") == 100)
    assert sender.most["https://hangs.example/"] == 4


async def test_a_failing_endpoint_is_left_alone_after_some_failures(store: Store) -> None:
    failing = store.run_now(add_webhook, "https://fails.example/")
    store.run_now(queue, failing, 50)
    clock = FakeClock()
    sender = Senders({"https://fails.example/": SendResult(outcome=Outcome.REJECTED, status=500)})
    async with delivering(store, sender, settings=replace(SETTINGS, per_endpoint=1), clock=clock):
        await until(lambda: tries(store) == 5)
        await several_polls()
        assert len(sender.sent) == 5
        clock.forward(10)
        await until(lambda: tries(store) == 6)
        await several_polls()
        assert len(sender.sent) == 6
        sender.results.clear()
        clock.forward(20)
        await until(lambda: states(store).count("delivered") >= 44)


def tries(store: Store) -> int:
    return sum(store.read_now(deliveries.count_outcomes).values())


async def several_polls() -> None:
    """Long enough for the deliverer to do what it must not do."""
    await asyncio.sleep(4 * SETTINGS.poll)


async def test_a_fault_in_a_channel_is_a_failed_try_and_the_others_go_on(store: Store) -> None:
    for target in ("https://broken.example/", "https://good.example/"):
        store.run_now(queue, store.run_now(add_webhook, target, f"wat_{target}"))
    async with delivering(store, Senders({"https://broken.example/": ZeroDivisionError("oh")})):
        await until(lambda: states(store) == ["delivered", "pending"])
        await until(lambda: store.read_now(deliveries.count_outcomes) == {"delivered": 1, "failed": 1})


class BusyStore(Store):
    """A store that is busy for as long as a test says so."""

    busy = False

    async def run(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        if self.busy:
            raise Retry("store: database is locked")
        return await super().run(work, *args, **kwargs)


async def test_a_result_that_could_not_be_kept_at_once_is_kept_later_and_nothing_is_sent_twice(store: Store) -> None:
    busy = BusyStore(store.engine)
    channel = store.run_now(add_webhook, "https://a.example/")
    store.run_now(queue, channel, 3)
    sender = Senders()
    sender.on_send = lambda: setattr(busy, "busy", True)
    async with delivering(busy, sender):
        await until(lambda: len(sender.sent) == 3)
        await several_polls()
        assert states(store) == ["pending"] * 3
        busy.busy = False
        await until(lambda: states(store) == ["delivered"] * 3)
    assert len(sender.sent) == 3


async def test_what_is_in_flight_at_the_stop_is_given_back_untried(store: Store) -> None:
    channel = store.run_now(add_webhook, "https://hangs.example/")
    store.run_now(queue, channel)
    clock = FakeClock()
    sender = Senders({"https://hangs.example/": None})
    async with delivering(store, sender, clock=clock):
        await until(lambda: sender.sent)
    assert store.read_now(outbox.has_due, now=clock.now())
    assert store.read_now(deliveries.count_outcomes) == {}


async def test_after_a_kill_the_same_alert_goes_out_again_under_the_same_id(store: Store) -> None:
    channel = store.run_now(add_webhook, "https://a.example/")
    (alert,) = store.run_now(queue, channel)
    clock = FakeClock()
    store.run_now(outbox.claim, now=0, leased_until=clock.now() + 90 * SECOND, limit=1, per_endpoint=1, trial_after=5)
    sender = Senders()
    async with delivering(store, sender, clock=clock):
        await until(lambda: states(store) == ["delivered"])
    assert sender.sent == [("https://a.example/", alert.alert_id)]


async def test_leases_of_other_claimers_are_kept_where_there_are_any(store: Store) -> None:
    channel = store.run_now(add_webhook, "https://a.example/")
    store.run_now(queue, channel)
    clock = FakeClock()
    store.run_now(outbox.claim, now=0, leased_until=clock.now() + 90 * SECOND, limit=1, per_endpoint=1, trial_after=5)
    sender = Senders()
    async with delivering(store, sender, clock=clock, settings=replace(SETTINGS, sole_claimer=False)):
        await several_polls()
        assert sender.sent == []
        clock.forward(91)
        await until(lambda: states(store) == ["delivered"])


async def test_a_request_longer_than_its_lease_is_not_sent_again_meanwhile(store: Store) -> None:
    store.run_now(queue, store.run_now(add_webhook, "https://hangs.example/"))
    clock = FakeClock()
    sender = Senders({"https://hangs.example/": None})
    async with delivering(store, sender, clock=clock):
        await until(lambda: sender.sent)
        for _ in range(6):
            clock.forward(SETTINGS.lease / 3)
            await several_polls()
        assert len(sender.sent) == 1


async def test_with_the_clock_of_the_database_what_is_due_goes_out(store: Store) -> None:
    channel = store.run_now(add_webhook, "https://a.example/")
    clock = SystemClock()
    store.run_now(queue, channel, now=clock.now())
    sender = Senders()
    metrics = Metrics()
    deliverer = Deliverer(
        store=store,
        sending=Sending({"webhook": sender}, metrics=metrics, clock=clock),
        settings=SETTINGS,
        metrics=metrics,
        wake=asyncio.Event(),
        clock=clock,
    )
    stop = asyncio.Event()
    task = asyncio.create_task(deliverer.run(stop))
    await until(lambda: states(store) == ["delivered"])
    stop.set()
    await task
