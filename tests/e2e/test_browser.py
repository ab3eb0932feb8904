"""A person before a browser: from a search to a live alert, on every page without a serious finding of axe."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.fixtures.browser import chromium, serious_findings, watched_page
from tests.fixtures.newsroom import Feed, Newsroom, news_page, newsroom

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers, pytest.mark.timeout(180)]

SUBJECT = "Quarnholm shipyard"
ASKED = f"q=%22{SUBJECT.replace(' ', '+')}%22"
# Finds the five articles of the feed alone, whatever other tests publish.
KEELS = f"{ASKED}+AND+keel"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path_factory.mktemp("browser")) as made, made.product.running() as running:
        made.address = running.address
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def feed(room: Newsroom) -> Feed:
    """With five articles that are found already."""
    made = await room.add_feed()
    for number in range(5):
        made.add(f"/news/{number}", news_page(f"{SUBJECT} lays keel number {number}"))
    await room.until_asked(lambda: _all_found(room))
    return made


async def _all_found(room: Newsroom) -> bool:
    return await _found(room, f'"{SUBJECT}"', 5)


async def _found(room: Newsroom, query: str, number: int) -> bool:
    return len(await room.found(query)) == number


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


async def test_from_a_search_to_a_live_alert_and_a_muted_story(room: Newsroom, feed: Feed, browser: Browser) -> None:
    async with watched_page(browser, room.address) as watched:
        page = watched.page
        await page.goto("/")
        await page.get_by_label("Query in the watch language").fill(f'"{SUBJECT}"')
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_contain_text("5 articles")

        await page.locator(".chart a").last.click()
        await expect(page).to_have_url(re.compile("since="))
        await expect(page.locator(".card").first).to_be_visible()

        await page.locator(".card h2 a").first.click()
        await expect(page.locator(".story h1 mark").first).to_have_text(SUBJECT)
        await page.get_by_role("link", name="← Results").click()

        await page.locator(".watch-this summary").click()
        await page.get_by_role("link", name="See first what it would have caught").click()
        await expect(page.locator(".backtest .lead")).to_contain_text("5")
        await page.get_by_label("Name").fill("The yard")
        await page.get_by_role("button", name="Save watch").click()
        await expect(page.get_by_role("status")).to_contain_text("Saved")

        await page.goto("/inbox")
        await expect(page.locator("[data-live-state]")).to_have_text("live")
        feed.add("/news/fresh", news_page(f"{SUBJECT} launches the Morning Star"))
        fresh = page.locator(".alert", has_text="launches the Morning Star")
        await expect(fresh).to_be_visible(timeout=20_000)

        # What stands beside the list follows it, without a new page.
        await expect(page.locator(".tabs")).to_contain_text("Unread 1")
        await expect(page.get_by_role("button", name="Mark all read")).to_be_visible()
        await fresh.get_by_role("button", name="Mute this story").click()
        await expect(page.locator(".tabs")).to_contain_text("Unread 0")
        await expect(fresh).to_contain_text("story muted")
        assert watched.faults == []


async def test_a_chart_is_zoomed_by_drawing_and_by_a_click(room: Newsroom, feed: Feed, browser: Browser) -> None:
    async with watched_page(browser, room.address) as watched:
        page = watched.page
        await page.goto(f"/?{KEELS}")
        box = await page.locator("svg[data-brush]").bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 20)
        await page.mouse.down()
        await page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 20)
        await expect(page.locator("[data-reading]")).to_contain_text(" – ")
        await page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20)
        await page.mouse.up()
        await expect(page).to_have_url(re.compile(r"since=\d{4}-\d\d-\d\d&until=\d{4}"))
        await expect(page.locator("h1")).to_contain_text("5 articles")
        await page.locator(".chart a").last.hover()
        await expect(page.locator("[data-reading]")).to_contain_text(": 5")
        await page.get_by_role("link", name="Weeks").click()
        await expect(page).to_have_url(re.compile("by=week"))
        await page.get_by_role("link", name="Share of all").click()
        await expect(page.locator(".chart a").last).to_have_attribute("aria-label", re.compile(r"\d % of all, 5 of \d"))
        assert watched.faults == []


async def test_the_builder_writes_the_query(room: Newsroom, feed: Feed, browser: Browser) -> None:
    async with watched_page(browser, room.address) as watched:
        page = watched.page
        await page.goto("/")
        await page.locator(".builder summary").click()
        await page.get_by_label("All of these").fill(f'"{SUBJECT}"')
        await page.get_by_label("Any of these").fill("keel or")
        await page.get_by_label("None of these").fill("football")
        written = f'"{SUBJECT}" AND (keel OR "or") AND NOT football'
        await expect(page.get_by_label("Query in the watch language")).to_have_value(written)
        await page.locator(".builder button").click()
        await expect(page.locator("h1")).to_contain_text("5 articles")
        assert await page.get_by_label("Query in the watch language").input_value() == written
        await page.locator(".builder summary").click()
        await page.get_by_label("All of these").fill("")
        await page.get_by_label("Any of these").fill("")
        await expect(page.locator("#check")).to_contain_text("add something that must be there")
        assert watched.faults == []


async def test_near_duplicates_unfold_in_place(room: Newsroom, feed: Feed, browser: Browser) -> None:
    copied = news_page("Ferry Aurelia returns to Quarnholm")
    for number in range(3):
        feed.add(f"/copies/{number}", copied.replace("returns", "returns ", 1))
    await room.until_asked(lambda: _found(room, "Aurelia", 3))
    async with watched_page(browser, room.address) as watched:
        page = watched.page
        await page.goto("/?q=Aurelia")
        await expect(page.locator(".card")).to_have_count(1)
        await page.get_by_role("link", name="+2 near-duplicates").click()
        await expect(page.locator(".unfolded .card")).to_have_count(2)
        await expect(page).to_have_url(re.compile(r"q=Aurelia$"))
        await page.get_by_role("link", name="Show near-duplicates").click()
        await expect(page.locator(".card")).to_have_count(3)
        assert watched.faults == []


async def test_queries_are_compared_in_one_chart(room: Newsroom, feed: Feed, browser: Browser) -> None:
    async with watched_page(browser, room.address) as watched:
        page = watched.page
        await page.goto(f"/?{KEELS}")
        await page.get_by_role("link", name="Compare").click()
        await page.get_by_label("Query 2").fill("nowhere OR launches")
        await page.get_by_label("Query 3").fill("(broken")
        await page.get_by_role("button", name="Compare").click()
        await expect(page.locator("polyline")).to_have_count(2)
        await expect(page.locator(".legend tbody tr").first).to_contain_text("5")
        await expect(page.get_by_role("alert")).to_contain_text("parenthesis")
        # What the browser says of the answer to a query with a fault would be no fault of the page.
        assert watched.faults == []


async def test_a_search_is_saved_and_found_again(room: Newsroom, feed: Feed, browser: Browser) -> None:
    async with watched_page(browser, room.address) as watched:
        page = watched.page
        await page.goto(f"/?{ASKED}&lang=en")
        await page.locator(".save-this summary").click()
        await page.get_by_label("Name of the saved search").fill("Keels")
        await page.get_by_role("button", name="Save it").click()
        await page.goto("/")
        await page.get_by_role("link", name="Keels").click()
        await expect(page).to_have_url(re.compile("lang=en"))
        await page.get_by_role("button", name="Remove Keels").click()
        await expect(page.get_by_role("link", name="Keels")).to_have_count(0)
        assert watched.faults == []


async def test_keys_lead_through_the_results(room: Newsroom, feed: Feed, browser: Browser) -> None:
    async with watched_page(browser, room.address) as watched:
        page = watched.page
        await page.goto(f"/?{ASKED}")
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await serious_findings(page) == []
        await page.keyboard.press("Escape")
        for key in "jjk":
            await page.keyboard.press(key)
        await expect(page.locator(".card h2 a").first).to_be_focused()
        await page.keyboard.press("w")
        await expect(page.locator(".watch-this input[name=name]").first).to_be_focused()
        await page.keyboard.press("Escape")
        await page.locator("h1").click()
        await page.keyboard.press("/")
        await expect(page.get_by_label("Query in the watch language")).to_be_focused()
        await page.locator("h1").click()
        await page.keyboard.press("j")
        await page.keyboard.press("o")
        await expect(page.locator(".story h1")).to_contain_text(SUBJECT)
        assert watched.faults == []


PAGES = (
    "/",
    f"/?{ASKED}",
    f"/?{ASKED}&by=week&share=1&fold=no",
    "/?q=(broken",
    "/?lang=xx",
    "/compare",
    f"/compare?{ASKED}&q=keel&q=launches&q=(broken",
    "/inbox",
    "/inbox?show=held",
    "/watches",
    "/watches/new?query=Quarnholm",
    "/sources",
    "/deliveries",
    "/operations",
    "/dead-letters",
    "/users",
    "/audit",
    "/account",
    "/nowhere",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_every_page_can_be_used_by_everybody(
    room: Newsroom, feed: Feed, browser: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    watch = await room.watch(f'"{SUBJECT}" AND keel')
    (article, *_) = (await room.get("search", q=f'"{SUBJECT}"'))["items"]
    (source, *_) = (await room.get("sources"))["items"]
    shown = (
        f"/watches/{watch}",
        f"/articles/{article['id']}?{ASKED}",
        f"/articles/{article['id']}/versions",
        f"/sources/{source['id']}",
    )
    found: list[str] = []
    async with watched_page(browser, room.address, width=width, scheme=scheme) as watched:
        for path in (*PAGES, *shown):
            await watched.page.goto(path)
            found += await serious_findings(watched.page)
            overflow = await watched.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if overflow > 0:
                found.append(f"{path} is {overflow} pixels wider than the window")
        # What the browser says of a status that is meant is no fault of the page.
        faults = [fault for fault in watched.faults if "status of 40" not in fault]
    assert found + faults == [], "\n".join(found + faults)


async def test_pages_read_without_a_script(room: Newsroom, feed: Feed, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False, base_url=room.address)
    page = await context.new_page()
    await page.goto(f"/?{ASKED}")
    await expect(page.locator(".card").first).to_contain_text(SUBJECT)
    await page.locator(".builder summary").click()
    await page.get_by_label("None of these").fill("football")
    await page.locator(".builder button").click()
    await expect(page.get_by_label("Query in the watch language")).to_have_value(f'"{SUBJECT}" AND NOT football')
    await page.locator(".chart a").last.click()
    await expect(page).to_have_url(re.compile("since="))
    await page.locator(".card h2 a").first.click()
    await expect(page.locator(".story h1")).to_contain_text(SUBJECT)
    await context.close()
