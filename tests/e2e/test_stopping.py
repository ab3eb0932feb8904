"""Told to stop while it is busy: gone within ten seconds, nothing lost, and nothing done twice afterwards."""

from __future__ import annotations

import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.fixtures.newsroom import Newsroom, news_page, newsroom
from tests.fixtures.product import Running

pytestmark = pytest.mark.timeout(150)

PAGES = 120
WATCHED_EVERY = 10
STOP_SECONDS = 10.0


async def stop_in_time(running: Running, number: signal.Signals) -> None:
    asked = time.monotonic()
    assert await running.stop(number) == 0
    assert time.monotonic() - asked < STOP_SECONDS


async def started(room: Newsroom) -> Running:
    running = await room.product.start()
    assert running.process.returncode is None, room.product.log()[-3000:]
    room.address = running.address
    return running


async def test_ctrl_c_and_a_second_start_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    async with newsroom(tmp_path) as room:
        running = await started(room)
        feed = room.feed()
        watched = []
        for number in range(PAGES):
            is_watched = number % WATCHED_EVERY == 0
            url = feed.add(f"/{number}", news_page(f"Report {number} {'of Quixmoor' if is_watched else ''}"))
            watched += [url] if is_watched else []
        await room.watch("Quixmoor", "/hook")
        await room.post("sources", url=feed.url)
        await room.until(lambda: room.told("/hook"), within=40)
        await stop_in_time(running, signal.SIGINT)
        assert len(room.told("/hook")) < len(watched)

        running = await started(room)

        async def all_searchable() -> bool:
            return bool((await room.get("status"))["indexed"] == PAGES)

        await room.until_asked(all_searchable, within=60)
        await room.until(lambda: len(room.told("/hook")) >= len(watched))
        status = await room.get("status")
        await stop_in_time(running, signal.SIGTERM)
        assert (status["alerts"], status["dead_letters"]) == (len(watched), 0)
        assert sorted(room.urls_told("/hook")) == sorted(watched)
        fetched = Counter(room.place.paths(feed.page("/")))
        del fetched[feed.path]
        assert fetched == {feed.page(f"/{number}"): 1 for number in range(PAGES)}
