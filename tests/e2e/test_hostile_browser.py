"""Pages full of hostile text before a real browser: nothing runs, nothing pops up, nothing is asked of other hosts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from presswatch_shared.settings import BindAddress
from presswatch_web.service import WebService
from tests.fixtures.browser import chromium, watched_page
from tests.fixtures.hostile_product import CHUNKS, Hostile, hostile_product
from tests.fixtures.hostile_text import MARK
from tests.fixtures.stores import fresh_store
from tests.fixtures.web import Site, web_settings

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.servers, pytest.mark.timeout(180)]

LISTS = ("/", "/inbox", "/watches", "/sources", "/deliveries", "/operations", "/dead-letters", "/users", "/audit")
OF_ONE = (
    "/articles/{article_id}",
    "/articles/{article_id}/versions",
    "/entities/{entity_id}",
    "/watches/{watch_id}",
    "/sources/{source_id}",
    "/deliveries/{delivery_id}",
    "/dead-letters/{topic}/{partition}/{offset}",
)
# What the scripts of the payloads would make of it.
TAKEN_OVER = ("Zk9", "x")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[str, Hostile]]:
    """The address of a hostile product, and what there is in it."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    store = fresh_store(folder)
    site = Site(store=store, settings=web_settings(bind=BindAddress(host="127.0.0.1", port=0)))
    hostile = await hostile_product(site)
    stop, started = asyncio.Event(), asyncio.get_running_loop().create_future()
    service = WebService(replace(site.dependencies()), started=started.set_result)
    serving = asyncio.create_task(service.run(stop))
    address: BindAddress = await started
    yield f"http://127.0.0.1:{address.port}", hostile
    stop.set()
    await serving
    store.close()


async def test_nothing_that_was_written_elsewhere_is_run(served: tuple[str, Hostile]) -> None:
    address, hostile = served
    paths = [
        *LISTS,
        *(path.format(**hostile.at(number)) for number in range(len(CHUNKS)) for path in OF_ONE),
        *(f"/?{urlencode({'q': text, 'source': text})}" for text in CHUNKS),
        *(f"/watches/new?{urlencode({'query': text, 'name': text})}" for text in CHUNKS[:3]),
    ]
    found: list[str] = []
    async with chromium() as browser, watched_page(browser, address) as watched:
        watched.page.on("dialog", lambda dialog: found.append(f"dialog {dialog.message}"))
        shown = 0
        for path in paths:
            await watched.page.goto(path, wait_until="load")
            title = await watched.page.title()
            found += [f"{path} calls itself {title!r}"] if title in TAKEN_OVER else []
            shown += MARK in await watched.page.inner_text("body")
        # What the browser says of a status that is meant is no fault of the page.
        faults = [fault for fault in watched.faults if "status of 40" not in fault]
    assert found + faults == []
    assert shown > len(paths) * 0.9
