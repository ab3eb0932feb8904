from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from presswatch_alerting.service import AlertingStage
from presswatch_shared.envelope import decode, encode, wrap
from presswatch_shared.events import AlertFired, ArticleEnriched, Heartbeat
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import alerts, aliases, watches
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.stream.port import Out, Record
from tests.fixtures.articles import FETCHED_AT, article_enriched
from tests.fixtures.clocks import FakeClock
from tests.fixtures.stores import StoreAddress


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def stage(store: Store, metrics: Metrics) -> AlertingStage:
    return AlertingStage(store=store, metrics=metrics, clock=FakeClock())


def record(article: ArticleEnriched, trace: str = "") -> Record:
    return Record(topic="articles.enriched", envelope=wrap(article, at=article.fetched_at, trace=trace))


def watch(store: Store, query: str, watch_id: str = "wat_1", now: int = 0, **fields: Any) -> None:
    store.run_now(watches.add_watch, NewWatch(id=watch_id, query=query, **fields), now=now)


def fired(outs: Sequence[Out]) -> list[AlertFired]:
    events = [out.event for out in outs]
    assert all(isinstance(event, AlertFired) for event in events)
    return [event for event in events if isinstance(event, AlertFired)]


def counted(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(f"presswatch_{name}", labels) or 0.0


async def test_the_log_has_the_trace_of_each_alert_of_a_batch(store: Store, stage: AlertingStage) -> None:
    watch(store, "Rostec AND cranes")
    with capture_logs() as lines:
        await stage.handle([record(article_enriched(name), trace=f"00-{name}") for name in ("a1", "a2")])
    assert {(line["article"], line["trace"]) for line in lines if line["event"] == "alert"} == {
        (name, f"00-{name}") for name in ("a1", "a2")
    }


async def test_an_article_that_matches_fires_with_snippet_and_places(
    store: Store, stage: AlertingStage, metrics: Metrics
) -> None:
    watch(store, "Rostec AND cranes", name="State arms")
    (out,) = await stage.handle([record(article_enriched(), trace="00-abc")])
    (alert,) = fired([out])
    assert (out.trace, out.at) == ("00-abc", FETCHED_AT)
    assert (alert.watch_name, alert.query, alert.kind) == ("State arms", "Rostec AND cranes", "fired")
    assert alert.article.title == "Rostec delivers cranes"
    assert "The state concern Rostec delivers six cranes" in alert.snippet
    text = {"title": article_enriched().title, "body": article_enriched().body}
    words = {text[span.field][span.start : span.end] for span in alert.matches}
    assert words == {"Rostec", "cranes"}
    assert alert.matches[0].field == "title"
    assert counted(metrics, "alerts_total", kind="fired") == 1
    assert counted(metrics, "watches") == 1
    assert decode(encode(wrap(alert, at=out.at))).event == alert


async def test_a_stored_alert_marks_its_matches_in_the_snippet(store: Store, stage: AlertingStage) -> None:
    watch(store, "autumn OR body:spring")
    await stage.handle([record(article_enriched(body="word " * 200 + "Work begins in spring." + " word" * 200))])
    (row,) = store.read_now(alerts.list_alerts)
    assert [row.snippet[start:end] for start, end in row.snippet_spans] == ["spring"]
    assert row.clauses == ("spring",)
    assert row.snippet.startswith("…") and row.snippet.endswith("…")


async def test_a_watch_added_while_running_counts_from_the_next_batch(
    store_address: StoreAddress, stage: AlertingStage
) -> None:
    assert await stage.handle([record(article_enriched("a1"))]) == []
    other_process = store_address.open()
    watch(other_process, "Rostec")
    other_process.close()
    assert len(await stage.handle([record(article_enriched("a2"))])) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state": "paused"}, id="paused"),
        pytest.param({"state": "removed"}, id="removed"),
        pytest.param({"query": "Kraken"}, id="edited"),
    ],
)
async def test_a_changed_watch_counts_from_the_next_batch(
    store: Store, stage: AlertingStage, change: dict[str, Any]
) -> None:
    watch(store, "Rostec")
    assert len(await stage.handle([record(article_enriched("a1"))])) == 1
    store.run_now(watches.change_watch, "wat_1", now=1, **change)
    assert await stage.handle([record(article_enriched("a2"))]) == []


