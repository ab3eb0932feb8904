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
    return len(await room.found(f'"{SUBJECT}"')) == 5


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

        await page.reload()
        await fresh.get_by_role("button", name="Mute this story").click()
        await expect(page.locator(".tabs")).to_contain_text("Unread 0")
        assert watched.faults == []


PAGES = (
    "/",
    f"/?{ASKED}",
    "/?q=(broken",
    "/inbox",
    "/inbox?show=held",
    "/watches",
    "/watches/new?query=Quarnholm",
    "/sources",
    "/deliveries",
    "/operations",
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
    found: list[str] = []
    async with watched_page(browser, room.address, width=width, scheme=scheme) as watched:
        for path in (*PAGES, f"/watches/{watch}", f"/articles/{article['id']}?{ASKED}"):
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
    await page.locator(".card h2 a").first.click()
    await expect(page.locator(".story h1")).to_contain_text(SUBJECT)
    await context.close()
