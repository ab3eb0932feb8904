"""The page of one source: how it does, why not, look now."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from presswatch_shared.clock import DAY
from presswatch_shared.store import ledger, sources
from presswatch_shared.store.articles import ArticleRow, add_article
from presswatch_shared.store.database import Tx
from presswatch_shared.store.hosts import Host
from presswatch_shared.store.source_polls import SourcePoll, note_poll
from presswatch_shared.store.sources import Source
from presswatch_web.source_health import health_of
from tests.fixtures.articles import article_enriched
from tests.fixtures.web import Site

NOW = 100 * DAY
SOURCE = Source(
    id="src_1", url="https://kiosk.example/", created_at=0, politeness_key="kiosk.example", due_at=NOW + 7,
    kind="feed", last_poll_at=NOW - 1, last_new_at=NOW - 1, last_outcome="read",
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "host", "level", "said"),
    [
        pytest.param({}, {}, "good", "read as planned", id="well"),
        pytest.param({"last_poll_at": 0}, {}, "good", "first time", id="new"),
        pytest.param({"state": "paused"}, {}, "stopped", "until somebody resumes", id="paused"),
        pytest.param({"state": "retired"}, {}, "stopped", "gone for good", id="retired"),
        pytest.param({}, {"blocked_until": NOW + 5}, "troubled", "left alone", id="host said too many"),
        pytest.param(
            {"failure_weight": 1.0, "last_error": "it answers 500"}, {}, "troubled", "it answers 500", id="failing"
        ),
        pytest.param({"last_outcome": "robots_unreachable"}, {}, "troubled", "robots.txt", id="no robots.txt"),
        pytest.param({"last_new_at": NOW - 6 * DAY}, {}, "troubled", "unusually long", id="silent"),
        pytest.param({"last_new_at": NOW - 6 * DAY, "kind": "site"}, {}, "good", "as planned", id="a silent home page"),
    ],
)
def test_what_keeps_a_source_from_bringing_news_is_said(
    changes: dict[str, object], host: dict[str, int], level: str, said: str
) -> None:
    source = replace(SOURCE, **changes)  # type: ignore[arg-type]  # names are fields
    found = health_of(source, Host(key="kiosk.example", **host), a_day=1.0, now=NOW)  # type: ignore[arg-type]  # likewise
    assert [finding.level for finding in found] == [level]
    assert said in found[0].text


async def fill(site: Site) -> str:
    """A source with a feed found on it, polls and pages; its id."""
    now = site.clock.now()

    def work(tx: Tx) -> str:
        site_of = sources.add_source(tx, url="https://kiosk.example/", name="Kiosk", now=now)
        feed = sources.add_source(tx, url="https://kiosk.example/feed", kind="feed", parent_id=site_of.id, now=now)
        note_poll(tx, SourcePoll(source_id=site_of.id, at=now, outcome="timeout", detail="no answer <b>in</b> 20 s"))
        note_poll(tx, SourcePoll(source_id=site_of.id, at=now - 9, outcome="read", status=200, items=5, items_new=3))
        for key, made in (("u1", {"outcome": ledger.ARTICLE, "article_id": "a1"}), ("u2", {"outcome": "login_wall"})):
            ledger.open_visit(
                tx, url_hash=key, visit=1, url=f"https://kiosk.example/{key}", source_id=feed.id, found_in="f", now=now
            )
            ledger.set_fetch(tx, key, 1, outcome=ledger.FETCHED, now=now)
            ledger.set_article(tx, key, 1, **made, now=now)
        article = article_enriched("a1")
        add_article(tx, ArticleRow(**{name: getattr(article, name) for name in ArticleRow.__slots__}))
        return site_of.id

    return await site.store.run(work)


async def test_a_source_shows_its_polls_its_articles_and_why_not(site: Site, client: httpx.AsyncClient) -> None:
    source_id = await fill(site)
    page = (await client.get(f"/sources/{source_id}")).text
    assert "no answer &lt;b&gt;in&lt;/b&gt; 20 s" in page
    assert "3 new" in page
    assert 'href="/articles/a1"' in page
    assert "https://kiosk.example/u2" in page
    assert "https://kiosk.example/feed" in page
    assert f'href="/sources/{source_id}"' in (await client.get("/sources")).text
    assert (await client.get("/sources/src_none")).status_code == 404


async def test_a_source_is_looked_at_now_unless_it_is_paused(site: Site, client: httpx.AsyncClient) -> None:
    source_id = await fill(site)
    site.clock.forward(60)
    answer = await client.post(f"/sources/{source_id}/poll")
    assert answer.headers["location"] == f"/sources/{source_id}?asked=1"
    assert "as soon as its host" in (await client.get(answer.headers["location"])).text
    source = await site.store.read(sources.get_source, source_id)
    assert source is not None and source.due_at == site.clock.now()
    form = {"state": "paused", "back": "source"}
    assert (await client.post(f"/sources/{source_id}/state", data=form)).headers["location"] == f"/sources/{source_id}"
    assert "until somebody resumes" in (await client.get(f"/sources/{source_id}")).text
    assert (await client.post(f"/sources/{source_id}/poll")).status_code == 409


async def test_the_api_tells_the_polls_and_asks_for_one(site: Site, client: httpx.AsyncClient) -> None:
    source_id = await fill(site)
    polls = (await client.get(f"/api/v1/sources/{source_id}/polls")).json()["items"]
    assert [(poll["outcome"], poll["status"], poll["items_new"]) for poll in polls] == [
        ("timeout", None, 0),
        ("read", 200, 3),
    ]
    assert (await client.post(f"/api/v1/sources/{source_id}/poll")).status_code == 202
    assert (await client.get("/api/v1/sources/src_none/polls")).status_code == 404
