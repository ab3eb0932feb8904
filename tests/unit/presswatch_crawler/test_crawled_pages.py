"""Pages that redirect, fail or are too large, on a loopback outlet."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from presswatch_shared.store.database import Store
from tests.fixtures.crawling import FAST, crawling, drained, publish_stories
from tests.fixtures.outlet import Answer, Outlet, article_page, outlet
from tests.fixtures.waiting import until


async def test_a_redirect_is_followed_and_the_page_keeps_its_address(store: Store, place: Outlet) -> None:
    publish_stories(place, "old")
    place.answers["/old"] = Answer(status=302, headers={"location": "/new"})
    place.publish("/new", article_page("Moved"))
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: crawl.publisher.pages)
    (page,) = crawl.publisher.pages
    assert (page.url, page.final_url) == (place.url("/old"), place.url("/new"))


async def test_a_redirect_to_another_host_goes_through_its_robots_and_politeness(store: Store, place: Outlet) -> None:
    async with outlet() as other:
        publish_stories(place, "old", "shut")
        place.answers["/old"] = Answer(status=301, headers={"location": other.url("/new")})
        place.answers["/shut"] = Answer(status=301, headers={"location": other.url("/private")})
        other.publish("/new", article_page("Moved"))
        other.publish("/robots.txt", "User-agent: *\nDisallow: /private\n", "text/plain")
        async with crawling(store, place, other) as crawl:
            await crawl.add(place.url("/feed"))
            await drained(crawl, 2)
            balance = await crawl.balance()
        assert other.paths()[0] == "/robots.txt"
        assert "/private" not in other.paths()
        assert (balance.fetched, balance.refused) == (1, {"robots": 1})
        assert crawl.publisher.pages[0].final_url == other.url("/new")


async def test_redirects_without_end_fail(store: Store, place: Outlet) -> None:
    publish_stories(place, "loop", "chain", "nowhere")
    place.answers["/loop"] = Answer(status=302, headers={"location": "/loop"})
    for number in range(8):
        place.answers[f"/chain{number or ''}"] = Answer(status=302, headers={"location": f"/chain{number + 1}"})
    place.answers["/nowhere"] = Answer(status=302, headers={"location": "http://"})
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 3)
        balance = await crawl.balance()
    assert balance.failed == {"redirects": 3}
    assert place.paths("/loop") == ["/loop"] * 6


async def test_a_redirect_into_the_operators_network_is_refused_and_counted(store: Store, place: Outlet) -> None:
    publish_stories(place, "trap")
    place.answers["/trap"] = Answer(status=302, headers={"location": "http://169.254.169.254/latest/meta-data/"})
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        async with asyncio.timeout(10):
            while not (await crawl.balance()).seen or not crawl.metrics.registry.get_sample_value(
                "presswatch_ssrf_blocked_total", {"reason": "address"}
            ):
                await asyncio.sleep(0.02)
    assert crawl.publisher.pages == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(Answer(status=404), "status_404", id="not there"),
        pytest.param(Answer(status=410), "status_410", id="gone"),
        pytest.param(Answer(status=403), "status_403", id="forbidden"),
        pytest.param(Answer(status=204), "status_204", id="without content"),
        pytest.param(Answer(body=b"x" * 50_001), "too_large", id="too large"),
        pytest.param(Answer(endless=b"x" * 4096), "too_large", id="endless"),
    ],
)
async def test_a_page_that_cannot_be_had_is_counted_by_its_reason(
    store: Store, place: Outlet, answer: Answer, reason: str
) -> None:
    publish_stories(place, "bad", "good")
    place.answers["/bad"] = answer
    settings = replace(FAST, page_limits=replace(FAST.page_limits, raw_bytes=50_000))
    async with crawling(store, place, settings=settings) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 2)
        balance = await crawl.balance()
    assert (balance.failed, balance.fetched) == ({reason: 1}, 1)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(status=500), id="a server error"),
        pytest.param(Answer(raw=b"nonsense\r\n\r\n"), id="no HTTP"),
        pytest.param(Answer(raw=b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort"), id="cut short"),
    ],
)
async def test_a_passing_failure_of_a_page_is_tried_again_later(store: Store, place: Outlet, answer: Answer) -> None:
    publish_stories(place, "bad", "good")
    place.answers["/bad"] = answer
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: crawl.publisher.pages and "/bad" in place.paths())
        crawl.stop.set()
        await crawl.task
        balance = await crawl.balance()
    assert (balance.pending, balance.fetched) == (1, 1)
