"""The page of the accounts of pages: by source, by hour, what was dropped and why, and what is wrong."""

from __future__ import annotations

import pytest

from presswatch_shared.clock import HOUR
from presswatch_shared.store import ledger, sources
from presswatch_shared.store.database import Tx
from tests.fixtures.web import Site


def seen(tx: Tx, now: int, reason: str = "status_404") -> str:
    source = sources.add_source(tx, url="https://kurier.example/feed.xml", name="<b>Kurier</b>", now=now)
    for number in range(3):
        key, url = f"k{number}", f"https://kurier.example/{number}"
        ledger.open_visit(tx, url_hash=key, visit=1, url=url, source_id=source.id, found_in=source.url, now=now)
        ledger.set_fetch(tx, key, 1, outcome=ledger.FAILED, reason=reason, now=now)
    return source.id


async def test_each_source_stands_there_with_its_drops_and_leads_to_its_hours(site: Site) -> None:
    now = site.clock.now()
    source_id = await site.store.run(seen, now)
    async with site.client() as client:
        page = (await client.get("/report")).text
        assert "&lt;b&gt;Kurier&lt;/b&gt;" in page
        assert "status 404 · 3" in page
        assert "Every page that was seen is accounted for." in page
        assert f"source={source_id}" in page
        hours = (await client.get(f"/report?source={source_id}")).text
        assert f"{now // HOUR % 24:02}:00" in hours
        assert 'href="/report"' in (await client.get("/operations")).text


async def test_a_page_that_is_not_accounted_for_is_said(site: Site) -> None:
    await site.store.run(seen, site.clock.now())
    await site.store.run(
        lambda tx: tx.exec_driver_sql("UPDATE ledger SET index_outcome = 'indexed' WHERE url_hash = 'k1'")
    )
    async with site.client() as client:
        page = (await client.get("/report")).text
    assert "Pages are not accounted for: contradictory 1" in page


@pytest.mark.parametrize("day", ["", "2001-02-29", "nonsense", "0000-00-00", "9999-12-31", "1969-01-01", "2026-01-01"])
async def test_any_day_has_a_page(site: Site, day: str) -> None:
    async with site.client() as client:
        answer = await client.get(f"/report?day={day}")
        assert answer.status_code == 200
        assert "No pages were seen on this day" in answer.text


async def test_a_day_that_is_much_too_long_is_refused(site: Site) -> None:
    async with site.client() as client:
        assert (await client.get(f"/report?day={'2' * 400}")).status_code == 422
