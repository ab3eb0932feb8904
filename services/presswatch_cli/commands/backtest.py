"""`presswatch watch backtest`: what a query would have fired on, and what an edit of a watch adds and removes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from presswatch_alerting.backtest import Backtest, BacktestDay, Sample, backtest, backtest_json, scope_of
from presswatch_alerting.backtest_difference import Difference, Side, backtest_difference, difference_json
from presswatch_cli.commands.existing_watch import existing_watch
from presswatch_cli.commands.watch import checked_query
from presswatch_query.snippet import Snippet, plain
from presswatch_shared.clock import Micros, from_micros
from presswatch_shared.errors import BadInput
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.store.database import Store

__all__ = [
    "render_difference",
    "render_difference_json",
    "render_json",
    "render_text",
    "run_backtest",
    "run_difference",
]

DAYS = range(1, 3651)
BAR = 40


async def run_backtest(store: Store, index: ArticleIndex, query: str, *, days: int, now: Micros) -> Backtest:
    """Back-test a query over the last days.

    Raises:
        BadInput: the query is refused, or `days` is out of range.
    """
    _check_days(days)
    return await backtest(index, query, checked_query(store, query), now=now, days=days)


async def run_difference(
    store: Store, index: ArticleIndex, query: str, *, replaces: str, against: str, days: int, now: Micros
) -> Difference:
    """What a query adds and removes beside that of the watch `replaces`, or beside the query `against`.

    Raises:
        BadInput: a query is refused, there is no such watch, both or none of them are given, or `days` is out of range.
    """
    _check_days(days)
    if bool(replaces) == bool(against):
        raise BadInput("give one of --replaces WATCH and --against QUERY")
    new = checked_query(store, query)
    scope = None
    if replaces:
        watch = store.read_now(existing_watch, replaces)
        against = watch.query
        scope = scope_of(watch)
    return await backtest_difference(index, checked_query(store, against), new, now=now, days=days, scope=scope)


def _check_days(days: int) -> None:
    if days not in DAYS:
        raise BadInput(f"--days is {days}: write a number from {DAYS.start} to {DAYS.stop - 1}")


def render_difference_json(result: Difference) -> str:
    return json.dumps(difference_json(result), ensure_ascii=False, indent=2)


def render_difference(result: Difference, console: Console) -> None:
    """Counts before and after, and the newest articles added and removed."""
    old, new = result.old, result.new
    sums = (
        f"{old.hits} → {new.hits} of {result.searched} articles in the last {result.days} days, {result.kept} in both"
    )
    console.print(Text(sums, style="bold"))
    rates = (f"{result.alerts_a_week(side):.1f}" for side in (old, new))
    console.print(Text(f"alerts a week: {' → '.join(rates)}"))
    for name, sign, side in (("added", "+", new), ("removed", "-", old)):
        console.print()
        console.print(Text(_own_sentence(name, side), style="bold"))
        _render_samples(side.samples, console, sign)


def _own_sentence(name: str, side: Side) -> str:
    return f"{name}: {side.own_hits} articles, {side.own_alerts} alerts"


def render_json(result: Backtest) -> str:
    return json.dumps(backtest_json(result), ensure_ascii=False, indent=2)


def render_text(result: Backtest, console: Console) -> None:
    """The sum in a sentence, a bar a day, the newest hits, and the warnings."""
    console.print(Text(_sentence(result), style="bold"))
    for line in _bars(result.days):
        console.print(Text(line))
    if result.alerts:
        console.print(Text(f"alerts a week: {result.alerts_a_week:.1f}"))
    _render_samples(result.samples, console)
    for warning in result.warnings:
        console.print(Text(f"warning: {warning}", style="yellow"))


def _render_samples(samples: Sequence[Sample], console: Console, sign: str = "") -> None:
    for sample in samples:
        article = sample.article
        console.print()
        console.print(Text(f"{sign} {plain(article.title or article.url)}".strip(), style="bold"), soft_wrap=True)
        console.print(Text(f"{article.source} · {from_micros(article.first_seen_at):%Y-%m-%d %H:%M}", style="dim"))
        console.print(_marked(sample.snippet), soft_wrap=True)


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
