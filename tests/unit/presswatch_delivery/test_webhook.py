"""Webhooks over the guarded client to a real receiver on loopback, verified with the reference package."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from standardwebhooks import Webhook

from presswatch_delivery.channels.port import Message
from presswatch_delivery.channels.signature import signed_headers
from presswatch_delivery.channels.webhook import WebhookSender
from presswatch_delivery.outcome import Outcome
from presswatch_delivery.service import delivery
from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.clock import SystemClock
from presswatch_shared.errors import BadInput
from presswatch_shared.http.guarded_client import GuardedClient
from presswatch_shared.http.port import Limits
from presswatch_shared.ids import webhook_id
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import deliveries, outbox
from presswatch_shared.store.database import Store
from presswatch_shared.store.deliveries import DeliveryFilter
from presswatch_shared.webhooks import new_secret
from tests.fixtures.deliveries import SECRET, add_webhook, message_to, queue
from tests.fixtures.receiver import Answer, Receiver, receiver
from tests.fixtures.waiting import until

LIMITS = Limits(connect=2.0, first_byte=0.3, total=1.0, raw_bytes=1000, minimum_rate=0)
SETTINGS = DeliverySettings(poll=0.05, stop_within=0.5, limits=LIMITS)


@asynccontextmanager
async def guarded(*ports: int, networks: tuple[str, ...] = ("127.0.0.0/8",)) -> AsyncIterator[GuardedClient]:
    client = GuardedClient(metrics=Metrics(), user_agent="test", allow_networks=networks, allow_ports=ports)
    try:
        yield client
    finally:
        await client.close()


@pytest.fixture
async def hooks() -> AsyncIterator[Receiver]:
    async with receiver() as running:
        yield running


@pytest.fixture
async def client(hooks: Receiver) -> AsyncIterator[GuardedClient]:
    async with guarded(hooks.port) as made:
        yield made


@pytest.fixture
def sender(client: GuardedClient) -> WebhookSender:
    return WebhookSender(client, clock=SystemClock(), limits=LIMITS)


def message(hooks: Receiver, path: str = "/hook", secret: str = SECRET) -> Message:
    return message_to(hooks.url(path), secret=secret)


@pytest.mark.parametrize("secret", [SECRET, new_secret()], ids=["of the specification", "made by us"])
async def test_the_reference_package_accepts_our_signature(hooks: Receiver, sender: WebhookSender, secret: str) -> None:
    result = await sender.send(message(hooks, secret=secret))
    assert (result.outcome, result.status) == (Outcome.DELIVERED, 200)
    (request,) = hooks.requests
    assert Webhook(secret).verify(request.body, dict(request.headers)) == json.loads(request.body)
    assert request.headers["content-type"] == "application/json"


def test_the_signature_is_that_of_the_specification() -> None:
    headers = signed_headers(
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        seconds=1614265330,
        body=b'{"test": 2432232314}',
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_the_id_and_the_body_stay_the_same_over_all_tries(hooks: Receiver, sender: WebhookSender) -> None:
    for status in (500, 503, 200):
        hooks.answers["/hook"] = Answer(status=status)
        await sender.send(message(hooks))
    assert len({request.headers["webhook-id"] for request in hooks.requests}) == 1
    assert len({request.body for request in hooks.requests}) == 1


@pytest.mark.parametrize(
    ("answer", "outcome", "status"),
    [
        pytest.param(Answer(status=200), Outcome.DELIVERED, 200, id="200"),
        pytest.param(Answer(status=204, body=b""), Outcome.DELIVERED, 204, id="204"),
        pytest.param(Answer(status=299), Outcome.DELIVERED, 299, id="299"),
        pytest.param(Answer(status=400), Outcome.REJECTED, 400, id="400"),
        pytest.param(Answer(status=429), Outcome.REJECTED, 429, id="429"),
        pytest.param(Answer(status=500), Outcome.REJECTED, 500, id="500"),
        pytest.param(Answer(status=410), Outcome.GONE, 410, id="410"),
        pytest.param(Answer(status=302, headers={"location": "/other"}), Outcome.REDIRECTED, 302, id="302"),
        pytest.param(Answer(status=307, headers={"location": "/other"}), Outcome.REDIRECTED, 307, id="307"),
        pytest.param(Answer(hang=True), Outcome.TIMEOUT, None, id="hangs"),
        pytest.param(Answer(refuse=True), Outcome.FAILED, None, id="hangs up"),
        pytest.param(Answer(body=b"x" * 2000), Outcome.FAILED, None, id="answers without end"),
    ],
)
async def test_what_the_receiver_does_is_an_outcome(
    hooks: Receiver, sender: WebhookSender, answer: Answer, outcome: Outcome, status: int | None
) -> None:
    hooks.answers["/hook"] = answer
    async with guarded(hooks.port) as client:
        limits = replace(LIMITS, connect=0.2, first_byte=0.2)
        result = await WebhookSender(client, clock=SystemClock(), limits=limits).send(message(hooks))
    assert (result.outcome, result.status) == (outcome, status)
    assert result.detail
    assert hooks.of("/other") == []


async def test_nobody_listening_is_unreachable(sender: WebhookSender, hooks: Receiver) -> None:
    async with guarded(1) as client:
        unheard = replace(message(hooks), target="http://127.0.0.1:1/")
        result = await WebhookSender(client, clock=SystemClock(), limits=LIMITS).send(unheard)
    assert result.outcome is Outcome.UNREACHABLE


async def test_an_address_the_guard_refuses_is_not_reached(hooks: Receiver) -> None:
    async with guarded(hooks.port, networks=()) as client:
        result = await WebhookSender(client, clock=SystemClock(), limits=LIMITS).send(message(hooks))
    assert result.outcome is Outcome.BLOCKED
    assert hooks.requests == []


async def test_retry_after_is_handed_on(hooks: Receiver, sender: WebhookSender) -> None:
    hooks.answers["/hook"] = Answer(status=429, headers={"retry-after": "120"})
    assert (await sender.send(message(hooks))).retry_after == 120.0


async def test_a_broken_secret_is_a_failed_try_that_does_not_show_it(hooks: Receiver, sender: WebhookSender) -> None:
    with pytest.raises(BadInput) as refused:
        await sender.send(message(hooks, secret="whsec_short"))
    assert "whsec_short" not in str(refused.value)


@asynccontextmanager
async def delivering(store: Store, client: GuardedClient, settings: DeliverySettings = SETTINGS) -> AsyncIterator[None]:
    parts = delivery(store=store, client=client, metrics=Metrics(), clock=SystemClock(), settings=settings)
    stop = asyncio.Event()
    task = asyncio.create_task(parts.deliverer.run(stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await task


def states(store: Store, watch_id: str) -> list[str]:
    return [
        row.state
        for row in store.read_now(deliveries.list_deliveries, only=DeliveryFilter(watch_id=watch_id), limit=1000)
    ]


async def test_a_delivery_from_the_outbox_reaches_the_receiver(
    store: Store, hooks: Receiver, client: GuardedClient
) -> None:
    store.run_now(queue, store.run_now(add_webhook, hooks.url()))
    async with delivering(store, client):
        await until(lambda: states(store, "wat_1") == ["delivered"])
    Webhook(SECRET).verify(hooks.requests[0].body, dict(hooks.requests[0].headers))


async def test_410_disables_the_channel(store: Store, hooks: Receiver, client: GuardedClient) -> None:
    hooks.answers["/hook"] = Answer(status=410)
    store.run_now(queue, store.run_now(add_webhook, hooks.url()), 3)
    async with delivering(store, client, replace(SETTINGS, per_endpoint=1)):
        await until(lambda: states(store, "wat_1") == ["channel_disabled"] * 3)
    assert len(hooks.requests) == 1


async def test_a_delivery_taken_but_not_settled_before_a_kill_comes_again_with_the_same_id(
    store: Store, hooks: Receiver, client: GuardedClient, sender: WebhookSender
) -> None:
    (alert,) = store.run_now(queue, (channel := store.run_now(add_webhook, hooks.url())))
    store.run_now(outbox.claim, now=2**60, leased_until=2**61, limit=1, per_endpoint=1, trial_after=5)
    same = webhook_id(alert.alert_id, channel.id, alert.kind)
    await sender.send(replace(message(hooks), id=same, channel_id=channel.id))
    async with delivering(store, client):
        await until(lambda: states(store, "wat_1") == ["delivered"])
    assert len(hooks.requests) == 2
    assert len({request.headers["webhook-id"] for request in hooks.requests}) == 1


async def test_good_receivers_beside_a_hanging_and_a_failing_one_are_not_delayed(store: Store) -> None:
    patient = replace(SETTINGS, limits=replace(LIMITS, first_byte=60.0, total=60.0))
    good = [f"/good-{number}" for number in range(20)]
    async with receiver() as hooks, guarded(hooks.port) as client:
        hooks.answers |= {"/hangs": Answer(hang=True), "/fails": Answer(status=500)}
        for path in ("/hangs", "/fails"):
            store.run_now(queue, store.run_now(add_webhook, hooks.url(path), f"wat_{path}"), 50)
        for path in good:
            store.run_now(queue, store.run_now(add_webhook, hooks.url(path), f"wat_{path}"), 5)
        async with delivering(store, client, patient):
            await until(lambda: all(len(hooks.of(path)) == 5 for path in good))
            # All of theirs came while the first requests to the other one still hung.
            assert hooks.open_now["/hangs"] == len(hooks.of("/hangs")) == 4
