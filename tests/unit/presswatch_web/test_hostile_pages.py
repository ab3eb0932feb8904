"""Hostile text in everything that comes from outside, on every page there is: it is text, and nothing else.

The pages are taken from the table of routes: a new one is asked for here as soon as it exists, and a new kind of thing
in a path fails the test until it has a hostile one.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute
from lxml import etree
from prometheus_client.parser import text_string_to_metric_families

from presswatch_web.application import OPEN, PAGES
from presswatch_web.pages.templating import FOLDER, outside
from tests.fixtures.articles import article_enriched
from tests.fixtures.hostile_product import CHUNKS, SHORT, Hostile, hostile_product
from tests.fixtures.hostile_text import MARK, MEGABYTE, PAYLOADS
from tests.fixtures.stores import fresh_store
from tests.fixtures.web import Site
from tests.unit.presswatch_web.test_pages import Tags

pytestmark = pytest.mark.asyncio(loop_scope="module")

HTML = {"accept": "text/html"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
SOURCES = "".join(path.read_text() for path in (FOLDER / "templates").glob("*.html"))
OWN_TAGS = frozenset(re.findall(r"<([a-z][a-z0-9]*)", SOURCES)) | {"mark"}
BOOLEAN = ("autofocus", "checked", "defer", "download", "hidden", "multiple", "open", "required", "selected")
OWN_ATTRIBUTES = frozenset(re.findall(r"(?<![\w-])([a-z][a-z0-9-]*)=\"", SOURCES.lower())) | {"data-age", *BOOLEAN}
# Attributes that carry foreign text on purpose.
CARRIERS = frozenset(
    ("value", "title", "href", "aria-label", "lang", "data-suggestion", "data-label", "content", "placeholder", "alt")
)
PAYLOAD_TAGS = frozenset(tag for text in SHORT for tag in re.findall(r"<[a-zA-Z!/?%][^<>]*", text) if MARK in tag)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
SEARCH_FIELDS = ("q", "since", "until", "source", "lang", "country", "category", "entity", "story", "cursor", "sort")


def routes() -> Iterator[APIRoute]:
    """Every page, and what mails and feeds link to."""
    for router in (*PAGES, *OPEN):
        yield from (route for route in router.routes if isinstance(route, APIRoute) and "GET" in (route.methods or ()))


ROUTES = {route.path: route for route in routes()}
# They show nothing that anybody wrote, or lead elsewhere.
NOTHING_FOREIGN = ("/login", "/login/openid", "/login/openid/return", "/account", "/report", "/build", "/built")
# They read the address themselves.
READ_BY_HAND = ("/", "/build", "/built", "/compare", "/export.{form}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    store = fresh_store(tmp_path_factory.mktemp("hostile"))
    yield Site(store=store)
    store.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hostile(site: Site) -> Hostile:
    return await hostile_product(site)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(site: Site, hostile: Hostile) -> AsyncIterator[httpx.AsyncClient]:
    async with site.client(headers=HTML) as opened:
        yield opened


def escapes_of(page: str) -> list[str]:
    """What a payload has become part of besides text."""
    found = []
    for tag, attributes in Tags(page).found:
        found += [f"<{tag}>"] if tag not in OWN_TAGS else []
        found += [f"{tag} {name}" for name in attributes if name not in OWN_ATTRIBUTES and not name.startswith("data-")]
        found += [f"{tag} {name}" for name in attributes if name.startswith("on") or name == "style"]
        found += [f"{tag} {name}={value}" for name, value in attributes.items() if is_carried(name, value)]
        found += (
            ["inline script"] if tag == "script" and not (attributes.get("src") or "").startswith("/static/") else []
        )
    found += [payload for payload in PAYLOAD_TAGS if payload in page]
    found += ["a control character"] if CONTROL.search(page) else []
    return found


def is_carried(name: str, value: str | None) -> bool:
    """Whether an attribute that should have no foreign text has some, or an address leads out of the product."""
    if MARK not in (value or ""):
        return False
    return name not in CARRIERS or (name == "href" and not str(value).startswith("/"))


def query(parameters: dict[str, Any]) -> str:
    """As bytes that a browser would never send, where there is half a pair in it."""
    return urlencode(parameters, doseq=True, errors="surrogatepass")


def address_of(route: APIRoute, ids: dict[str, str], number: int) -> str:
    token = ids["feed_token"] if route.path.startswith("/feeds") else ids["mail_token"]
    values = {name: quote(value, safe="", errors="surrogatepass") for name, value in ids.items()}
    return route.path.format(**{"token": token, "form": ("atom", "json")[number % 2]} | values)


def parameters_of(route: APIRoute, number: int) -> dict[str, Any]:
    """A payload for each parameter that takes text; pages that read the address themselves get what searches take."""
    names = [each.alias for each in route.dependant.query_params if each.field_info.annotation is str]
    if route.path in READ_BY_HAND:
        names = list(SEARCH_FIELDS)
    return {name: CHUNKS[(number + at) % len(CHUNKS)] for at, name in enumerate(names)}


@pytest.mark.parametrize("path", [path for path in ROUTES if path != "/export.{form}"])
async def test_a_page_of_hostile_things_holds_only_its_own_markup(
    client: httpx.AsyncClient, hostile: Hostile, path: str
) -> None:
    route = ROUTES[path]
    shown, found = 0, []
    for number in range(len(CHUNKS) if "{" in path or "cursor" in path else 2):
        address = address_of(route, dict(hostile.at(number)), number)
        for asked in ({}, parameters_of(route, number)):
            answer = await client.get(f"{address}?{query(asked)}")
            assert answer.status_code < 500, (address, answer.text[:300])
            shown += MARK in answer.text
            if "html" in answer.headers.get("content-type", ""):
                found += escapes_of(answer.text)
            assert not [name for name, value in answer.headers.items() if MARK in value and name != "location"], address
            assert answer.headers.get("location", "/").startswith("/"), address
    assert found == []
    assert shown or path in NOTHING_FOREIGN, path


@pytest.mark.parametrize("name", ["q", "since", "source", "entity"])
async def test_a_hostile_question_is_shown_as_text(client: httpx.AsyncClient, name: str) -> None:
    """Each payload alone in the box of the query, many at once where many may be."""
    asked: list[dict[str, Any]] = [{name: text} for text in SHORT] if name == "q" else [{name: list(SHORT[:50])}]
    for parameters in asked:
        path = "/check" if name == "q" else "/"
        answer = await client.get(f"{path}?{query(parameters)}")
        assert answer.status_code < 500
        assert escapes_of(answer.text) == [], parameters


async def test_hostile_words_in_forms_come_back_as_text(client: httpx.AsyncClient, hostile: Hostile) -> None:
    source_id, watch_id = hostile.ids["source_id"][0], hostile.ids["watch_id"][0]
    for text in CHUNKS:
        form = dict.fromkeys(("query", "name", "webhook", "url", "state", "target", "zone", "at", "action"), text)
        for path in ("/watches", "/sources", "/sources/preview", f"/watches/{watch_id}", f"/sources/{source_id}/state"):
            answer = await client.post(path, content=query(form), headers=FORM)
            assert 300 <= answer.status_code < 500, path
            assert escapes_of(answer.text) == [], path


async def test_an_export_has_no_formula_and_one_row_an_article(client: httpx.AsyncClient) -> None:
    rows = list(csv.reader(io.StringIO((await client.get("/export.csv")).text.removeprefix("\ufeff"))))
    assert len(rows) > len(SHORT)
    assert {len(row) for row in rows} == {len(rows[0])}
    for cell in (cell for row in rows[1:] for cell in row if MARK in cell):
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝")), cell
    lines = (await client.get("/export.ndjson")).text.strip().split("\n")
    assert len([json.loads(line) for line in lines]) == len(rows) - 1
    feed = etree.fromstring((await client.get("/export.atom")).content)
    assert {child.prefix for child in feed.iter()} == {None}
    assert not [child.get("href") for child in feed.iter("{*}link") if MARK in (child.get("href") or "")]


async def test_no_series_of_the_metrics_is_named_by_foreign_text(site: Site, client: httpx.AsyncClient) -> None:
    for text in SHORT[:20]:
        await client.get(f"/{quote(text, safe='', errors='surrogatepass')}", params=query({"q": text}))
    exposed = (await client.get("/metrics", headers={"accept": "text/plain"})).text
    assert len(list(text_string_to_metric_families(exposed))) > 10
    assert MARK not in exposed


async def test_only_an_address_is_linked_to() -> None:
    assert {name for name, text in PAYLOADS.items() if outside(text)} == set()


async def test_fields_of_a_megabyte_are_shown_and_do_no_harm(site: Site, client: httpx.AsyncClient) -> None:
    for name, text in PAYLOADS.items():
        if len(text) > MEGABYTE // 4:
            await site.index.put([article_enriched("huge", title=text, body=text, authors=(text,), category=text)])
            page = (await client.get("/articles/huge")).text
            assert MARK in page, name
            assert "<b><b>" not in page
    await site.index.delete(["huge"])
