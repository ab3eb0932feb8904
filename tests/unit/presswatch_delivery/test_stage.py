from __future__ import annotations

import asyncio

import pytest

from presswatch_delivery.enqueue import enqueue
from presswatch_delivery.service import DeliveryStage
from presswatch_shared.envelope import wrap
from presswatch_shared.events import AlertFired, Event, Heartbeat
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import alerts, channels, deliveries, inbox, watches
from presswatch_shared.store.database import Store
from presswatch_shared.store.inbox import InboxFilter, NewItem
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.stream.port import Record
from tests.fixtures.alerts import alert_fired, alert_row
from tests.fixtures.clocks import FakeClock
from tests.fixtures.deliveries import add_webhook


def record(event: Event) -> Record:
    return Record(topic="alerts.fired", envelope=wrap(event, at=0))


@pytest.fixture
def wake() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
def stage(store: Store, wake: asyncio.Event) -> DeliveryStage:
    return DeliveryStage(store=store, metrics=Metrics(), wake=wake, clock=FakeClock())


def recorded(store: Store, alert: AlertFired) -> AlertFired:
    store.run_now(alerts.insert_alerts, [alert_row(alert)])
    return alert


async def test_an_alert_goes_into_the_inbox_and_through_every_channel(
    store: Store, stage: DeliveryStage, wake: asyncio.Event
) -> None:
    store.run_now(watches.add_watch, NewWatch(id="wat_1", query="Rostec", owner="ana"), now=0)
    for target in ("https://a.example/", "https://b.example/"):
        store.run_now(add_webhook, target)
    alert = recorded(store, alert_fired())
    assert await stage.handle([record(alert)]) == ()
    (item,) = store.read_now(inbox.list_inbox, only=InboxFilter(owners=["ana"]))
    assert (item.alert.alert_id, item.state) == (alert.alert_id, "unread")
    assert {row.target for row in store.read_now(deliveries.list_deliveries)} == {
        "https://a.example/",
        "https://b.example/",
    }
    assert wake.is_set()


async def test_an_alert_that_comes_again_changes_nothing(store: Store, stage: DeliveryStage) -> None:
    store.run_now(add_webhook, "https://a.example/")
    alert = recorded(store, alert_fired())
    for _ in range(3):
        await stage.handle([record(alert), record(alert)])
    assert len(store.read_now(inbox.list_inbox)) == len(store.read_now(deliveries.list_deliveries)) == 1


async def test_fired_and_updated_of_one_story_are_two_messages(store: Store, stage: DeliveryStage) -> None:
    store.run_now(add_webhook, "https://a.example/")
    both = [recorded(store, alert_fired(kind=kind)) for kind in ("fired", "updated")]
    await stage.handle([record(alert) for alert in both])
    assert sorted(row.kind for row in store.read_now(deliveries.list_deliveries)) == ["fired", "updated"]
    assert len(store.read_now(inbox.list_inbox)) == 2


async def test_a_disabled_channel_and_one_of_a_removed_watch_get_nothing(store: Store, stage: DeliveryStage) -> None:
    store.run_now(watches.add_watch, NewWatch(id="wat_2", query="x"), now=0)
    off = store.run_now(add_webhook, "https://a.example/")
    store.run_now(channels.set_channel_state, off.id, channels.DISABLED, reason="410")
    store.run_now(add_webhook, "https://b.example/", "wat_2")
    store.run_now(watches.remove_watch, "wat_2", now=1)
    await stage.handle([record(recorded(store, alert_fired(watch_id))) for watch_id in ("wat_1", "wat_2")])
    assert store.read_now(deliveries.list_deliveries) == []
    assert len(store.read_now(inbox.list_inbox)) == 2


async def test_removing_a_watch_drops_what_still_waits_for_its_channels(store: Store, stage: DeliveryStage) -> None:
    store.run_now(watches.add_watch, NewWatch(id="wat_1", query="x"), now=0)
    store.run_now(add_webhook, "https://a.example/")
    await stage.handle([record(recorded(store, alert_fired()))])
    store.run_now(watches.remove_watch, "wat_1", now=1)
    assert [row.state for row in store.read_now(deliveries.list_deliveries)] == ["dropped"]


async def test_a_heartbeat_is_no_alert(store: Store, stage: DeliveryStage, wake: asyncio.Event) -> None:
    assert await stage.handle([record(Heartbeat(sequence=1, sent_at=0))]) == ()
    assert not wake.is_set()


async def test_two_copies_of_an_alert_in_one_batch_are_new_once(store: Store) -> None:
    alert = recorded(store, alert_fired())
    assert (await store.run(enqueue, [alert, alert], now=0)).fresh == [alert]
    assert not (await store.run(enqueue, [alert], now=0)).fresh


def test_the_inbox_is_paged_newest_first(store: Store) -> None:
    fired = [recorded(store, alert_fired(story_id=f"s{number}")) for number in range(5)]
    items = [NewItem(alert_id=a.alert_id, owner="ana", watch_id=a.watch_id, story_id=a.story_id) for a in fired]
    store.run_now(inbox.add_items, items, now=0)
    first = store.read_now(inbox.list_inbox, limit=2)
    second = store.read_now(inbox.list_inbox, before=first[-1].seq, limit=9)
    assert [item.alert.story_id for item in [*first, *second]] == ["s4", "s3", "s2", "s1", "s0"]
    assert store.read_now(inbox.list_inbox, only=InboxFilter(owners=["ben"])) == []
    assert store.run_now(inbox.mark_items, [fired[0].alert_id], inbox.READ)
    assert store.read_now(inbox.list_inbox)[-1].state == "read"
    assert not store.run_now(inbox.mark_items, ["nothing"], inbox.READ)
