"""The clock is set back an hour and forward a day while the product runs: everything goes on, nothing happens twice."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest

from presswatch_cli.commands.run import serve_parts
from presswatch_cli.completeness import report_reader
from presswatch_cli.composition import Parts
from presswatch_cli.roles import ROLES
from presswatch_shared.clock import DAY, SECOND
from presswatch_shared.settings import BindAddress, Settings
from presswatch_shared.store import counters, sources, watches
from presswatch_shared.store.clock_steps import SEEN
from presswatch_shared.store.database import Tx
from presswatch_shared.store.watches import NewWatch
from tests.fixtures.deliveries import add_webhook
from tests.fixtures.outlet import outlet
from tests.fixtures.press import FEED, WATCHED, Press
from tests.fixtures.receiver import receiver
from tests.fixtures.waiting import until, until_so

HOUR = 3_600.0
WITHIN = 60.0


class SetClock:
    """A clock that can be set; a day slow at first, so that it is never ahead of the clock of the database."""

    def __init__(self) -> None:
        self.ahead = -24 * HOUR

    def now(self) -> int:
        return round((time.time() + self.ahead) * SECOND)

    def monotonic(self) -> float:
        return time.monotonic()


def begin(tx: Tx, feed: str, hook: str, now: int) -> None:
    watches.add_watch(tx, NewWatch(id="wat_1", query=f"title:{WATCHED}"), now=now)
    add_webhook(tx, hook)
    sources.add_source(tx, url=feed, now=now)


@pytest.mark.timeout(240)
async def test_a_clock_set_back_an_hour_and_forward_a_day_stops_nothing(tmp_path: Path) -> None:
    clock, stop = SetClock(), asyncio.Event()
    async with outlet() as place, receiver() as hook:
        press = Press(place)
        settings = Settings(
            data=tmp_path,
            bind=BindAddress(host="127.0.0.1", port=0),
            allow_networks=("127.0.0.0/8",),
            allow_ports=(place.port, hook.port),
            crawler_host_delay=0.0,
            crawler_min_interval=1.0,
            enrichment_workers=1,
        )
        parts = Parts(settings, clock=clock)
        read = report_reader(parts.store, parts.stream, clock, parts.silent_sources)
        await parts.store.run(begin, place.url(FEED), hook.url(), clock.now())

        async def whole() -> bool:
            return await parts.index(write=True).count() == len(press.titles)

        async def accounted_for() -> bool:
            now = clock.now()
            report = await read(now - 2 * DAY, now + 2 * DAY, None)
            assert report["balanced"]
            return bool(report["total"]["indexed"] == report["total"]["seen"] == len(press.titles))

        async def noted() -> bool:
            return abs(clock.now() - await parts.store.read(counters.current, SEEN)) < 30 * SECOND

        running = asyncio.create_task(serve_parts(parts, tuple(ROLES), stop, lambda address: None))
        try:
            for step in (0.0, -HOUR, 25 * HOUR, -24 * HOUR):
                clock.ahead += step
                press.publish(4)
                await until_so(whole, within=WITHIN, pause=0.1)
                await until(lambda: len(hook.requests) == len(press.watched), within=WITHIN)
                # The clock is looked at every few seconds.
                await until_so(noted, within=WITHIN, pause=0.1)
                assert not running.done()
            # The index has an article a moment before the ledger says so.
            await until_so(accounted_for, within=WITHIN, pause=0.1)
        finally:
            stop.set()
            await running
    assert set(Counter(request.headers["webhook-id"] for request in hook.requests).values()) == {1}
