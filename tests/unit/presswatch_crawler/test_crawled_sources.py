"""Home pages, sitemaps and feeds that are broken, moved, unchanged or gone, on a loopback outlet."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import replace

import pytest

from presswatch_shared.clock import SystemClock
from presswatch_shared.store import sources
from presswatch_shared.store.database import Store
from presswatch_shared.store.source_polls import last_polls
from tests.fixtures.crawling import FAST, crawling, polled, publish_stories
from tests.fixtures.outlet import RSS_TYPE, Answer, Item, Outlet, Request, article_page, rss, sitemap
from tests.fixtures.waiting import until


async def test_an_unchanged_feed_is_asked_for_with_its_validator(store: Store, place: Outlet) -> None:
    publish_stories(place, "a")
    async with crawling(store, place) as crawl:
        source = await crawl.add(place.url("/feed"))
        await polled(crawl, source.id, "not_modified")
    asked = [request.headers.get("if-none-match") for request in place.requests if request.path == "/feed"]
    assert asked[0] is None
    assert asked[1] is not None


async def test_a_feed_whose_validator_lies_is_no_longer_believed(store: Store, place: Outlet) -> None:
    served = 0

    def lying(request: Request) -> Answer:
        nonlocal served
        served += 1
        items = [Item(place.url(f"/{number}")) for number in range(served)]
        if request.headers.get("if-none-match") and served % 2 == 0:
            return Answer(status=304, headers={"etag": '"same"'})
        return Answer(body=rss(items).encode(), content_type=RSS_TYPE, headers={"etag": '"same"'})

    place.answers["/feed"] = lying
    async with crawling(store, place, settings=replace(FAST, min_interval=0.05)) as crawl:
        source = await crawl.add(place.url("/feed"))
        async with asyncio.timeout(15):
            while not (await crawl.source(source.id)).validators_lie:
                await asyncio.sleep(0.02)
        asked = len(place.paths("/feed"))
        await until(lambda: len(place.paths("/feed")) > asked + 2)
    assert [r for r in place.requests if r.path == "/feed"][-1].headers.get("if-none-match") is None


async def test_a_home_page_leads_to_its_feeds(store: Store, place: Outlet) -> None:
    publish_stories(place, "a", feed="/news.rss")
    link = "<link rel='alternate' type='application/rss+xml' title='News' href='/news.rss'>"
    place.publish("/", f"<!doctype html><html><head>{link}</head><body>Home</body></html>")
    async with crawling(store, place) as crawl:
        home = await crawl.add(place.url("/"), country="DE")
        await until(lambda: crawl.publisher.pages)
        found = {source.url: source for source in await crawl.sources()}
    feed = found[place.url("/news.rss")]
    assert (feed.kind, feed.parent_id, feed.country, found[home.url].kind) == ("feed", home.id, "DE", "site")


async def test_a_home_page_without_links_is_searched_at_the_common_paths_and_by_robots(
    store: Store, place: Outlet
) -> None:
    publish_stories(place, "a", feed="/feed")
    place.publish("/", "<!doctype html><html><body>Home</body></html>")
    place.publish("/b", article_page("b"))
    place.publish("/map.xml", sitemap([Item(place.url("/b"))]), "application/xml")
    place.publish("/robots.txt", f"Sitemap: {place.url('/map.xml')}\n", "text/plain")
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/"))
        await until(lambda: len(crawl.publisher.pages) == 2)
        await until(lambda: "/feed.json" in place.paths())
        async with asyncio.timeout(10):
            while {source.kind for source in await crawl.sources()} != {"site", "feed", "sitemap"}:
                await asyncio.sleep(0.02)
        kinds = {source.url: source.kind for source in await crawl.sources()}
    assert kinds == {place.url("/"): "site", place.url("/feed"): "feed", place.url("/map.xml"): "sitemap"}


async def test_a_sitemap_index_leads_to_its_newest_sitemaps(store: Store, place: Outlet) -> None:
    place.publish("/b", article_page("b"))
    nested = gzip.compress(sitemap([Item(place.url("/b"), updated="2026-11-24")]).encode())
    place.publish("/1.xml.gz", nested, "application/octet-stream")
    index = (
        f"<sitemapindex><sitemap><loc>{place.url('/1.xml.gz')}</loc></sitemap>"
        f"<sitemap><loc>{place.url('/index.xml')}</loc></sitemap></sitemapindex>"
    )
    place.publish("/index.xml", index, "application/xml")
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/index.xml"))
        await until(lambda: crawl.publisher.pages)
        assert len(await crawl.sources()) == 2


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param(Answer(body=b"<rss><channel><item>", content_type=RSS_TYPE), "lenient", id="broken feed"),
        pytest.param(Answer(body=b"\x00\x01\x02", content_type="image/png"), "unreadable", id="not a feed"),
        pytest.param(Answer(body=b"", content_type=RSS_TYPE), "unreadable", id="empty"),
        pytest.param(Answer(status=404), "status_404", id="not there"),
        pytest.param(Answer(status=500), "status_500", id="server error"),
        pytest.param(
            Answer(body=gzip.compress(b"\0" * 70_000_000, 1), headers={"content-encoding": "gzip"}),
            "coding_ratio",
            id="a bomb",
        ),
        pytest.param(
            Answer(body=b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><urlset>&e;</urlset>"),
            "unreadable",
            id="an entity",
        ),
    ],
)
async def test_a_bad_source_is_a_counted_outcome_and_delays_no_other(
    store: Store, place: Outlet, answer: Answer, outcome: str
) -> None:
    publish_stories(place, "a")
    place.answers["/bad"] = answer
    async with crawling(store, place) as crawl:
        bad = await crawl.add(place.url("/bad"))
        await crawl.add(place.url("/feed"))
        found = await polled(crawl, bad.id, outcome)
        await until(lambda: crawl.publisher.pages)
    assert found.state == "active"
    assert (found.failure_weight > 0) == (outcome != "lenient")
    noted = (await store.read(last_polls, bad.id))[-1]
    assert (noted.outcome, bool(noted.detail), noted.status) == (outcome, outcome != "lenient", answer.status)


async def test_a_source_that_is_gone_retires(store: Store, place: Outlet) -> None:
    place.answers["/feed"] = Answer(status=410)
    async with crawling(store, place) as crawl:
        source = await crawl.add(place.url("/feed"))
        found = await polled(crawl, source.id, "status_410")
    assert found.state == "retired"


async def test_a_lasting_redirect_changes_the_address_of_a_source(store: Store, place: Outlet) -> None:
    publish_stories(place, "a", feed="/new")
    place.answers["/feed"] = Answer(status=301, headers={"location": "/new"})
    contents = iter(range(1000))
    place.answers["/new"] = lambda request: Answer(
        body=rss([Item(place.url("/a"))], head=f"<pubDate>{next(contents)}</pubDate>").encode(), content_type=RSS_TYPE
    )
    async with crawling(store, place, settings=replace(FAST, min_interval=0.05)) as crawl:
        source = await crawl.add(place.url("/feed"))
        async with asyncio.timeout(15):
            while (await crawl.source(source.id)).url != place.url("/new"):
                await asyncio.sleep(0.02)
    assert len(place.paths("/feed")) == 3


async def test_a_paused_source_is_left_alone(store: Store, place: Outlet) -> None:
    publish_stories(place, "a")
    async with crawling(store, place) as crawl:
        source = await crawl.add(place.url("/feed"))
        await until(lambda: crawl.publisher.pages)
        await store.run(lambda tx: sources.set_state(tx, source.id, "paused", now=SystemClock().now()))
        polled_before = (await crawl.source(source.id)).polls
        publish_stories(place, "b", "a")
        await asyncio.sleep(1.0)
        assert (await crawl.source(source.id)).polls <= polled_before + 1
