from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from presswatch_enrichment.service import EnrichmentStage
from presswatch_enrichment.settings import EnrichmentSettings
from presswatch_enrichment.site_memory import NOTHING, learned
from presswatch_enrichment.workers import InProcess
from presswatch_shared.clock import DAY, SystemClock
from presswatch_shared.envelope import wrap
from presswatch_shared.events import ArticleEnriched, Event, Heartbeat, PageFetched
from presswatch_shared.ids import article_id, url_hash
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import articles, ledger, signatures
from presswatch_shared.store.database import Store, count_rows
from presswatch_shared.stream.port import Out, Record
from presswatch_shared.topics import ARTICLES_ENRICHED, PAGES_FETCHED
from presswatch_shared.urls import host_of
from tests.fixtures.saved_pages import FETCHED_AT, saved_page

COLUMNS = (
    (b"columna", b"The keeper of the lock closed its gates at dusk, and two barges had to wait until noon. " * 5),
    (b"cartas", b"A reader remembers the old lock, which a single man could open with one hand in the rain. " * 4),
)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def stage(store: Store, metrics: Metrics) -> EnrichmentStage:
    return EnrichmentStage(InProcess(), store, metrics, SystemClock())


def fetched(name: str, *, url: str = "", version: int = FETCHED_AT, visit: int = 1) -> PageFetched:
    page = saved_page(name)
    url = url or page.url
    return PageFetched(
        url=url,
        url_hash=url_hash(url),
        version=version,
        visit=visit,
        final_url=url,
        source_id="src_1",
        fetched_at=version,
        status=200,
        content_type="text/html",
        content_encoding="",
        body=page.body,
        country="DK",
        collection="coast",
    )


def records(*events: Event) -> Sequence[Record]:
    return [Record(PAGES_FETCHED.name, wrap(event, at=FETCHED_AT, trace="00-trace")) for event in events]


def visited(store: Store, *events: PageFetched) -> None:
    for event in events:
        store.run_now(
            ledger.open_visit,
            url_hash=event.url_hash,
            visit=event.visit,
            url=event.url,
            source_id="src_1",
            found_in="",
            now=1,
        )
        store.run_now(ledger.set_fetch, event.url_hash, event.visit, outcome=ledger.FETCHED, now=2)


def article(out: Out) -> ArticleEnriched:
    assert isinstance(out.event, ArticleEnriched)
    return out.event


async def test_a_page_becomes_an_article(stage: EnrichmentStage) -> None:
    event = fetched("harbour_lantern")
    outs = await stage.handle(records(event))
    assert [(out.topic, out.at, out.trace) for out in outs] == [(ARTICLES_ENRICHED, FETCHED_AT, "00-trace")]
    made = article(outs[0])
    assert made.article_id == article_id("https://www.harbour-lantern.example/news/eastmere-rescue-ships")
    assert (made.source, made.source_id, made.country, made.collection) == (
        "harbour-lantern.example",
        "src_1",
        "DK",
        "coast",
    )
    assert (made.lang, made.version, made.visit, made.first_seen_at) == ("en", FETCHED_AT, 1, FETCHED_AT)
    assert made.word_count > 150
    assert "The port authority of Eastmere has ordered two rescue ships" in made.summary
    assert {"Marta Holm"} == set(made.authors)
    assert any(entity.name == "Ingrid Sollberg" for entity in made.entities)


async def test_handling_a_batch_again_gives_the_same_events_and_changes_nothing(
    stage: EnrichmentStage, store: Store
) -> None:
    batch = records(fetched("harbour_lantern"), fetched("cerro_azul"), fetched("challenge"))
    first = await stage.handle(batch)
    rows = store.read_now(count_rows, articles.articles), store.read_now(count_rows, signatures.signatures)
    again = await stage.handle(batch)
    assert [msgspec.json.encode(out.event) for out in again] == [msgspec.json.encode(out.event) for out in first]
    assert rows == (2, 2)
    assert (store.read_now(count_rows, articles.articles), store.read_now(count_rows, signatures.signatures)) == rows


async def test_a_page_without_an_article_is_counted_by_reason_and_gives_no_event(
    stage: EnrichmentStage, store: Store, metrics: Metrics
) -> None:
    event = fetched("challenge")
    visited(store, event)
    assert list(await stage.handle(records(event))) == []
    assert store.read_now(ledger.balance).not_articles == {"bot_challenge": 1}
    assert metrics.pages_not_articles.labels("bot_challenge")._value.get() == 1


async def test_an_article_is_entered_in_the_ledger(stage: EnrichmentStage, store: Store) -> None:
    event = fetched("harbour_lantern")
    visited(store, event)
    made = article((await stage.handle(records(event)))[0])
    visit = store.read_now(ledger.visits_of_url, event.url_hash)[0]
    assert (visit.article_outcome, visit.article_id) == ("article", made.article_id)


async def test_a_copy_at_another_outlet_joins_the_story(stage: EnrichmentStage) -> None:
    copy = fetched("harbour_lantern", url="https://tarnby-post.example/eastmere")
    outs = await stage.handle(records(fetched("harbour_lantern"), copy))
    first, second = map(article, outs)
    assert second.article_id != first.article_id
    assert (second.story_id, second.duplicate_of) == (first.story_id, first.article_id)
    assert first.duplicate_of == ""


async def test_an_older_version_that_comes_late_is_superseded(stage: EnrichmentStage, store: Store) -> None:
    older = fetched("harbour_lantern", version=FETCHED_AT, visit=1)
    newer = fetched("harbour_lantern", version=FETCHED_AT + 9, visit=2)
    visited(store, older, newer)
    await stage.handle(records(newer))
    assert list(await stage.handle(records(older))) == []
    assert store.read_now(ledger.balance).superseded == 1


async def test_without_a_believable_date_the_first_fetch_counts(stage: EnrichmentStage) -> None:
    event = msgspec.structs.replace(fetched("harbour_lantern"), version=DAY, fetched_at=DAY)
    made = article((await stage.handle(records(event)))[0])
    assert (made.published_at, made.provenance["published_at"]) == (DAY, "first_seen")


async def test_heartbeats_pass_without_effect(stage: EnrichmentStage) -> None:
    assert list(await stage.handle(records(Heartbeat(sequence=1, sent_at=1)))) == []


async def test_what_is_known_of_a_site_reaches_the_extraction_of_its_pages(store: Store, metrics: Metrics) -> None:
    event = msgspec.structs.replace(
        fetched("harbour_lantern"), body=b"".join(b"<div class=%s><p>%s</p></div>" % part for part in COLUMNS)
    )
    memory = learned(NOTHING, {(host_of(event.url), "div.columna"): 3})
    stage = EnrichmentStage(InProcess(), store, metrics, SystemClock(), EnrichmentSettings(site_memory=memory))
    (out,) = await stage.handle(records(event))
    assert isinstance(out.event, ArticleEnriched)
    assert out.event.provenance["body"] == "site"
