from __future__ import annotations

from presswatch_shared.store import watch_costs, watches
from presswatch_shared.store.database import Store
from presswatch_shared.store.watch_costs import WatchCosts
from presswatch_shared.store.watches import NewWatch


def costs(watch_id: str = "w", version: int = 1, **values: object) -> WatchCosts:
    return WatchCosts(watch_id=watch_id, watch_version=version, **values)  # type: ignore[arg-type]  # rows of a test


def known(store: Store, version: int = 1) -> WatchCosts | None:
    return store.read_now(watch_costs.costs_of, {"w": version}).get("w")


def test_costs_add_up_from_the_first_on(store: Store) -> None:
    store.run_now(watch_costs.add_costs, [costs(candidates=2, matches=1, seconds=0.5)], now=10)
    store.run_now(watch_costs.add_costs, [costs(candidates=3, seconds=0.25), costs("x")], now=20)
    assert known(store) == costs(candidates=5, matches=1, seconds=0.75, since=10, changed_at=20)


def test_a_changed_watch_begins_anew_and_its_failure_is_gone(store: Store) -> None:
    store.run_now(watch_costs.add_costs, [costs(candidates=2, failure="too deep")], now=10)
    assert known(store, version=2) is None
    store.run_now(watch_costs.add_costs, [costs(version=2, candidates=1)], now=20)
    store.run_now(watch_costs.add_costs, [costs(version=1, candidates=7, failure="late")], now=30)
    assert known(store, version=2) == costs(version=2, candidates=1, since=20, changed_at=20)


def test_a_failure_stays_until_the_watch_is_changed(store: Store) -> None:
    store.run_now(watch_costs.add_costs, [costs(failure="too deep")], now=10)
    store.run_now(watch_costs.add_costs, [costs(matches=1)], now=20)
    found = known(store)
    assert found is not None and (found.failure, found.matches) == ("too deep", 1)


def test_thousands_are_written_and_read_at_once(store: Store) -> None:
    store.run_now(watch_costs.add_costs, [costs(f"w{number}", candidates=1) for number in range(2_500)], now=1)
    assert len(store.read_now(watch_costs.costs_of, {f"w{number}": 1 for number in range(3_000)})) == 2_500


def test_what_a_removed_watch_has_cost_is_forgotten(store: Store) -> None:
    store.run_now(watches.add_watch, NewWatch(id="w", query="Rostec"), now=1)
    store.run_now(watch_costs.add_costs, [costs(candidates=2)], now=10)
    store.run_now(watches.remove_watch, "w", now=11)
    assert known(store) is None
