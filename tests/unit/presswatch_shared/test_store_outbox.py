from __future__ import annotations

import threading
from collections.abc import Sequence

from presswatch_shared.store import breakers, channels, deliveries, outbox
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.outbox import Claimed
from tests.fixtures.deliveries import SECRET, add_webhook, queue

LEASE = 100


def claim(tx: Tx, now: int = 0, limit: int = 100, per_endpoint: int = 100) -> Sequence[Claimed]:
    return outbox.claim(tx, now=now, leased_until=now + LEASE, limit=limit, per_endpoint=per_endpoint, trial_after=5)


def queued(store: Store, target: str, count: int = 1, watch_id: str = "wat_1") -> None:
    channel = store.run_now(add_webhook, target, watch_id)
    store.run_now(queue, channel, count)


def test_the_same_alert_goes_into_a_channel_once(store: Store) -> None:
    channel = store.run_now(add_webhook, "https://a.example/")
    store.run_now(queue, channel, 2)
    store.run_now(queue, channel, 3)
    assert store.read_now(outbox.pending)["webhook"].count == 3


def test_a_claim_carries_what_the_sender_needs(store: Store) -> None:
    queued(store, "https://a.example/")
    (taken,) = store.run_now(claim)
    assert (taken.target, taken.secret, taken.tries, taken.channel_kind) == ("https://a.example/", SECRET, 0, "webhook")


def test_what_is_claimed_is_not_claimed_again_before_its_lease_ends(store: Store) -> None:
    queued(store, "https://a.example/", 2)
    assert len(store.run_now(claim)) == 2
    assert not store.read_now(outbox.has_due, now=LEASE - 1)
    assert store.run_now(claim, LEASE - 1) == []
    assert len(store.run_now(claim, LEASE)) == 2


def test_a_renewed_claim_holds_on_and_what_ended_is_not_held_again(store: Store) -> None:
    queued(store, "https://a.example/", 3)
    kept, done, given_back = store.run_now(claim)
    store.run_now(outbox.finish, done.id, "delivered", now=1)
    store.run_now(outbox.release, given_back.id)
    store.run_now(outbox.renew, [kept.id, done.id, given_back.id], leased_until=3 * LEASE)
    assert [one.id for one in store.run_now(claim, LEASE)] == [given_back.id]
    assert [one.id for one in store.run_now(claim, 3 * LEASE)] == [kept.id, given_back.id]


def test_the_only_claimer_takes_over_what_a_killed_one_held(store: Store) -> None:
    queued(store, "https://a.example/")
    store.run_now(claim)
    assert store.run_now(outbox.void_leases) == 1
    assert len(store.run_now(claim)) == 1


def test_an_endpoint_has_so_many_in_flight_and_no_more(store: Store) -> None:
    queued(store, "https://a.example/", 10)
    first = store.run_now(claim, per_endpoint=4)
    assert len(first) == 4
    assert store.run_now(claim, per_endpoint=4) == []
    store.run_now(outbox.finish, first[0].id, "delivered", now=1)
    assert len(store.run_now(claim, per_endpoint=4)) == 1


def test_an_endpoint_with_many_rows_leaves_room_for_the_others(store: Store) -> None:
    queued(store, "https://busy.example/", 500)
    for number in range(20):
        queued(store, f"https://good-{number}.example/", watch_id=f"wat_{number}x")
    taken = store.run_now(claim, limit=24, per_endpoint=4)
    assert len({delivery.endpoint for delivery in taken}) == 21


def test_channels_with_one_target_share_its_queue(store: Store) -> None:
    for number in range(3):
        queued(store, "https://a.example/", 2, watch_id=f"wat_{number}x")
    assert len(store.run_now(claim, per_endpoint=4)) == 4


def test_an_open_breaker_stops_claims_and_then_lets_one_through(store: Store) -> None:
    queued(store, "https://a.example/", 9)
    endpoint = store.run_now(claim, limit=1)[0].endpoint
    for _ in range(5):
        store.run_now(breakers.note_failure, endpoint)
    store.run_now(breakers.open_breaker, endpoint, until=500)
    assert not store.read_now(outbox.has_due, now=499)
    assert store.run_now(claim, 499) == []
    assert len(store.run_now(claim, 500)) == 1
    assert store.run_now(claim, 501) == []
    store.run_now(breakers.note_success, endpoint)
    assert len(store.run_now(claim, 502)) == 8


def test_a_postponed_delivery_waits_and_keeps_count(store: Store) -> None:
    queued(store, "https://a.example/")
    store.run_now(outbox.postpone, store.run_now(claim)[0].id, due_at=50)
    assert store.run_now(claim, 49) == []
    assert store.run_now(claim, 50)[0].tries == 1


def test_what_ended_is_not_ended_twice_but_can_be_sent_again(store: Store) -> None:
    queued(store, "https://a.example/")
    taken = store.run_now(claim)[0]
    store.run_now(outbox.finish, taken.id, "delivered", now=1)
    store.run_now(outbox.finish, taken.id, "given_up", now=2)
    assert store.read_now(deliveries.list_deliveries)[0].state == "delivered"
    assert store.run_now(outbox.send_again, taken.id, now=9)
    again = store.run_now(claim, 9)[0]
    assert (again.id, again.alert_id, again.tries) == (taken.id, taken.alert_id, 0)
    assert not store.run_now(outbox.send_again, 999, now=9)


def test_only_pending_rows_of_a_channel_are_dropped(store: Store) -> None:
    queued(store, "https://a.example/", 3)
    store.run_now(outbox.finish, store.run_now(claim, limit=1)[0].id, "delivered", now=1)
    channel = store.read_now(channels.list_channels, "wat_1")[0]
    assert store.run_now(outbox.drop_pending, channel.id, state="channel_disabled", now=2) == 2
    assert sorted(row.state for row in store.read_now(deliveries.list_deliveries)) == [
        "channel_disabled",
        "channel_disabled",
        "delivered",
    ]


def test_many_claimers_at_once_never_hold_the_same_row(store: Store) -> None:
    for number in range(20):
        queued(store, f"https://e{number}.example/", 10, watch_id=f"wat_{number}x")
    taken: list[int] = []

    def work() -> None:
        for _ in range(20):
            taken.extend(delivery.id for delivery in store.run_now(claim, limit=7, per_endpoint=10))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 200
