"""A crawler that is killed, stopped or delayed loses no page and repeats none without need, on a loopback outlet."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

from presswatch_shared.clock import SystemClock
from presswatch_shared.store import sources
from presswatch_shared.store.database import Store
from tests.fixtures.crawling import FAST, RememberingPublisher, crawling, drained, publish_stories
from tests.fixtures.outlet import RSS_TYPE, Answer, Item, Outlet, article_page, rss
from tests.fixtures.waiting import until


async def test_a_clock_that_steps_back_does_not_freeze_a_page(store: Store, place: Outlet) -> None:
    class SteppingBack(SystemClock):
        offset = 0

        def now(self) -> int:
            return super().now() + self.offset

    clock = SteppingBack()
    publish_stories(place, "a", updated="2026-11-24T10:00:00Z")
    async with crawling(store, place, clock=clock) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 1)
    clock.offset = -60_000_000
    store.run_now(lambda tx: sources.set_state(tx, sources.list_sources(tx)[0].id, "active", now=0))
    store.run_now(lambda tx: tx.exec_driver_sql("UPDATE hosts SET next_allowed_at = 0"))
    place.publish("/a", article_page("Story a, corrected"), validators=True)
    place.publish("/feed", rss([Item(place.url("/a"), updated="2026-11-24T11:00:00Z")]), RSS_TYPE)
    async with crawling(store, place, clock=clock, publisher=crawl.publisher) as crawl:
        await until(lambda: len(crawl.publisher.pages) == 2)
    first, second = crawl.publisher.pages
    assert second.version == first.version + 1


async def test_a_kill_between_fetch_and_append_loses_nothing_and_repeats_each_page_once(
    store: Store, place: Outlet
) -> None:
    names = [f"a{number}" for number in range(30)]
    publish_stories(place, *names)
    publisher = RememberingPublisher(held=True)
    async with crawling(store, place, publisher=publisher) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: len(place.paths("/a")) == 30)
        await crawl.kill()
    assert publisher.pages == []
    publisher.held = False
    async with crawling(store, place, publisher=publisher) as crawl:
        await drained(crawl, 30)
        balance = await crawl.balance()
    assert sorted(publisher.urls()) == sorted(place.url(f"/{name}") for name in names)
    assert {page.visit for page in publisher.pages} == {1}
    assert max(Counter(place.paths("/a")).values()) == 2
    assert (balance.seen, balance.fetched) == (30, 30)


async def test_what_a_crawler_has_in_hand_is_its_own_for_longer_than_a_lease(store: Store, place: Outlet) -> None:
    publish_stories(place, "a")
    place.answers["/a"] = Answer(body=b"<html>late</html>", delay=1.5)
    settings = replace(FAST, lease=0.5, sole_crawler=False)
    publisher = RememberingPublisher()
    async with (
        crawling(store, place, settings=settings, publisher=publisher) as crawl,
        crawling(store, place, settings=settings, publisher=publisher),
    ):
        await crawl.add(place.url("/feed"))
        await drained(crawl, 1)
    assert place.paths("/a") == ["/a"]
    assert publisher.urls() == [place.url("/a")]


async def test_what_a_killed_crawler_had_in_hand_is_fetched_by_another_when_its_lease_ends(
    store: Store, place: Outlet
) -> None:
    publish_stories(place, "a")
    place.answers["/a"] = Answer(hang=True)
    settings = replace(FAST, lease=0.5, sole_crawler=False)
    async with crawling(store, place, settings=settings) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: "/a" in place.paths())
        await crawl.kill()
    publish_stories(place, "a")
    async with crawling(store, place, settings=settings) as crawl:
        await drained(crawl, 1)
        balance = await crawl.balance()
    assert crawl.publisher.urls() == [place.url("/a")]
    assert (balance.seen, balance.fetched) == (1, 1)


async def test_a_log_that_is_full_delays_and_loses_nothing(store: Store, place: Outlet) -> None:
    publish_stories(place, "a", "b")
    async with crawling(store, place, publisher=RememberingPublisher(failures=2)) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 2)
    assert len(crawl.publisher.pages) == 2
    assert Counter(place.paths("/a")) == {"/a": 1}


async def test_the_order_to_stop_ends_the_fetches_in_hand_and_leaves(store: Store, place: Outlet) -> None:
    publish_stories(place, "a")
    place.answers["/a"] = Answer(body=b"<html>late</html>", delay=0.5)
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: "/a" in place.paths())
        crawl.stop.set()
        await asyncio.wait_for(crawl.task, 5)
        balance = await crawl.balance()
    assert (len(crawl.publisher.pages), balance.fetched, balance.pending) == (1, 1, 0)
