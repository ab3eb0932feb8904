"""The crawler as a whole, on a loopback outlet."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
import zstandard

from presswatch_shared.clock import SystemClock
from presswatch_shared.store import frontier, sources
from presswatch_shared.store.database import Store
from presswatch_shared.store.source_polls import last_polls
from presswatch_shared.urls import politeness_key
from tests.fixtures.crawling import FAST, Crawl, RememberingPublisher, crawling
from tests.fixtures.outlet import Answer, Item, Outlet, Request, article_page, outlet, rss, sitemap
from tests.fixtures.waiting import until

XML = "application/rss+xml"


@pytest.fixture
async def place() -> AsyncIterator[Outlet]:
    async with outlet() as running:
        yield running


def publish(place: Outlet, *names: str, feed: str = "/feed", **more: str) -> None:
    """Articles and the feed that lists them."""
    for name in names:
        place.publish(f"/{name}", article_page(f"Story {name}"), validators=True)
    items = [Item(place.url(f"/{name}"), f"Story {name}", **more) for name in names]
    place.publish(feed, rss(items), XML, validators=True)


def asked_at_least(place: Outlet, wanted: int) -> bool:
    return len(place.requests) >= wanted


async def drained(crawl: Crawl, seen: int) -> None:
    """Until so many visits are opened and none is pending."""

    async def reached() -> bool:
        balance = await crawl.balance()
        return balance.seen >= seen and balance.pending == 0

    async with asyncio.timeout(15):
        while not await reached():
            await asyncio.sleep(0.02)


async def polled(crawl: Crawl, source_id: str, outcome: str) -> sources.Source:
    async with asyncio.timeout(15):
        while (found := await crawl.source(source_id)).last_outcome != outcome:
            await asyncio.sleep(0.02)
    return found


async def test_a_feed_becomes_pages_with_what_the_feed_says(store: Store, place: Outlet) -> None:
    place.publish("/a", article_page("Rostec opens a dock"))
    item = Item(place.url("/a"), "Rostec opens a dock", published="Tue, 24 Nov 2026 10:00:00 GMT", author="Ada Brandt")
    place.publish("/feed", rss([item]), XML)
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
    publish(place, "a")
    packed = gzip.compress(article_page("a").encode())
    place.publish("/a", packed, headers={"content-encoding": "gzip", "content-language": "en", "server": "x"})
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: crawl.publisher.pages)
    (page,) = crawl.publisher.pages
    assert (page.body, page.content_encoding, page.headers) == (packed, "gzip", {"content-language": "en"})


async def test_a_new_item_is_fetched_soon_and_a_known_one_never_again(store: Store, place: Outlet) -> None:
    publish(place, "a")
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: len(crawl.publisher.pages) == 1)
        publish(place, "b", "a")
        await until(lambda: len(crawl.publisher.pages) == 2)
        publish(place, "c", "b", "a")
        await until(lambda: len(crawl.publisher.pages) == 3)
    assert Counter(place.paths())["/a"] == 1


async def test_an_unchanged_feed_is_asked_for_with_its_validator(store: Store, place: Outlet) -> None:
    publish(place, "a")
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
        return Answer(body=rss(items).encode(), content_type=XML, headers={"etag": '"same"'})

    place.answers["/feed"] = lying
    async with crawling(store, place, settings=replace(FAST, min_interval=0.05)) as crawl:
        source = await crawl.add(place.url("/feed"))
        async with asyncio.timeout(15):
            while not (await crawl.source(source.id)).validators_lie:
                await asyncio.sleep(0.02)
        asked = len(place.paths("/feed"))
        await until(lambda: len(place.paths("/feed")) > asked + 2)
    assert [r for r in place.requests if r.path == "/feed"][-1].headers.get("if-none-match") is None


async def test_an_item_whose_date_of_change_moved_is_fetched_again_conditionally(store: Store, place: Outlet) -> None:
    publish(place, "a", "b", updated="2026-11-24T10:00:00Z")
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 2)
        place.publish("/a", article_page("Story a, corrected"), validators=True)
        items = [Item(place.url(f"/{name}"), updated="2026-11-24T11:00:00Z") for name in "ab"]
        place.publish("/feed", rss(items), XML, validators=True)
        await drained(crawl, 4)
        balance = await crawl.balance()
    assert (balance.fetched, balance.not_modified) == (3, 1)
    versions = [page for page in crawl.publisher.pages if page.url == place.url("/a")]
    assert [page.visit for page in versions] == [1, 2]
    assert versions[1].version > versions[0].version


async def test_a_clock_that_steps_back_does_not_freeze_a_page(store: Store, place: Outlet) -> None:
    class SteppingBack(SystemClock):
        offset = 0

        def now(self) -> int:
            return super().now() + self.offset

    clock = SteppingBack()
    publish(place, "a", updated="2026-11-24T10:00:00Z")
    async with crawling(store, place, clock=clock) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 1)
    clock.offset = -60_000_000
    store.run_now(lambda tx: sources.set_state(tx, sources.list_sources(tx)[0].id, "active", now=0))
    store.run_now(lambda tx: tx.exec_driver_sql("UPDATE hosts SET next_allowed_at = 0"))
    place.publish("/a", article_page("Story a, corrected"), validators=True)
    place.publish("/feed", rss([Item(place.url("/a"), updated="2026-11-24T11:00:00Z")]), XML)
    async with crawling(store, place, clock=clock, publisher=crawl.publisher) as crawl:
        await until(lambda: len(crawl.publisher.pages) == 2)
    first, second = crawl.publisher.pages
    assert second.version == first.version + 1


async def test_robots_are_asked_first_and_obeyed(store: Store, place: Outlet) -> None:
    publish(place, "open", "closed")
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
    publish(place, "a")
    place.answers["/robots.txt"] = Answer(status=500)
    async with crawling(store, place) as crawl:
        source = await crawl.add(place.url("/feed"))
        found = await polled(crawl, source.id, "robots_unreachable")
    assert place.paths() == ["/robots.txt"]
    assert found.due_at > SystemClock().now() + 500_000_000


async def test_robots_that_ask_for_a_delay_have_it(store: Store, place: Outlet) -> None:
    publish(place, "a", "b")
    place.publish("/robots.txt", "User-agent: *\nCrawl-delay: 0.4\n", "text/plain")
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 2)
    times = place.times()
    assert all(later - earlier >= 0.39 for earlier, later in pairwise(times))


async def test_one_connection_a_host_and_never_two_requests_inside_its_delay(store: Store, place: Outlet) -> None:
    publish(place, "a", "b", "c")
    settings = replace(FAST, host_delay=0.3)
    async with crawling(store, place, settings=settings) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 3)
    times = place.times()
    assert place.most_open == 1
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(times))


async def test_a_restart_does_not_burst_a_host(store: Store, place: Outlet) -> None:
    publish(place, *(f"a{number}" for number in range(20)))
    settings = replace(FAST, host_delay=0.4)
    publisher = RememberingPublisher()
    for wanted in range(1, 5):
        async with crawling(store, place, settings=settings, publisher=publisher) as crawl:
            await crawl.add(place.url("/feed"))
            await until(partial(asked_at_least, place, wanted))
            await crawl.kill()
    times = place.times()
    assert all(later - earlier >= 0.39 for earlier, later in pairwise(times))


async def test_a_kill_between_fetch_and_append_loses_nothing_and_repeats_each_page_once(
    store: Store, place: Outlet
) -> None:
    names = [f"a{number}" for number in range(30)]
    publish(place, *names)
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
    publish(place, "a")
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
    publish(place, "a")
    place.answers["/a"] = Answer(hang=True)
    settings = replace(FAST, lease=0.5, sole_crawler=False)
    async with crawling(store, place, settings=settings) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: "/a" in place.paths())
        await crawl.kill()
    publish(place, "a")
    async with crawling(store, place, settings=settings) as crawl:
        await drained(crawl, 1)
        balance = await crawl.balance()
    assert crawl.publisher.urls() == [place.url("/a")]
    assert (balance.seen, balance.fetched) == (1, 1)


async def test_a_log_that_is_full_delays_and_loses_nothing(store: Store, place: Outlet) -> None:
    publish(place, "a", "b")
    async with crawling(store, place, publisher=RememberingPublisher(failures=2)) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 2)
    assert len(crawl.publisher.pages) == 2
    assert Counter(place.paths("/a")) == {"/a": 1}


async def test_the_order_to_stop_ends_the_fetches_in_hand_and_leaves(store: Store, place: Outlet) -> None:
    publish(place, "a")
    place.answers["/a"] = Answer(body=b"<html>late</html>", delay=0.5)
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: "/a" in place.paths())
        crawl.stop.set()
        await asyncio.wait_for(crawl.task, 5)
        balance = await crawl.balance()
    assert (len(crawl.publisher.pages), balance.fetched, balance.pending) == (1, 1, 0)


async def test_a_host_that_hangs_delays_no_other(store: Store, place: Outlet) -> None:
    async with outlet() as stuck:
        publish(place, "a", "b")
        publish(stuck, "x")
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


async def test_a_redirect_is_followed_and_the_page_keeps_its_address(store: Store, place: Outlet) -> None:
    publish(place, "old")
    place.answers["/old"] = Answer(status=302, headers={"location": "/new"})
    place.publish("/new", article_page("Moved"))
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: crawl.publisher.pages)
    (page,) = crawl.publisher.pages
    assert (page.url, page.final_url) == (place.url("/old"), place.url("/new"))


async def test_a_redirect_to_another_host_goes_through_its_robots_and_politeness(store: Store, place: Outlet) -> None:
    async with outlet() as other:
        publish(place, "old", "shut")
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
    publish(place, "loop", "chain", "nowhere")
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
    publish(place, "trap")
    place.answers["/trap"] = Answer(status=302, headers={"location": "http://169.254.169.254/latest/meta-data/"})
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        async with asyncio.timeout(10):
            while not (await crawl.balance()).seen or not crawl.metrics.registry.get_sample_value(
                "presswatch_ssrf_blocked_total", {"reason": "address"}
            ):
                await asyncio.sleep(0.02)
    assert crawl.publisher.pages == []


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_says_too_many_is_left_alone_for_as_long_as_it_asks(
    store: Store, place: Outlet, status: int
) -> None:
    publish(place, "a", "b")

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
    publish(place, "bad", "good")
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
    publish(place, "bad", "good")
    place.answers["/bad"] = answer
    async with crawling(store, place) as crawl:
        await crawl.add(place.url("/feed"))
        await until(lambda: crawl.publisher.pages and "/bad" in place.paths())
        crawl.stop.set()
        await crawl.task
        balance = await crawl.balance()
    assert (balance.pending, balance.fetched) == (1, 1)


async def test_items_older_than_the_limit_are_refused_and_counted(store: Store, place: Outlet) -> None:
    publish(place, "old", published="Tue, 24 Nov 2020 10:00:00 GMT")
    async with crawling(store, place, settings=replace(FAST, max_item_age=86_400.0)) as crawl:
        await crawl.add(place.url("/feed"))
        await drained(crawl, 1)
        balance = await crawl.balance()
    assert balance.refused == {"too_old": 1}
    assert "/old" not in place.paths()


async def test_a_home_page_leads_to_its_feeds(store: Store, place: Outlet) -> None:
    publish(place, "a", feed="/news.rss")
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
    publish(place, "a", feed="/feed")
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
        pytest.param(Answer(body=b"<rss><channel><item>", content_type=XML), "lenient", id="broken feed"),
        pytest.param(Answer(body=b"\x00\x01\x02", content_type="image/png"), "unreadable", id="not a feed"),
        pytest.param(Answer(body=b"", content_type=XML), "unreadable", id="empty"),
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
    publish(place, "a")
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
    publish(place, "a", feed="/new")
    place.answers["/feed"] = Answer(status=301, headers={"location": "/new"})
    contents = iter(range(1000))
    place.answers["/new"] = lambda request: Answer(
        body=rss([Item(place.url("/a"))], head=f"<pubDate>{next(contents)}</pubDate>").encode(), content_type=XML
    )
    async with crawling(store, place, settings=replace(FAST, min_interval=0.05)) as crawl:
        source = await crawl.add(place.url("/feed"))
        async with asyncio.timeout(15):
            while (await crawl.source(source.id)).url != place.url("/new"):
                await asyncio.sleep(0.02)
    assert len(place.paths("/feed")) == 3


async def test_fictional_names_are_reached_through_the_map(store: Store, place: Outlet) -> None:
    place.publish("/a", article_page("a"))
    place.publish("/feed", rss([Item("http://norddeich-kurier.example/a")]), XML)
    names = {"norddeich-kurier.example": ("127.0.0.1", place.port)}
    async with crawling(store, place, names=names) as crawl:
        await crawl.add("http://norddeich-kurier.example/feed")
        await until(lambda: crawl.publisher.pages)
    assert crawl.publisher.urls() == ["http://norddeich-kurier.example/a"]
    assert place.requests[-1].headers["host"] == "norddeich-kurier.example"


async def test_a_paused_source_is_left_alone(store: Store, place: Outlet) -> None:
    publish(place, "a")
    async with crawling(store, place) as crawl:
        source = await crawl.add(place.url("/feed"))
        await until(lambda: crawl.publisher.pages)
        await store.run(lambda tx: sources.set_state(tx, source.id, "paused", now=SystemClock().now()))
        polled_before = (await crawl.source(source.id)).polls
        publish(place, "b", "a")
        await asyncio.sleep(1.0)
        assert (await crawl.source(source.id)).polls <= polled_before + 1


async def test_the_fast_path_does_a_hundred_pages_a_second(store: Store, place: Outlet) -> None:
    publish(place, *(f"a{number}" for number in range(300)))
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
