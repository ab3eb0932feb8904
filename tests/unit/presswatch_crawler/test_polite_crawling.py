"""The crawler asks robots.txt and keeps its distance, on a loopback outlet."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest

from presswatch_shared.clock import SystemClock
from presswatch_shared.store.database import Store
from tests.fixtures.crawling import FAST, RememberingPublisher, crawling, drained, polled, publish_stories
from tests.fixtures.outlet import Answer, Outlet, Request
from tests.fixtures.waiting import until


def asked_at_least(place: Outlet, wanted: int) -> bool:
    return len(place.requests) >= wanted


async def test_robots_are_asked_first_and_obeyed(store: Store, place: Outlet) -> None:
    publish_stories(place, "open", "closed")
    place.publish("/robots.txt", "User-agent: *\nDisallow: /closed\n", "text/plain")
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 2)
        balance = await crawl.balance()
    assert place.paths()[0] == "/robots.txt"
    assert place.paths().count("/robots.txt") == 1
    assert "/closed" not in place.paths()
    assert (balance.fetched, balance.refused) == (1, {"robots": 1})


async def test_unreachable_robots_forbid_everything_for_a_while(store: Store, place: Outlet) -> None:
    publish_stories(place, "a")
    place.answers["/robots.txt"] = Answer(status=500)
    async with crawling(store, place) as crawl:
        source = await crawl.add(place.url("/feed"))
        found = await polled(crawl, source.id, "robots_unreachable")
    assert place.paths() == ["/robots.txt"]
    assert found.due_at > SystemClock().now() + 500_000_000


async def test_robots_that_ask_for_a_delay_have_it(store: Store, place: Outlet) -> None:
    publish_stories(place, "a", "b")
    place.publish("/robots.txt", "User-agent: *\nCrawl-delay: 0.4\n", "text/plain")
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 2)
    times = place.times()
    assert all(later - earlier >= 0.39 for earlier, later in pairwise(times))


async def test_one_connection_a_host_and_never_two_requests_inside_its_delay(store: Store, place: Outlet) -> None:
    publish_stories(place, "a", "b", "c")
    settings = replace(FAST, host_delay=0.3)
    async with crawling(store, place, settings=settings) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 3)
    times = place.times()
    assert place.most_open == 1
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(times))


async def test_a_restart_does_not_burst_a_host(store: Store, place: Outlet) -> None:
    publish_stories(place, *(f"a{number}" for number in range(20)))
    settings = replace(FAST, host_delay=0.4)
    publisher = RememberingPublisher()
    for wanted in range(1, 5):
        async with crawling(store, place, settings=settings, publisher=publisher) as crawl:
            await crawl.add(place.url("/feed"))
            await until(partial(asked_at_least, place, wanted))
            await crawl.kill()
    times = place.times()
    assert all(later - earlier >= 0.39 for earlier, later in pairwise(times))


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_says_too_many_is_left_alone_for_as_long_as_it_asks(
    store: Store, place: Outlet, status: int
) -> None:
    publish_stories(place, "a", "b")

    def busy(request: Request) -> Answer:
        asked = len(place.paths("/a"))
        return Answer(status=status, headers={"retry-after": "1"}) if asked == 1 else Answer(body=b"<html>a</html>")

    place.answers["/a"] = busy
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 2)
    first, second = place.times("/a")
    assert second - first >= 1.0
    between = [request.path for request in place.requests if first < request.at < first + 0.95]
    assert between == []
    assert len(crawl.publisher.pages) == 2
