"""Scripts of others that browsers get from us: unchanged, licensed, kept by browsers, and small on the wire."""

from __future__ import annotations

import gzip
import hashlib

import pytest

from presswatch_shared.store.database import Store
from presswatch_web.pages.templating import STATIC
from tests.fixtures.articles import article_enriched
from tests.fixtures.web import Site

VENDOR = STATIC / "vendor"
SUMS = {name: digest for digest, name in map(str.split, (VENDOR / "SHA256SUMS").read_text().splitlines())}
LARGEST_FIRST_LOAD = 120_000


def test_every_vendored_file_is_listed() -> None:
    assert {path.name for path in VENDOR.iterdir()} == {"SHA256SUMS", *SUMS}


@pytest.mark.parametrize("name", SUMS)
def test_a_vendored_file_is_what_was_published(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == SUMS[name]


@pytest.mark.parametrize("name", [name for name in SUMS if name.endswith(".js")])
def test_a_vendored_script_stands_beside_its_licence(name: str) -> None:
    assert f"{name}.LICENSE" in SUMS
    assert "sourceMappingURL" not in (VENDOR / name).read_text()


async def test_a_vendored_script_is_sent_compressed_and_kept(store: Store) -> None:
    async with Site(store=store).client() as client:
        answer = await client.get("/static/vendor/htmx.min.js")
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
        assert len(answer.content) == (VENDOR / "htmx.min.js").stat().st_size


async def test_a_first_load_is_small(store: Store) -> None:
    """The page and all it asks for, compressed."""
    site = Site(store=store)
    await site.index.put([article_enriched(f"a{number}") for number in range(40)])
    async with site.client() as client:
        page = await client.get("/?q=Rostec")
    files = [path for path in STATIC.rglob("*") if path.suffix in (".js", ".css", ".svg")]
    assert page.headers["content-encoding"] == "gzip"
    assert sum(len(gzip.compress(part)) for part in (page.content, *(path.read_bytes() for path in files))) < (
        LARGEST_FIRST_LOAD
    )
