"""A simulated year of alerts under policies, with changes of the clocks and outages: every alert is accounted for."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from presswatch_delivery.digests import make_digests
from presswatch_delivery.enqueue import enqueue
from presswatch_shared.clock import DAY, to_micros
from presswatch_shared.events import AlertFired
from presswatch_shared.store import (
    alerts,
    channels,
    deliveries,
    digests,
    holding_back,
    inbox,
    outbox,
    policies,
    watches,
)
from presswatch_shared.store.channels import EMAIL
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.inbox import InboxFilter
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.watch_policy import Mode, Policy, next_window_end, parse_clock
from tests.fixtures.alerts import alert_fired, alert_row
from tests.fixtures.stores import fresh_store

BEGIN = to_micros(datetime(2026, 1, 1, tzinfo=UTC))
DAYS = 365
ALERTS = 250
UPDATES_FROM = 200
NIGHT = replace(Policy(), quiet_from=parse_clock("22:00"), quiet_until=parse_clock("07:00"))

POLICIES = {
    "daily Berlin": Policy(mode=Mode.DAILY, zone="Europe/Berlin", at=parse_clock("02:30")),
    "hourly New York, quiet at night": replace(NIGHT, mode=Mode.HOURLY, zone="America/New_York", at=10),
    "weekly Lord Howe": Policy(mode=Mode.WEEKLY, zone="Australia/Lord_Howe", weekday=6, at=parse_clock("02:15")),
    "at once, all brakes": replace(NIGHT, zone="Africa/Casablanca", cool_down_seconds=4 * 3600, most_an_hour=1),
    "at once": Policy(),
}


@pytest.fixture
def year(tmp_path: Path) -> Iterator[Store]:
    """A store of its own: tens of thousands of transactions that need not survive a power cut."""
    opened = fresh_store(tmp_path)
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", POLICIES)
def test_matched_is_sent_and_suppressed_and_pending_at_every_moment_of_a_year(year: Store, name: str) -> None:
    policy, chance = POLICIES[name], random.Random(name)
    moments = sorted(BEGIN + chance.randrange(DAYS * DAY) for _ in range(ALERTS))
    outages = [(start := BEGIN + chance.randrange(DAYS * DAY), start + chance.randrange(3 * DAY)) for _ in range(6)]

    def simulate(tx: Tx) -> None:
        _prepare(tx, policy)
        queue: list[AlertFired] = []
        at = BEGIN
        for number, fired_at in enumerate(moments):
            at = _run_digests(tx, at, fired_at, outages)
            alert = alert_fired(
                story_id=f"s{number % UPDATES_FROM}",
                kind="fired" if number < UPDATES_FROM else "updated",
                fired_at=fired_at,
            )
            alerts.insert_alerts(tx, [alert_row(alert)])
            queue.append(alert)
            if not _is_away(fired_at, outages):
                # An event may come again with the next ones; it changes nothing.
                enqueue(tx, [*queue, *queue[-1:]], now=fired_at)
                queue.clear()
            if number % 25 == 0:
                _snooze_or_mute(tx, policy, alert, fired_at, chance)
            if number % 10 == 0:
                _assert_balance(tx, number + 1 - len(queue))
        end = BEGIN + DAYS * DAY
        enqueue(tx, queue, now=end)
        _run_digests(tx, at, end + 8 * DAY, [])
        assert inbox.count_told(tx)["pending"] == 0
        _assert_balance(tx, ALERTS)

    year.run_now(simulate)
    year.read_now(_assert_each_alert_is_told_once, policy)


def _prepare(tx: Tx, policy: Policy) -> None:
    watches.add_watch(tx, NewWatch(id="wat_1", query="Rostec", owner="ana"), now=BEGIN)
    for number in range(2):
        channels.add_channel(tx, watch_id="wat_1", kind=EMAIL, target=f"{number}@example.org", now=BEGIN)
    policies.set_policy(tx, "wat_1", policy, now=BEGIN)


def _run_digests(tx: Tx, begin: int, end: int, outages: Sequence[tuple[int, int]]) -> int:
    """The service looks when a digest is due, unless it is away; then as soon as it is back."""
    at = begin
    while (due := digests.next_window(tx)) is not None and due <= end:
        at = max(at, due)
        back = max((stop for start, stop in outages if start <= at < stop), default=at)
        if back > end:
            return at
        # Two replicas look at once.
        make_digests(tx, now=back)
        make_digests(tx, now=back)
        _deliver(tx, back)
        at = max(at, back)
    return end


def _deliver(tx: Tx, now: int) -> None:
    for delivery in outbox.claim(tx, now=now, leased_until=now + 1, limit=9, per_endpoint=9, trial_after=5):
        outbox.finish(tx, delivery.id, outbox.DELIVERED, now=now)


def _snooze_or_mute(tx: Tx, policy: Policy, alert: AlertFired, now: int, chance: random.Random) -> None:
    if chance.random() < 0.5:
        holding_back.mute_story(tx, owner="ana", story_id=alert.story_id, now=now)
    else:
        until = now + chance.randrange(4 * DAY)
        policies.set_policy(tx, "wat_1", replace(policy, snoozed_until=until), now=now)


def _is_away(moment: int, outages: Sequence[tuple[int, int]]) -> bool:
    return any(start <= moment < stop for start, stop in outages)


def _assert_balance(tx: Tx, matched: int) -> None:
    told = inbox.count_told(tx)
    assert sum(told.values()) == matched
    assert sum(holding_back.reasons(tx).values()) == told["suppressed"]


def _assert_each_alert_is_told_once(tx: Tx, policy: Policy) -> None:
    """What the ledger says went out is what the inbox says was sent: through every channel, once."""
    items = inbox.list_inbox(tx, only=InboxFilter(told="sent"), limit=ALERTS)
    rows = deliveries.list_deliveries(tx, limit=100_000)
    for channel in channels.list_channels(tx, "wat_1"):
        through = [row for row in rows if row.channel_id == channel.id]
        if policy.mode is Mode.INSTANT:
            assert Counter(row.alert_id for row in through) == Counter(item.alert.alert_id for item in items)
        else:
            assert Counter(row.alert_id for row in through) == Counter({item.digest_id for item in items})
    made = tx.execute(select(digests.digests)).all()
    assert sum(digest.total for digest in made) == sum(item.digest_id is not None for item in items)
    ends = [digest.window_end for digest in made]
    assert len(ends) == len(set(ends))
    assert all(next_window_end(policy, end - 1) == end for end in ends)
