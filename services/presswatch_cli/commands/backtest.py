"""`presswatch watch backtest`: what a query would have fired on."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from presswatch_alerting.backtest import Backtest, BacktestDay, backtest, backtest_json
from presswatch_cli.commands.watch import checked_query
from presswatch_query.snippet import Snippet, plain
from presswatch_shared.clock import Micros, from_micros
from presswatch_shared.errors import BadInput
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.store.database import Store

__all__ = ["render_json", "render_text", "run_backtest"]

DAYS = range(1, 3651)
BAR = 40


async def run_backtest(store: Store, index: ArticleIndex, query: str, *, days: int, now: Micros) -> Backtest:
    """Back-test a query over the last days.

    Raises:
        BadInput: the query is refused, or `days` is out of range.
    """
    if days not in DAYS:
        raise BadInput(f"--days is {days}: write a number from {DAYS.start} to {DAYS.stop - 1}")
    return await backtest(index, query, checked_query(store, query), now=now, days=days)


def render_json(result: Backtest) -> str:
    return json.dumps(backtest_json(result), ensure_ascii=False, indent=2)


def render_text(result: Backtest, console: Console) -> None:
    """The sum in a sentence, a bar a day, the newest hits, and the warnings."""
    console.print(Text(_sentence(result), style="bold"))
    for line in _bars(result.days):
        console.print(Text(line))
    for sample in result.samples:
        article = sample.article
        console.print()
        console.print(Text(plain(article.title or article.url), style="bold"), soft_wrap=True)
        console.print(Text(f"{article.source} · {from_micros(article.first_seen_at):%Y-%m-%d %H:%M}", style="dim"))
        console.print(_marked(sample.snippet), soft_wrap=True)
    for warning in result.warnings:
        console.print(Text(f"warning: {warning}", style="yellow"))


def _sentence(result: Backtest) -> str:
    days = "the last day" if len(result.days) == 1 else f"the last {len(result.days)} days"
    if not result.alerts:
        return f"would not have fired in {days} (none of {result.searched} articles matches)"
    times = "once" if result.alerts == 1 else f"{result.alerts} times"
    return f"would have fired {times} in {days} ({result.hits} of {result.searched} articles match)"


def _bars(days: tuple[BacktestDay, ...]) -> Iterator[str]:
    most = max(day.hits for day in days)
    for day in days if most else ():
        yield f"{day.day.isoformat()} {day.hits:>6} {'▇' * -(-day.hits * BAR // most)}".rstrip()


def _marked(snippet: Snippet) -> Text:
    text = Text(snippet.text)
    for mark in snippet.marks:
        text.stylize("bold yellow", mark.start, mark.end)
    return Text("…" * snippet.cut_before) + text + Text("…" * snippet.cut_after)
