"""Who is silent is looked for every half hour, since weeks are read for it."""

from __future__ import annotations

from presswatch_cli.silent_sources import EVERY_SECONDS, SilentSources
from presswatch_shared.store.database import Store
from tests.fixtures.clocks import FakeClock
from tests.fixtures.silence import fallen_silent, see_page


async def test_who_is_silent_is_told_for_half_an_hour_and_then_looked_for_again(store: Store) -> None:
    clock = FakeClock()
    source = await store.run(fallen_silent, clock.now(), hours=48)
    silent = SilentSources(store, clock)
    assert [found.id for found, _ in await silent.read()] == [source.id]

    await store.run(see_page, source, 9_999, clock.now())
    clock.forward(EVERY_SECONDS)
    assert [found.id for found, _ in await silent.read()] == [source.id]

    clock.forward(1)
    assert await silent.read() == []
