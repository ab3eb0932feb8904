"""What becomes of alerts under a policy: told at once, in a digest, or in the inbox alone with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import pytest

from presswatch_delivery.digests import make_digests
from presswatch_delivery.enqueue import enqueue
from presswatch_shared.clock import HOUR, MINUTE, SECOND
from presswatch_shared.events import AlertFired
from presswatch_shared.messages import DIGEST, AlertMessage, Digest
from presswatch_shared.store import (
    alerts,
    channel_changes,
    channels,
    deliveries,
    digests,
    holding_back,
    inbox,
    outbox,
    policies,
    watches,
)
from presswatch_shared.store.channels import EMAIL, FEED
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.inbox import InboxItem
from presswatch_shared.store.outbox import Claimed
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.watch_policy import Mode, Policy, parse_clock
from tests.fixtures.alerts import FIRED_AT, alert_fired, alert_row
from tests.fixtures.deliveries import add_webhook

# 14:13:20 UTC.
NOW = FIRED_AT
DAILY = Policy(mode=Mode.DAILY, at=parse_clock("16:00"))
DUE = NOW - 13 * MINUTE - 20 * SECOND + 2 * HOUR


@pytest.fixture
def telling(store: Store) -> Store:
    """A watch of Ana's with two channels."""
    store.run_now(watches.add_watch, NewWatch(id="wat_1", query="Rostec", name="Arms", owner="ana"), now=0)
    store.run_now(add_webhook, "https://a.example/")
    store.run_now(channels.add_channel, watch_id="wat_1", kind=EMAIL, target="ana@reader.example", now=0)
    return store


def fire(store: Store, *numbers: int, now: int = NOW, kind: str = "fired", outlets: int = 1) -> Sequence[AlertFired]:
    """So many alerts come in at a moment."""
    fired = [alert_fired(story_id=f"s{number}", kind=kind, outlets=outlets) for number in numbers]
    store.run_now(alerts.insert_alerts, [alert_row(alert) for alert in fired])
    store.run_now(enqueue, fired, now=now)
    return fired


def verdicts(store: Store) -> list[tuple[str, str]]:
    """In the order they came."""
    return [(item.told, item.reason) for item in reversed(items(store))]


def items(store: Store) -> Sequence[InboxItem]:
    return store.read_now(inbox.list_inbox, limit=1000)


def queued(store: Store) -> int:
    return len(store.read_now(deliveries.list_deliveries, limit=1000))


def claim(store: Store, now: int) -> Sequence[Claimed]:
    return store.run_now(outbox.claim, now=now, leased_until=now + 1, limit=99, per_endpoint=99, trial_after=5)


def test_without_a_policy_every_alert_goes_to_every_channel(telling: Store) -> None:
    fire(telling, 1, 2)
    assert verdicts(telling) == [("sent", ""), ("sent", "")]
    assert queued(telling) == 4


def test_a_watch_with_a_feed_alone_sends_nothing_and_says_so(store: Store) -> None:
    store.run_now(watches.add_watch, NewWatch(id="wat_1", query="Rostec"), now=0)
    store.run_now(channels.add_channel, watch_id="wat_1", kind=FEED, target="", now=0)
    fire(store, 1)
    assert (verdicts(store), queued(store)) == ([("sent", "inbox_only")], 0)


