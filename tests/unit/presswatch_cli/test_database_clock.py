from __future__ import annotations

from presswatch_cli.database_clock import DatabaseClock
from presswatch_shared.clock import SECOND
from presswatch_shared.store.database import Store, database_now
from tests.fixtures.clocks import FakeClock


async def test_a_machine_whose_clock_is_wrong_goes_by_the_databases(store: Store) -> None:
    clock = DatabaseClock(store, FakeClock(0))
    await clock.measure()
    assert abs(clock.now() - await store.read(database_now)) < 5 * SECOND


async def test_between_measurements_time_goes_on_by_the_monotonic_clock(store: Store) -> None:
    machine = FakeClock()
    clock = DatabaseClock(store, machine)
    await clock.measure()
    before = clock.now()
    machine.forward(90)
    assert clock.now() - before == 90 * SECOND
