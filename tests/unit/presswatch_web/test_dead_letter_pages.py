"""Dead letters by page and by API: why, once more, or gone for good."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from presswatch_shared.stream.dlq import count_dead_letters
from presswatch_shared.stream.encoding import EVENT_BYTES
from presswatch_shared.stream.pause_mark import PauseMark
from tests.fixtures.dead_letters import set_aside
from tests.fixtures.web import Site

API = "/api/v1/dead-letters"


async def fill(site: Site) -> list[str]:
    """Three dead letters; their ids, the newest first."""
    await set_aside(site.log, site.clock, 1, error="a title of <b>9 MB</b>")
    await set_aside(site.log, site.clock, 2, reason="undecodable", value=b"\xff no event")
    await set_aside(site.log, site.clock, 3, stage="indexing")
    async with site.client() as client:
        return [entry["id"] for entry in (await client.get(API)).json()["entries"]]


async def test_the_page_counts_them_by_stage_and_reason_and_shows_why(site: Site, client: httpx.AsyncClient) -> None:
    newest, _, oldest = await fill(site)
    page = (await client.get("/dead-letters")).text
    assert f'href="/dead-letters/{newest}"' in page and f'value="{oldest}"' in page
    assert "a title of &lt;b&gt;9 MB&lt;/b&gt;" in page
    assert "/dead-letters?stage=indexing&amp;reason=failed" in page
    narrowed = (await client.get("/dead-letters?stage=indexing&reason=failed")).text
    assert newest in narrowed and oldest not in narrowed
    one = (await client.get(f"/dead-letters/{oldest}")).text
    assert "https://fjord.example/1" in one and "Traceback" in one and "\x1b" not in one


async def test_none_is_said_in_words(site: Site, client: httpx.AsyncClient) -> None:
    assert "Nothing was set aside" in (await client.get("/dead-letters")).text
    await fill(site)
    assert "None of this kind" in (await client.get("/dead-letters?reason=other")).text


async def test_the_ticked_ones_are_put_back_and_the_rest_discarded(site: Site, client: httpx.AsyncClient) -> None:
    ids = await fill(site)
    answer = await client.post("/dead-letters", data={"action": "replay", "letter": ids[:2]})
    assert answer.headers["location"] == "/dead-letters?replayed=2"
    assert "2 were put back" in (await client.get(answer.headers["location"])).text
    assert "pages.fetched.retry.indexing" in await site.log.topics()
    answer = await client.post("/dead-letters", data={"action": "discard", "which": "all", "stage": "enrichment"})
    assert answer.headers["location"] == "/dead-letters?stage=enrichment&discarded=1"
    assert await count_dead_letters(site.log) == 0


@pytest.mark.parametrize(
    ("form", "status"),
    [
        pytest.param({"action": "discard"}, 422, id="nothing ticked"),
        pytest.param({"action": "burn", "which": "all"}, 422, id="an unknown action"),
        pytest.param({"action": "replay", "letter": "pages.fetched.dlq.enrichment/0/77"}, 409, id="gone meanwhile"),
    ],
)
async def test_what_cannot_be_done_changes_nothing(
    site: Site, client: httpx.AsyncClient, form: dict[str, str], status: int
) -> None:
    await fill(site)
    assert (await client.post("/dead-letters", data=form)).status_code == status
    assert await count_dead_letters(site.log) == 3


async def test_a_paused_stage_is_let_go_on(site: Site, tmp_path: Path) -> None:
    site.marks = tmp_path
    mark = PauseMark(tmp_path, "enrichment")
    mark.set("60 % of 1000 failed", site.clock.now())
    async with site.client() as client:
        assert "60 % of 1000 failed" in (await client.get("/dead-letters")).text
        assert (await client.post("/dead-letters/stages/enrichment")).status_code == 303
        assert not mark.is_set()
        assert (await client.post("/dead-letters/stages/enrichment")).status_code == 409


async def test_the_api_shows_puts_back_and_discards_one(site: Site, client: httpx.AsyncClient) -> None:
    newest, middle, oldest = await fill(site)
    assert (await client.get(f"{API}/{oldest}")).json()["message"]["type"] == "PageFetched"
    assert (await client.post(f"{API}/{newest}/replay")).status_code == 204
    assert (await client.delete(f"{API}/{middle}")).status_code == 204
    for gone in (newest, middle):
        assert (await client.get(f"{API}/{gone}")).status_code == 404
        assert (await client.post(f"{API}/{gone}/replay")).status_code == 404
        assert (await client.delete(f"{API}/{gone}")).status_code == 404
    listed = (await client.get(API, params={"reason": "failed"})).json()
    assert [entry["id"] for entry in listed["entries"]] == [oldest]


async def test_what_was_cut_cannot_be_put_back(site: Site, client: httpx.AsyncClient) -> None:
    await set_aside(site.log, site.clock, 1, value=b"x" * (EVENT_BYTES + 1))
    (entry,) = (await client.get(API)).json()["entries"]
    assert entry["cut"] is True
    assert (await client.post(f"{API}/{entry['id']}/replay")).status_code == 409
    assert "too large to be kept whole" in (await client.get(f"/dead-letters/{entry['id']}")).text