def test_the_cool_down_holds_back_and_the_next_one_tells_how_many(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", Policy(cool_down_seconds=600), now=0)
    fire(telling, 1)
    fire(telling, 2, now=NOW + 599 * SECOND)
    fire(telling, 3, now=NOW + 600 * SECOND)
    assert verdicts(telling) == [("sent", ""), ("suppressed", "cool_down"), ("sent", "")]
    last = claim(telling, NOW + HOUR)[-1]
    assert msgspec.json.decode(last.payload, type=AlertMessage).held_back == 1


def test_the_most_an_hour_is_of_the_last_hour_also_within_a_batch(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", Policy(most_an_hour=2), now=0)
    fire(telling, 1, 2, 3)
    fire(telling, 4, now=NOW + HOUR - 1)
    fire(telling, 5, now=NOW + HOUR)
    assert [told for told, _ in verdicts(telling)] == ["sent", "sent", "suppressed", "suppressed", "sent"]
    assert telling.read_now(holding_back.reasons) == {"rate": 2}


def test_in_quiet_hours_and_while_snoozed_alerts_stand_in_the_inbox(telling: Store) -> None:
    quiet = Policy(quiet_from=parse_clock("14:00"), quiet_until=parse_clock("15:00"))
    telling.run_now(policies.set_policy, "wat_1", quiet, now=0)
    fire(telling, 1)
    fire(telling, 2, now=NOW + HOUR)
    telling.run_now(policies.set_policy, "wat_1", Policy(snoozed_until=NOW + 9 * HOUR), now=0)
    fire(telling, 3, now=NOW + 9 * HOUR - 1)
    fire(telling, 4, now=NOW + 9 * HOUR)
    assert verdicts(telling) == [
        ("suppressed", "quiet_hours"),
        ("sent", ""),
        ("suppressed", "snoozed"),
        ("sent", ""),
    ]


def test_a_muted_story_is_told_no_more_by_any_watch_of_its_owner(telling: Store) -> None:
    telling.run_now(watches.add_watch, NewWatch(id="wat_2", query="Rostec", owner="ben"), now=0)
    telling.run_now(add_webhook, "https://b.example/", "wat_2")
    fire(telling, 1)
    assert telling.run_now(holding_back.mute_story, owner="ana", story_id="s1", now=NOW)
    fire(telling, 1, kind="updated")
    others = alert_fired("wat_2", "s1")
    telling.run_now(alerts.insert_alerts, [alert_row(others)])
    telling.run_now(enqueue, [others], now=NOW)
    assert verdicts(telling) == [("sent", ""), ("suppressed", "muted"), ("sent", "")]
    assert [item.state for item in items(telling)] == ["unread", "read", "read"]
    assert telling.run_now(holding_back.unmute_story, owner="ana", story_id="s1")
    assert not telling.run_now(holding_back.unmute_story, owner="ana", story_id="s1")


def test_an_alert_that_comes_again_is_not_sent_to_a_channel_added_since(telling: Store) -> None:
    (alert,) = fire(telling, 1)
    telling.run_now(add_webhook, "https://new.example/")
    telling.run_now(enqueue, [alert], now=NOW + HOUR)
    assert queued(telling) == 2


def test_a_digest_lists_what_is_recorded_once_for_each_channel(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", replace(DAILY, most_listed=2), now=0)
    fire(telling, 1, 2, 3)
    fire(telling, 4, outlets=9)
    assert telling.read_now(digests.next_window) == DUE
    assert telling.run_now(make_digests, now=DUE - 1) == []
    (made,) = telling.run_now(make_digests, now=DUE)
    assert telling.run_now(make_digests, now=DUE) == []
    assert (made.total, made.more, made.window_end, made.watch_name) == (4, 2, DUE, "Arms")
    assert [item.story_id for item in made.items] == ["s4", "s3"]
    assert verdicts(telling) == [("sent", "")] * 4
    assert {item.digest_id for item in items(telling)} == {made.digest_id}
    assert [row.kind for row in telling.read_now(deliveries.list_deliveries)] == [DIGEST, DIGEST]


def test_a_digest_after_a_long_outage_is_one_for_each_window_that_had_alerts(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", DAILY, now=0)
    fire(telling, 1)
    assert len(telling.run_now(make_digests, now=DUE + 100 * 24 * HOUR)) == 1


def test_digests_that_never_got_through_become_part_of_the_next(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", DAILY, now=0)
    for day in range(5):
        fire(telling, day, now=NOW + day * 24 * HOUR)
        telling.run_now(make_digests, now=DUE + day * 24 * HOUR)
    waiting = claim(telling, DUE + 5 * 24 * HOUR)
    assert len(waiting) == 2
    for delivery in waiting:
        digest = msgspec.json.decode(delivery.payload, type=Digest)
        assert (digest.total, len(digest.items), digest.window_start) == (5, 5, NOW)
    assert telling.read_now(deliveries.count_delivery_states)["superseded"] == 8


def test_an_alert_that_is_late_for_its_window_waits_for_the_next(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", DAILY, now=0)
    fire(telling, 1)
    telling.run_now(make_digests, now=DUE)
    # The clock of another replica is behind.
    fire(telling, 2)
    assert telling.run_now(make_digests, now=DUE) == []
    assert [digest.total for digest in telling.run_now(make_digests, now=DUE + 24 * HOUR)] == [1]


def test_a_snoozed_watch_keeps_its_digest_until_the_snooze_is_over(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", DAILY, now=0)
    fire(telling, 1)
    telling.run_now(policies.set_policy, "wat_1", replace(DAILY, snoozed_until=DUE + HOUR), now=NOW)
    assert telling.run_now(make_digests, now=DUE) == []
    assert len(telling.run_now(make_digests, now=DUE + 24 * HOUR)) == 1


def test_muting_takes_a_story_out_of_the_digest_that_is_being_filled(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", DAILY, now=0)
    fire(telling, 1, 2)
    telling.run_now(holding_back.mute_story, owner="ana", story_id="s1", now=NOW)
    (made,) = telling.run_now(make_digests, now=DUE)
    assert [item.story_id for item in made.items] == ["s2"]


def test_a_removed_watch_has_no_digest_and_its_alerts_say_why(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", DAILY, now=0)
    fire(telling, 1)
    telling.run_now(watches.remove_watch, "wat_1", now=NOW)
    assert telling.run_now(make_digests, now=DUE) == []
    assert verdicts(telling) == [("suppressed", "watch_removed")]


def test_what_waits_for_a_digest_goes_out_although_the_watch_now_tells_at_once(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", DAILY, now=0)
    fire(telling, 1)
    telling.run_now(policies.set_policy, "wat_1", Policy(), now=NOW)
    assert [digest.total for digest in telling.run_now(make_digests, now=DUE)] == [1]


def test_a_digest_without_channels_stands_in_the_inbox(telling: Store) -> None:
    telling.run_now(policies.set_policy, "wat_1", DAILY, now=0)
    fire(telling, 1)

    def remove_all(tx: Tx) -> None:
        for channel in channels.list_channels(tx, "wat_1"):
            channel_changes.remove(tx, channel, now=NOW)

    telling.run_now(remove_all)
    telling.run_now(make_digests, now=DUE)
    assert (verdicts(telling), queued(telling)) == ([("sent", "inbox_only")], 0)