async def test_an_edited_alias_counts_from_the_next_batch(store: Store, stage: AlertingStage) -> None:
    store.run_now(aliases.save_alias, "arms", ["Kraken"], now=0)
    watch(store, "@arms")
    assert await stage.handle([record(article_enriched("a1"))]) == []
    store.run_now(aliases.save_alias, "arms", ["Kraken", "Rostec"], now=1)
    assert len(await stage.handle([record(article_enriched("a2"))])) == 1


async def test_an_article_from_before_the_watch_does_not_fire(
    store: Store, stage: AlertingStage, metrics: Metrics
) -> None:
    watch(store, "Rostec", now=FETCHED_AT + 1)
    assert await stage.handle([record(article_enriched())]) == []
    assert counted(metrics, "alerts_withheld_total", reason="before_watch") == 1


async def test_a_replay_tells_the_same_events_and_records_nothing_new(store: Store, stage: AlertingStage) -> None:
    watch(store, "Rostec")
    batch = [record(article_enriched(f"a{number}")) for number in range(5)]
    first = await stage.handle(batch)
    stage_after_restart = AlertingStage(store=store, metrics=Metrics(), clock=FakeClock(FETCHED_AT + 99_000_000))
    again = await stage_after_restart.handle(batch)
    assert again == first
    assert store.read_now(alerts.count_alerts) == 5


async def test_a_reprocessed_article_makes_no_new_alert(store: Store, stage: AlertingStage, metrics: Metrics) -> None:
    watch(store, "Rostec")
    assert await stage.handle([record(article_enriched(reprocessed=True))]) == []
    assert counted(metrics, "alerts_withheld_total", reason="reprocessed") == 1


async def test_an_edit_that_names_the_watched_again_updates_once(store: Store, stage: AlertingStage) -> None:
    watch(store, "Rostec OR Caracas")
    body = article_enriched().body
    versions = [
        article_enriched(version=1),
        article_enriched(version=2, body=body.replace("spring", "summer")),
        article_enriched(version=3, body=body + "\n\nThe ships go to Caracas."),
        article_enriched(version=4, body=body + "\n\nThe ships go to Caracas, not to Rostec."),
    ]
    kinds = [[alert.kind for alert in fired(await stage.handle([record(article)]))] for article in versions]
    assert kinds == [["fired"], [], ["updated"], []]


async def test_a_heartbeat_is_not_matched(store: Store, stage: AlertingStage) -> None:
    watch(store, "Rostec")
    beat = Record(topic="articles.enriched", envelope=wrap(Heartbeat(sequence=1, sent_at=0), at=0))
    assert await stage.handle([beat]) == ()


async def test_a_query_that_is_no_longer_understood_is_set_aside_and_the_others_fire(
    store: Store, stage: AlertingStage, metrics: Metrics
) -> None:
    watch(store, "Nicolas Maduro", "wat_bad")
    watch(store, "Rostec", "wat_good")
    assert [alert.watch_id for alert in fired(await stage.handle([record(article_enriched())]))] == ["wat_good"]
    assert counted(metrics, "watch_failures_total") == 1


async def test_a_text_of_one_word_names_so_many_places_and_no_more(store: Store, stage: AlertingStage) -> None:
    watch(store, "Rostec")
    (alert,) = fired(await stage.handle([record(article_enriched(body="Rostec " * 20_000))]))
    assert len(alert.matches) == 100
    assert len(alert.snippet) < 400


async def test_two_replicas_on_copies_of_one_story_tell_one_alert(store: Store, store_address: StoreAddress) -> None:
    watch(store, "Rostec")
    stores = [store_address.open() for _ in range(2)]
    replicas = [AlertingStage(store=one, metrics=Metrics(), clock=FakeClock()) for one in stores]
    told: list[AlertFired] = []
    for story in range(10):
        copies = [record(article_enriched(f"{story}-{copy}", story_id=f"s{story}")) for copy in range(2)]
        both = await asyncio.gather(*(one.handle([copy]) for one, copy in zip(replicas, copies, strict=True)))
        told += [alert for outs in both for alert in fired(outs)]
    assert sorted(alert.story_id for alert in told) == [f"s{story}" for story in range(10)]
    for one in stores:
        one.close()
