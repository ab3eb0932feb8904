"""What a browser loads at first for each page: the answer, its styles, scripts and icons, as they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
import pytest_asyncio

from tests.fixtures.articles import article_enriched
from tests.fixtures.hostile_product import CHUNKS, SHORT, Hostile, hostile_product
from tests.fixtures.stores import fresh_store
from tests.fixtures.web import Site
from tests.unit.presswatch_web.test_hostile_pages import ROUTES, address_of
from tests.unit.presswatch_web.test_pages import Tags

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST_BYTES = 120_000
COMPRESSED = {"accept": "text/html", "accept-encoding": "gzip"}
PARAGRAPH = "The port of Norddeich took six cranes of Rostec, and the council spoke of roads, schools and taxes. "
ASKED = {"/": "?q=Rostec", "/watches/new": "?query=Rostec", "/compare": "?q=Rostec&q=port"}
SETS = {"icon", "stylesheet"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    store = fresh_store(tmp_path_factory.mktemp("weight"))
    yield Site(store=store)
    store.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(site: Site) -> Hostile:
    """A product with much on every page: articles over forty days, one of them long, and some of each thing."""
    made = await hostile_product(site, alone=SHORT[:20], chunks=CHUNKS[:3])
    day = 86_400_000_000
    lengths = [40, *[1] * 39]
    await site.index.put(
        [
            article_enriched(
                f"w{number}",
                title=f"Rostec delivers crane {number}",
                body="\n\n".join([PARAGRAPH * 4] * length),
                published_at=site.clock.now() - number * day,
            )
            for number, length in enumerate(lengths)
        ]
    )
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(site: Site, full: Hostile) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client(headers=COMPRESSED) as opened:
        yield opened


async def sent(client: httpx.AsyncClient, address: str) -> tuple[httpx.Response, int]:
    """The answer, and the bytes of its body on the wire."""
    async with client.stream("GET", address, headers=COMPRESSED) as answer:
        size = sum([len(part) async for part in answer.aiter_raw()])
    return answer, size


async def loaded(client: httpx.AsyncClient, address: str) -> Mapping[str, int]:
    """Bytes by address: the page and what it names in its head."""
    page = await client.get(address, headers=COMPRESSED)
    assert page.status_code < 500, address
    named = {
        attributes.get("src") or attributes.get("href") or ""
        for tag, attributes in Tags(page.text).found
        if tag in ("script", "img") or (tag == "link" and SETS & set((attributes.get("rel") or "").split()))
    }
    return {each: (await sent(client, each))[1] for each in {address, *named} if each}


@pytest.mark.parametrize(
    "path", [path for path in ROUTES if not path.startswith(("/feeds", "/export", "/login/openid"))]
)
async def test_the_first_load_of_a_page_is_light(client: httpx.AsyncClient, full: Hostile, path: str) -> None:
    address = address_of(ROUTES[path], dict(full.at(0)), 0) + ASKED.get(path, "")
    weights = await loaded(client, address)
    assert sum(weights.values()) <= MOST_BYTES, weights


async def test_a_long_article_is_light_too(client: httpx.AsyncClient) -> None:
    assert sum((await loaded(client, "/articles/w0?q=Rostec")).values()) <= MOST_BYTES


async def test_what_is_not_small_is_sent_compressed(client: httpx.AsyncClient) -> None:
    for address in await loaded(client, "/"):
        answer, size = await sent(client, address)
        assert answer.headers.get("content-encoding") == "gzip" or size < 1000, address
