"""Articles made to take long are matched in bounded time, and the watches that are about them still fire."""

from __future__ import annotations

from time import process_time

import pytest

from presswatch_alerting.service import AlertingStage
from presswatch_shared.envelope import wrap
from presswatch_shared.events import AlertFired
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import watches
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.stream.port import Record
from tests.fixtures.articles import article_enriched
from tests.fixtures.clocks import FakeClock

QUERIES = {
    "word": "tea",
    "phrase": '"tea tea tea tea"',
    "slop": '"tea cup tea cup"~50',
    "near": "tea NEAR/100 cup",
    "ordered": "(tea OR tee*) ONEAR/100 (cup OR kettle~1 OR cupp*)",
    "many": "ATLEAST/1000(tea)",
    "prefix": "tea* AND NOT zebra*",
    "fuzzy": "kettle~1 OR tea",
    "literal": '="tea tea" OR =Tea OR tea',
    "everywhere": "lead:tea OR author:tea OR url:tea OR source:x.example OR tea",
    "negative": "tea AND NOT (kraken NEAR tea)",
}
# A few seconds on an idle machine.
MOST_SECONDS = 60


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param("tea " * 100_000 + "cup", id="100,000 equal words"),
        pytest.param("tea cup " * 20_000, id="two words in turn"),
        pytest.param("tea " + " ".join(f"w{number}" for number in range(30_000)) + " cup", id="all different"),
        pytest.param("tea " + " ".join(f"w{number}" for number in range(130_000)) + " cup", id="1 MB, all different"),
        pytest.param("tea " + "x" * 5_000_000, id="5 MB, one word", marks=pytest.mark.slow),
        pytest.param("tea " + "\n" * 5_000_000, id="5 MB, only lines", marks=pytest.mark.slow),
        pytest.param("tea " + "苏" * 330_000, id="1 MB without spaces", marks=pytest.mark.slow),
        pytest.param("tea " + "a\u0301\u0302" * 200_000, id="1 MB of marks", marks=pytest.mark.slow),
        pytest.param("tea " + "-—!?" * 250_000, id="1 MB of signs", marks=pytest.mark.slow),
    ],
)
async def test_a_hostile_article_is_matched_in_bounded_time(store: Store, body: str) -> None:
    for name, query in QUERIES.items():
        store.run_now(watches.add_watch, NewWatch(id=name, query=query), now=0)
    stage = AlertingStage(store=store, metrics=Metrics(), clock=FakeClock())
    await stage.refresh()
    article = article_enriched(title="Of tea", body=body)
    before = process_time()
    outs = await stage.handle([Record(topic="articles.enriched", envelope=wrap(article, at=article.fetched_at))])
    assert process_time() - before < MOST_SECONDS
    fired = {out.event.watch_id for out in outs if isinstance(out.event, AlertFired)}
    assert {"word", "prefix", "fuzzy", "literal", "everywhere", "negative"} <= fired
    assert all(len(out.event.snippet) < 1_000 for out in outs if isinstance(out.event, AlertFired))
