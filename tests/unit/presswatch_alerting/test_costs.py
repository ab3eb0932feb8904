from __future__ import annotations

from typing import Any

import pytest

from presswatch_alerting.costs import Costs
from presswatch_alerting.service import AlertingStage
from presswatch_cli.commands.watch import all_watches, describe, failures
from presswatch_query import Matcher, analyse_article, parse
from presswatch_query.article import Article
from presswatch_shared.envelope import wrap
from presswatch_shared.events import ArticleEnriched, Heartbeat
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import watches
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.stream.port import Record
from tests.fixtures.articles import article_enriched
from tests.fixtures.clocks import FakeClock


def record(article: ArticleEnriched) -> Record:
    return Record(topic="articles.enriched", envelope=wrap(article, at=article.fetched_at))


def watch(store: Store, watch_id: str, query: str) -> None:
    store.run_now(watches.add_watch, NewWatch(id=watch_id, query=query), now=0)


def cost(store: Store, watch_id: str) -> dict[str, Any]:
    return dict(describe(store, watch_id)["cost"])


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def stage(store: Store, clock: FakeClock, metrics: Metrics) -> AlertingStage:
    return AlertingStage(store=store, metrics=metrics, clock=clock)


async def test_a_watch_shows_what_it_has_cost(store: Store, stage: AlertingStage) -> None:
    watch(store, "both", "Rostec AND cranes AND spring")
    watch(store, "near", "Rostec NEAR/1 spring")
    watch(store, "word", "cranes")
    watch(store, "none", "Kraken")
    await stage.handle([record(article_enriched("a1")), record(article_enriched("a2"))])
    both, near, word, none = (cost(store, watch_id) for watch_id in ("both", "near", "word", "none"))
    assert (both["candidates"], both["matches"]) == (2, 2)
    assert (near["candidates"], near["matches"]) == (2, 0)
    assert word["matches"] == 2
    assert both["cpu_seconds"] > 0 and near["cpu_seconds"] > 0 and word["cpu_seconds"] > 0
    assert none == {"cpu_seconds": 0, "candidates": 0, "matches": 0, "since": None}


async def test_costs_are_written_every_ten_seconds_and_add_up_over_a_restart(
    store: Store, stage: AlertingStage, clock: FakeClock, metrics: Metrics
) -> None:
    watch(store, "w", "Rostec AND spring")
    for number in range(3):
        await stage.handle([record(article_enriched(f"a{number}"))])
    assert cost(store, "w")["matches"] == 1
    clock.forward(10)
    await stage.handle([Record(topic="articles.enriched", envelope=wrap(Heartbeat(sequence=1, sent_at=0), at=0))])
    assert cost(store, "w")["matches"] == 3
    assert metrics.registry.get_sample_value("presswatch_watch_candidates_total") == 3
    assert (metrics.registry.get_sample_value("presswatch_watch_cpu_seconds_total") or 0) > 0
    restarted = AlertingStage(store=store, metrics=Metrics(), clock=clock)
    await restarted.handle([record(article_enriched("a9"))])
    assert cost(store, "w")["matches"] == 4


async def test_a_watch_that_fails_is_shown_at_once_and_until_it_is_edited(
    store: Store, stage: AlertingStage, clock: FakeClock
) -> None:
    await stage.handle([record(article_enriched("a0"))])
    watch(store, "bad", "Nicolas Maduro")
    watch(store, "good", "Rostec")
    await stage.handle([record(article_enriched("a1"))])
    failed = failures(store, all_watches(store))
    assert list(failed) == ["bad"] and failed["bad"]
    assert describe(store, "bad")["failure"] == failed["bad"]
    store.run_now(watches.change_watch, "bad", now=1, query="cranes")
    assert failures(store, all_watches(store)) == {}
    await stage.handle([record(article_enriched("a2"))])
    assert describe(store, "bad")["failure"] is None


def test_what_cost_most_is_written_first_and_the_rest_is_not_lost() -> None:
    matcher = Matcher()
    for number in range(5):
        matcher.add(f"w{number}", parse(f"Rostec AND word{number}"))
    article = analyse_article(Article(body="Rostec " + " ".join(f"word{number}" for number in range(5))))
    matcher.match(article)
    counted = Costs(matcher)
    taken = [[row.watch_id for row in counted.take(lambda _: 1, most=2)] for _ in range(4)]
    assert [len(ids) for ids in taken] == [2, 2, 1, 0]
    assert sorted(watch_id for ids in taken for watch_id in ids) == [f"w{number}" for number in range(5)]
    assert counted.take_spent()[0] == 5
    assert counted.take_spent() == (0, 0.0)
