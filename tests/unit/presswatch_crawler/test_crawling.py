"""The crawler as a whole, on a loopback outlet: from feeds to pages."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from dataclasses import replace

import zstandard

from presswatch_shared.clock import SystemClock
from presswatch_shared.store import frontier
from presswatch_shared.store.database import Store
from presswatch_shared.urls import politeness_key
from tests.fixtures.crawling import FAST, crawling, drained, publish_stories
from tests.fixtures.outlet import RSS_TYPE, Answer, Item, Outlet, article_page, outlet, rss
from tests.fixtures.waiting import until


async def test_a_feed_becomes_pages_with_what_the_feed_says(store: Store, place: Outlet) -> None:
    place.publish("/a", article_page("Rostec opens a dock"))
    item = Item(place.url("/a"), "Rostec opens a dock", published="Tue, 24 Nov 2026 10:00:00 GMT", author="Ada Brandt")
    place.publish("/feed", rss([item]), RSS_TYPE)
    async with crawling(store, place) as crawl:
        source = await crawl.add(place.url("/feed"), country="de", collection="Ports")
        await until(lambda: crawl.publisher.pages)
        await drained(crawl, 1)
        (page,) = crawl.publisher.pages
        balance = await crawl.balance()
    assert (page.url, page.final_url, page.visit, page.status) == (place.url("/a"), place.url("/a"), 1, 200)
    assert (page.source_id, page.country, page.collection) == (source.id, "DE", "Ports")
    assert (page.feed_title, page.feed_authors) == ("Rostec opens a dock", ("Ada Brandt",))
    assert page.feed_published_at == 1_795_514_400_000_000
    assert page.content_encoding == "zstd"
    assert zstandard.ZstdDecompressor().decompress(page.body) == article_page("Rostec opens a dock").encode()
    assert crawl.publisher.outs[0].trace.startswith("00-")
    assert (balance.seen, balance.fetched) == (1, 1)


async def test_the_body_keeps_the_coding_in_which_it_was_sent(store: Store, place: Outlet) -> None:
    publish_stories(place, "a")
    packed = gzip.compress(article_page("a").encode())
    place.publish("/a", packed, headers={"content-encoding": "gzip", "content-language": "en", "server": "x"})
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: crawl.publisher.pages)
    (page,) = crawl.publisher.pages
    assert (page.body, page.content_encoding, page.headers) == (packed, "gzip", {"content-language": "en"})


async def test_a_new_item_is_fetched_soon_and_a_known_one_never_again(store: Store, place: Outlet) -> None:
    publish_stories(place, "a")
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: len(crawl.publisher.pages) == 1)
        publish_stories(place, "b", "a")
        await until(lambda: len(crawl.publisher.pages) == 2)
        publish_stories(place, "c", "b", "a")
        await until(lambda: len(crawl.publisher.pages) == 3)
    assert Counter(place.paths())["/a"] == 1


async def test_an_item_whose_date_of_change_moved_is_fetched_again_conditionally(store: Store, place: Outlet) -> None:
    publish_stories(place, "a", "b", updated="2026-11-24T10:00:00Z")
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 2)
        place.publish("/a", article_page("Story a, corrected"), validators=True)
        items = [Item(place.url(f"/{name}"), updated="2026-11-24T11:00:00Z") for name in "ab"]
        place.publish("/feed", rss(items), RSS_TYPE, validators=True)
        await drained(crawl, 4)
        balance = await crawl.balance()
    assert (balance.fetched, balance.not_modified) == (3, 1)
    versions = [page for page in crawl.publisher.pages if page.url == place.url("/a")]
    assert [page.visit for page in versions] == [1, 2]
    assert versions[1].version > versions[0].version


async def test_items_older_than_the_limit_are_refused_and_counted(store: Store, place: Outlet) -> None:
    publish_stories(place, "old", published="Tue, 24 Nov 2020 10:00:00 GMT")
    async with crawling(store, place, settings=replace(FAST, max_item_age=86_400.0)) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 1)
        balance = await crawl.balance()
    assert balance.refused == {"too_old": 1}
    assert "/old" not in place.paths()


async def test_fictional_names_are_reached_through_the_map(store: Store, place: Outlet) -> None:
    place.publish("/a", article_page("a"))
    place.publish("/feed", rss([Item("http://norddeich-kurier.example/a")]), RSS_TYPE)
    names = {"norddeich-kurier.example": ("127.0.0.1", place.port)}
    async with crawling(store, place, names=names) as crawl:
        await crawl.add("http://norddeich-kurier.example/feed")
        await until(lambda: crawl.publisher.pages)
    assert crawl.publisher.urls() == ["http://norddeich-kurier.example/a"]
    assert place.requests[-1].headers["host"] == "norddeich-kurier.example"


async def test_the_fast_path_does_a_hundred_pages_a_second(store: Store, place: Outlet) -> None:
    publish_stories(place, *(f"a{number}" for number in range(300)))
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: crawl.publisher.pages, within=20)
        began = asyncio.get_running_loop().time()
        await until(lambda: len(crawl.publisher.pages) == 300, within=30)
        seconds = asyncio.get_running_loop().time() - began
    # A tenth of what an idle machine does: this one may be busy with other tests.
    assert 300 / seconds > 20
    assert store.read_now(frontier.count_due, now=SystemClock().now()) == 0
    assert politeness_key(place.url()) == f"127.0.0.1:{place.port}"


async def test_a_host_that_hangs_delays_no_other(store: Store, place: Outlet) -> None:
    async with outlet() as stuck:
        publish_stories(place, "a", "b")
        publish_stories(stuck, "x")
        stuck.answers["/x"] = Answer(hang=True)
        async with crawling(store, place, stuck) as crawl:
            await crawl.add(stuck.url("/feed"))
            await until(lambda: "/x" in stuck.paths())
            await crawl.add(place.url("/feed"))
            await until(lambda: len(crawl.publisher.pages) == 2)
            crawl.stop.set()
            await asyncio.wait_for(crawl.task, 8)
            balance = await crawl.balance()
        assert balance.pending == 1
