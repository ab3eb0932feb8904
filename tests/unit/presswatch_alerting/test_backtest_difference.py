from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from presswatch_alerting.backtest_difference import Difference, backtest_difference
from presswatch_alerting.recent_share import recent_share
from presswatch_cli.commands.backtest import render_difference, render_difference_json, run_difference
from presswatch_query import parse
from presswatch_shared.clock import DAY
from presswatch_shared.errors import BadInput
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.in_memory import InMemoryIndex
from presswatch_shared.store import watches
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import NewWatch
from tests.fixtures.articles import article_enriched

NOW = 1_790_000_000_000_000


def dated(article_id: str, body: str, days_ago: float = 1, **fields: Any) -> ArticleEnriched:
    moment = NOW - round(days_ago * DAY)
    return article_enriched(article_id, title="News", body=body, published_at=moment, first_seen_at=moment, **fields)


ARTICLES = (
    dated("a1", "Rostec builds cranes.", 9),
    dated("a2", "Rostec plays hockey.", 5),
    dated("a3", "A copy: Rostec plays hockey.", 4, story_id="s-a2"),
    dated("a4", "Ростех wins.", 3),
    dated("a5", "Rostec, long ago.", 40),
    dated("a6", "Of other things.", 2),
)


async def index_of(*articles: ArticleEnriched) -> InMemoryIndex:
    index = InMemoryIndex()
    await index.put(articles)
    return index


async def compared(old: str, new: str) -> Difference:
    return await backtest_difference(await index_of(*ARTICLES), parse(old), parse(new), now=NOW)


def ids(difference: Difference) -> tuple[list[str], list[str]]:
    added, removed = difference.new.samples, difference.old.samples
    return [one.article.article_id for one in added], [one.article.article_id for one in removed]


async def test_an_edit_adds_and_removes_articles_and_alerts() -> None:
    found = await compared("Rostec", "(Rostec AND NOT hockey) OR Ростех")
    assert ids(found) == (["a4"], ["a3", "a2"])
    assert (found.old.hits, found.new.hits, found.kept, found.searched) == (3, 2, 1, 5)
    assert (found.new.own_alerts, found.old.own_alerts, found.old.alerts) == (1, 1, 2)
    assert found.alerts_a_week(found.old) == pytest.approx(2 * 7 / 30)
    snippet = found.old.samples[0].snippet
    assert [snippet.text[mark.start : mark.end] for mark in snippet.marks] == ["Rostec"]


async def test_the_same_query_changes_nothing() -> None:
    found = await compared("Rostec", '"rostec"')
    assert ids(found) == ([], [])
    assert found.kept == found.old.hits == found.new.hits == 3


async def test_a_watch_is_compared_under_its_own_filters(store: Store) -> None:
    new = NewWatch(id="w", query="Rostec", exclude_sources=("b.example",))
    store.run_now(watches.add_watch, new, now=1)
    index = await index_of(dated("a1", "Rostec"), dated("a2", "Ростех", source="b.example"), dated("a3", "Ростех"))
    found = await run_difference(store, index, "Rostec OR Ростех", replaces="w", against="", days=30, now=NOW)
    assert ids(found) == (["a3"], [])
    document = json.loads(render_difference_json(found))
    assert (document["against"], document["hits"]) == ("Rostec", {"before": 1, "after": 2, "both": 1})
    assert (document["added"]["hits"], document["added"]["samples"][0]["id"]) == (1, "a3")
    shown = io.StringIO()
    render_difference(found, Console(file=shown, width=100))
    lines = shown.getvalue().splitlines()
    assert lines[0] == "1 → 2 of 3 articles in the last 30 days, 1 in both"
    assert "added: 1 articles, 1 alerts" in lines and "+ News" in lines


@pytest.mark.parametrize(
    ("replaces", "against", "days"),
    [
        pytest.param("nobody", "", 30, id="no such watch"),
        pytest.param("w", "Rostec", 30, id="both"),
        pytest.param("", "", 30, id="none"),
        pytest.param("", "Nicolas Maduro", 30, id="no query"),
        pytest.param("", "Rostec", 0, id="days"),
    ],
)
async def test_what_cannot_be_compared_is_refused(store: Store, replaces: str, against: str, days: int) -> None:
    with pytest.raises(BadInput):
        await run_difference(store, InMemoryIndex(), "Rostec", replaces=replaces, against=against, days=days, now=NOW)


async def test_the_share_of_recent_articles_is_told_where_there_are_enough() -> None:
    many = await index_of(*(dated(f"a{number}", "Rostec" if number % 4 == 0 else "Tea") for number in range(100)))
    assert await recent_share(many, parse("Rostec"), now=NOW) == 0.25
    few = await index_of(*(dated(f"a{number}", "Rostec") for number in range(19)))
    assert await recent_share(few, parse("Rostec"), now=NOW) == 0.0
