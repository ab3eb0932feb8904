from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from presswatch_alerting.explain import explain_watch
from presswatch_cli.commands.explain import explain_match
from presswatch_query import parse
from presswatch_shared.errors import BadInput
from presswatch_shared.ids import url_hash
from presswatch_shared.index.in_memory import InMemoryIndex
from presswatch_shared.store import articles, watches
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.articles import ArticleRow
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import NewWatch
from tests.fixtures.alerts import alert_fired, alert_row
from tests.fixtures.articles import FETCHED_AT, article_enriched
from tests.fixtures.watches import WATCH

RECORD = replace(alert_row(alert_fired(story_id="s-a1")), article_version=1, fired_at=FETCHED_AT)


@pytest.mark.parametrize(
    ("query", "watch", "article", "records", "verdict"),
    [
        pytest.param("Rostec", {}, {}, [RECORD], "fired at 2026-09-21T14:13:20Z", id="fired"),
        pytest.param("Kraken", {}, {}, [], "the query does not match", id="no match"),
        pytest.param("Rostec", {}, {}, [replace(RECORD, article_id="a9")], "the story has its alert", id="a copy did"),
        pytest.param("Rostec", {"state": "paused"}, {}, [], "the watch is paused", id="paused"),
        pytest.param("Rostec", {"active_from": FETCHED_AT + 1}, {}, [], "before this version", id="before the watch"),
        pytest.param("Rostec", {}, {"published_at": 0}, [], "older than the watch allows", id="too old"),
        pytest.param("Rostec", {"exclude_sources": ("norddeich-kurier.example",)}, {}, [], "source", id="source"),
        pytest.param("Rostec", {}, {}, [], "not seen by the matcher yet", id="not matched yet"),
    ],
)
def test_an_explanation_says_in_a_sentence_what_happened_and_why(
    query: str, watch: dict[str, Any], article: dict[str, Any], records: list[AlertRow], verdict: str
) -> None:
    explained = explain_watch(replace(WATCH, **watch), parse(query), article_enriched(**article), records)
    assert verdict in explained.verdict
    assert json.loads(json.dumps(explained.as_json()))["verdict"] == explained.verdict
    assert explained.verdict in list(explained.lines())


def test_every_clause_is_explained() -> None:
    explained = explain_watch(WATCH, parse("Rostec AND NOT cranes"), article_enriched(), [])
    document = explained.as_json()["query"]
    assert [part["holds"] for part in document["parts"]] == [True, False]
    assert any("cranes" in line for line in explained.lines())


@pytest.fixture
async def index(store: Store) -> InMemoryIndex:
    article = article_enriched(url="https://norddeich-kurier.example/a1")
    row = ArticleRow(
        article_id="a1",
        version=1,
        url=article.url,
        url_hash=url_hash(article.url),
        source=article.source,
        source_id="src_1",
        title=article.title,
        lang="en",
        published_at=None,
        first_seen_at=FETCHED_AT,
        story_id=article.story_id,
        duplicate_of="",
    )
    store.run_now(articles.add_article, row)
    store.run_now(watches.add_watch, NewWatch(id="wat_1", query="Rostec"), now=0)
    made = InMemoryIndex()
    await made.put([article])
    return made


@pytest.mark.parametrize("named", ["a1", "HTTPS://Norddeich-Kurier.example/a1#top"], ids=["id", "URL"])
async def test_an_article_is_named_by_id_or_url(store: Store, index: InMemoryIndex, named: str) -> None:
    assert (await explain_match(store, index, "wat_1", named)).article.article_id == "a1"


@pytest.mark.parametrize(
    ("watch_id", "named"),
    [("wat_9", "a1"), ("wat_1", "a9"), ("wat_1", "https://norddeich-kurier.example/a9")],
    ids=["watch", "id", "URL"],
)
async def test_what_is_not_there_is_one_clear_sentence(
    store: Store, index: InMemoryIndex, watch_id: str, named: str
) -> None:
    with pytest.raises(BadInput):
        await explain_match(store, index, watch_id, named)


async def test_a_watch_is_named_by_its_name_where_only_one_has_it(store: Store, index: InMemoryIndex) -> None:
    named = NewWatch(id="wat_2", query="Rostec", name="arms")
    await store.run(watches.add_watch, named, now=1)
    assert (await explain_match(store, index, "arms", "a1")).watch.id == "wat_2"
    await store.run(watches.add_watch, NewWatch(id="wat_3", query="Kraken", name="arms"), now=2)
    with pytest.raises(BadInput, match=r"wat_2 and wat_3: name one by its id"):
        await explain_match(store, index, "arms", "a1")


async def test_an_id_goes_before_a_name(store: Store, index: InMemoryIndex) -> None:
    await store.run(watches.add_watch, NewWatch(id="wat_2", query="Kraken", name="wat_1"), now=1)
    assert (await explain_match(store, index, "wat_1", "a1")).watch.id == "wat_1"
