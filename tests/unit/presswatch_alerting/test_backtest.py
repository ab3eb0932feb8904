from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from presswatch_alerting.backtest import Backtest, Scope, backtest, backtest_json
from presswatch_cli.commands.backtest import render_json, render_text, run_backtest
from presswatch_query import parse
from presswatch_shared.clock import DAY
from presswatch_shared.errors import BadInput
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.in_memory import InMemoryIndex
from presswatch_shared.store.database import Store
from tests.fixtures.articles import article_enriched

NOW = 1_790_000_000_000_000


def dated(article_id: str, days_ago: float, **fields: Any) -> ArticleEnriched:
    moment = NOW - round(days_ago * DAY)
    return article_enriched(article_id, published_at=moment, first_seen_at=moment, **fields)


async def tested(
    *articles: ArticleEnriched, query: str = "Rostec", days: int = 7, scope: Scope | None = None
) -> Backtest:
    index = InMemoryIndex()
    await index.put(articles)
    return await backtest(index, query, parse(query), now=NOW, days=days, scope=scope)


async def test_hits_are_counted_by_day_and_copies_of_a_story_alert_once() -> None:
    result = await tested(
        dated("a1", 2, story_id="s"),
        dated("a2", 1, story_id="s"),
        dated("a3", 1, story_id="t"),
        dated("a4", 0, title="Tea", body="Of other things."),
        dated("a5", 30),
    )
    assert [(day.hits, day.alerts) for day in result.days] == [(0, 0)] * 4 + [(1, 1), (2, 1), (0, 0)]
    assert (result.hits, result.alerts, result.searched) == (3, 2, 4)
    assert [sample.article.article_id for sample in result.samples] == ["a3", "a1"]
    assert [result.samples[0].snippet.text[m.start : m.end] for m in result.samples[0].snippet.marks] == ["Rostec"]


async def test_an_article_of_this_very_moment_counts() -> None:
    assert (await tested(dated("a1", 0), days=1)).hits == 1


async def test_alerts_a_week_are_what_the_span_would_give_in_seven_days() -> None:
    result = await tested(*(dated(f"a{n}", n) for n in range(4)), days=14)
    assert result.alerts_a_week == 2.0


async def test_filters_of_the_watch_hold_in_the_backtest() -> None:
    late = article_enriched("a2", published_at=NOW - 5 * DAY, first_seen_at=NOW)
    result = await tested(
        dated("a1", 1),
        late,
        dated("a3", 1, source="other.example"),
        scope=Scope(max_age_seconds=86400.0, exclude_sources=("other.example",)),
    )
    assert result.hits == 1


async def test_a_noisy_and_a_common_query_are_warned_of() -> None:
    result = await tested(*(dated(f"a{n}", n / 20) for n in range(100)))
    assert [warning.partition(":")[0] for warning in result.warnings] == ["noisy", "common"]
    assert len(result.samples) == 10


async def test_a_few_hits_in_a_small_archive_are_not_called_common() -> None:
    assert (await tested(*(dated(f"a{n}", n) for n in range(5)))).warnings == ()


async def test_nothing_indexed_is_nothing_found() -> None:
    result = await tested()
    assert (result.hits, result.warnings, len(result.days)) == (0, (), 7)


async def test_the_command_prints_one_json_document_or_a_picture(store: Store) -> None:
    index = InMemoryIndex()
    await index.put([dated("a1", 1, title="Rostec\x1b[31m delivers")])
    result = await run_backtest(store, index, "Rostec", days=3, now=NOW)
    document = json.loads(render_json(result))
    assert document == backtest_json(result)
    assert document["by_day"][1]["hits"] == document["alerts"] == 1
    shown = io.StringIO()
    render_text(result, Console(file=shown, width=100))
    assert "would have fired once in the last 3 days (1 of 1 articles match)" in shown.getvalue()
    assert "\x1b" not in shown.getvalue()


async def test_a_query_that_finds_nothing_is_told_in_one_line(store: Store) -> None:
    shown = io.StringIO()
    render_text(await run_backtest(store, InMemoryIndex(), "Rostec", days=30, now=NOW), Console(file=shown))
    assert shown.getvalue() == "would not have fired in the last 30 days (none of 0 articles matches)\n"


@pytest.mark.parametrize(("query", "days"), [("Nicolas Maduro", 7), ("Rostec", 0)], ids=["query", "days"])
async def test_a_backtest_that_cannot_be_is_refused(store: Store, query: str, days: int) -> None:
    with pytest.raises(BadInput):
        await run_backtest(store, InMemoryIndex(), query, days=days, now=NOW)
