"""A clock that is set back does not stop the product for as long as it was ahead."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from presswatch_shared.clock import HOUR, SECOND
from presswatch_shared.store import frontier, sources, visits, watches
from presswatch_shared.store.clock_steps import TOLERATED, note_clock
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.frontier import FrontierItem
from presswatch_shared.store.watches import NewWatch

NOW = 1_790_000_000_000_000


def planned(tx: Tx) -> None:
    """A source due in a minute, a page under lease on a host that rests, one that is done."""
    source = sources.add_source(tx, url="https://kurier.example/feed.xml", now=NOW)
    tx.execute(update(sources.sources).values(due_at=NOW + 60 * SECOND))
    items = [FrontierItem(url=f"https://{n}.example/", source_id=source.id, found_in=source.url) for n in "ab"]
    frontier.add_items(tx, items, now=NOW)
    visits.claim_due(tx, NOW, 1, leased_until=NOW + 30 * SECOND, host_delay=5.0)


def moments(tx: Tx) -> tuple[int, list[int]]:
    due = tx.execute(select(sources.sources.c.due_at)).scalar_one()
    rows = tx.execute(select(frontier.frontier.c.leased_until).order_by(frontier.frontier.c.leased_until.desc()))
    return due, list(rows.scalars())


def test_what_was_planned_is_due_as_long_after_the_new_time_as_it_was_after_the_old_one(store: Store) -> None:
    store.run_now(planned)
    assert store.run_now(note_clock, now=NOW) == 0
    assert store.run_now(note_clock, now=NOW - HOUR) == HOUR
    assert store.read_now(moments) == (NOW - HOUR + 60 * SECOND, [NOW - HOUR + 30 * SECOND, 0])
    # Other processes that look then find nothing to do.
    assert store.run_now(note_clock, now=NOW - HOUR + SECOND) == 0
    assert store.read_now(visits.has_due, now=NOW - HOUR + 31 * SECOND)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(24 * HOUR, id="forward"),
        pytest.param(-TOLERATED, id="as far as clocks differ"),
        pytest.param(0, id="not"),
    ],
)
def test_any_other_step_changes_no_plan(store: Store, step: int) -> None:
    store.run_now(planned)
    before = store.read_now(moments)
    store.run_now(note_clock, now=NOW)
    assert store.run_now(note_clock, now=NOW + step) == 0
    assert store.read_now(moments) == before


def test_a_day_forward_and_back_again_is_as_before(store: Store) -> None:
    store.run_now(planned)
    store.run_now(note_clock, now=NOW)
    store.run_now(note_clock, now=NOW + 24 * HOUR)
    assert store.run_now(note_clock, now=NOW + SECOND) == 24 * HOUR - SECOND
    due, leases = store.read_now(moments)
    # What was due later than that is due at once at the worst: early, and never late.
    assert NOW + SECOND <= due <= NOW + 60 * SECOND
    assert leases[0] == NOW + SECOND


def test_a_watch_made_by_the_old_clock_fires_from_now_on_and_is_told_to_the_matcher(store: Store) -> None:
    store.run_now(lambda tx: watches.add_watch(tx, NewWatch(id="wat_1", query="Rostec"), now=NOW))
    store.run_now(lambda tx: watches.add_watch(tx, NewWatch(id="wat_2", query="Rostec"), now=NOW - 2 * HOUR))
    store.run_now(note_clock, now=NOW)
    before = {watch.id: watch for watch in store.read_now(watches.list_watches)}
    store.run_now(note_clock, now=NOW - HOUR)
    after = {watch.id: watch for watch in store.read_now(watches.list_watches)}
    assert after["wat_1"].active_from == NOW - HOUR
    assert after["wat_1"].seq > max(watch.seq for watch in before.values())
    assert after["wat_2"] == before["wat_2"]
