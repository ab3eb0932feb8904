from __future__ import annotations

from collections.abc import Sequence

import pytest

from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_delivery.settle import settle
from presswatch_shared.clock import SECOND
from presswatch_shared.store import channels, deliveries, outbox
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.outbox import Claimed
from tests.fixtures.clocks import FakeClock
from tests.fixtures.deliveries import add_webhook, queue

HOUR = 3600
SCHEDULE = [0, 5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]


def step(tx: Tx, result: SendResult, now: int) -> Sequence[Claimed]:
    """Claim what is due and settle it with this result."""
    taken = outbox.claim(tx, now=now, leased_until=now + SECOND, limit=99, per_endpoint=99, trial_after=5)
    for delivery in taken:
        settle(tx, delivery, result, now=now, trial_after=5, chance=lambda: 0.0)
    return taken


def test_a_dead_receiver_is_tried_ten_times_over_three_days_and_then_given_up(store: Store) -> None:
    clock = FakeClock()
    channel = store.run_now(add_webhook, "https://dead.example/")
    store.run_now(queue, channel, now=clock.now())
    refused = SendResult(outcome=Outcome.UNREACHABLE, detail="connection refused")
    waits: list[int] = []
    last = clock.now()
    while (row := store.read_now(deliveries.list_deliveries)[0]).state == "pending":
        assert store.run_now(step, refused, row.due_at - 1) == []
        clock.moment = row.due_at
        assert len(store.run_now(step, refused, clock.now())) == 1
        waits.append((clock.now() - last) // SECOND)
        last = clock.now()
    assert waits == SCHEDULE
    assert (row.state, row.tries) == ("given_up", 10)
    tries = store.read_now(deliveries.list_tries, row.id)
    assert [made.number for made in tries] == list(range(1, 11))
    assert {made.outcome for made in tries} == {"unreachable"}


def test_a_receiver_that_comes_back_gets_what_waited(store: Store) -> None:
    channel = store.run_now(add_webhook, "https://a.example/")
    store.run_now(queue, channel, 3)
    store.run_now(step, SendResult(outcome=Outcome.REJECTED, status=500), 0)
    store.run_now(step, SendResult(outcome=Outcome.DELIVERED, status=200), 5 * SECOND)
    assert [row.state for row in store.read_now(deliveries.list_deliveries)] == ["delivered"] * 3
    assert store.read_now(deliveries.count_outcomes) == {"rejected": 3, "delivered": 3}


@pytest.mark.parametrize("status", [400, 401, 404, 408, 429, 500, 502, 503])
def test_every_other_answer_is_tried_again(store: Store, status: int) -> None:
    channel = store.run_now(add_webhook, "https://a.example/")
    store.run_now(queue, channel)
    store.run_now(step, SendResult(outcome=Outcome.REJECTED, status=status), 0)
    row = store.read_now(deliveries.list_deliveries)[0]
    assert (row.state, row.due_at) == ("pending", 5 * SECOND)


def test_gone_disables_the_channel_and_ends_what_waits_for_it(store: Store) -> None:
    gone, other = (store.run_now(add_webhook, "https://a.example/"), store.run_now(add_webhook, "https://b.example/"))
    store.run_now(queue, gone, 3)
    first = outbox_claim_one(store)
    store.run_now(settle_at_zero, first, SendResult(outcome=Outcome.GONE, status=410))
    assert [row.state for row in store.read_now(deliveries.list_deliveries)] == ["channel_disabled"] * 3
    active = store.read_now(channels.active_channels, ["wat_1"])["wat_1"]
    assert [channel.id for channel in active] == [other.id]
    disabled = store.read_now(channels.get_channel, gone.id)
    assert disabled is not None and disabled.reason == "the receiver answered 410"


def test_retry_after_holds_back_the_whole_endpoint(store: Store) -> None:
    channel = store.run_now(add_webhook, "https://a.example/")
    store.run_now(queue, channel, 2)
    first = outbox_claim_one(store)
    store.run_now(settle_at_zero, first, SendResult(outcome=Outcome.REJECTED, status=429, retry_after=60))
    assert not store.read_now(outbox.has_due, now=60 * SECOND - 1)
    assert len(store.run_now(step, SendResult(outcome=Outcome.DELIVERED), 60 * SECOND)) == 2


def outbox_claim_one(store: Store) -> Claimed:
    def one(tx: Tx) -> Claimed:
        return outbox.claim(tx, now=0, leased_until=1, limit=1, per_endpoint=1, trial_after=5)[0]

    return store.run_now(one)


def settle_at_zero(tx: Tx, delivery: Claimed, result: SendResult) -> None:
    settle(tx, delivery, result, now=0, trial_after=5, chance=lambda: 0.0)
