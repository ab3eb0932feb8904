"""`presswatch report`: what became of every page that was seen, by source and hour, and whether the sums are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from presswatch_cli.completeness import report_reader
from presswatch_cli.composition import Parts
from presswatch_shared.clock import Micros, from_micros, to_micros
from presswatch_shared.errors import BadInput
from presswatch_shared.settings import Settings
from presswatch_shared.store.sources import get_source

__all__ = ["days", "read_report", "render_text"]

COLUMNS = ("seen", "waiting", "fetched", "articles", "indexed", "alerted")
DROPS = ("refused", "failed", "not_articles", "dead_letters")
UNDER_WAY = ("enriching", "indexing")


def days(day: str | None, count: int, *, now: Micros) -> tuple[Micros, Micros]:
    """The first moment of `count` days (UTC) that end with `day`, by default today, and that of the day after.

    Raises:
        BadInput: no date.
    """
    today = from_micros(now)
    try:
        last = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC) if day else today
        until = last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return to_micros(until - timedelta(days=count)), to_micros(until)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"--day is {day!r}: write a date such as {today:%Y-%m-%d}") from error


async def read_report(
    settings: Settings, *, day: str | None, count: int = 1, source_id: str | None = None
) -> Mapping[str, Any]:
    """The report of these days.

    Raises:
        BadInput: no date, or no source with this id.
    """
    parts = Parts(settings)
    since, until = days(day, count, now=parts.clock.now())
    try:
        if source_id is not None and await parts.store.read(get_source, source_id) is None:
            raise BadInput(f"there is no source {source_id!r}: `presswatch source list` shows them")
        read = report_reader(parts.store, parts.stream, parts.clock, parts.silent_sources)
        return await read(since, until, source_id)
    finally:
        await parts.close()


def render_text(report: Mapping[str, Any], console: Console, *, hours: bool) -> None:
    """A line a source (or an hour of it), the drops with their reasons, then what is wrong."""
    table = Table(*("", *COLUMNS, "dropped, by reason"), box=None, header_style="bold", pad_edge=False)
    for column in table.columns[1:-1]:
        column.justify = "right"
    for source in report["sources"]:
        table.add_row(Text(source["name"]), *_cells(source["total"]))
        for hour in source["hours"] if hours else ():
            table.add_row(Text(f"  {hour['hour'][:13]}h", style="dim"), *_cells(hour))
    table.add_row("all", *_cells(report["total"]), style="bold")
    console.print(table)
    for line in notes(report):
        console.print(Text(line))


def notes(report: Mapping[str, Any]) -> Iterator[str]:
    """Whether the sums are right, and who is silent."""
    wrong = [f"{count} {reason}" for reason, count in report["unexplained"].items() if count]
    if report["total"]["difference"]:
        wrong.append(f"the sums are out by {report['total']['difference']}")
    yield f"NOT BALANCED: {', '.join(wrong)}" if wrong else "balanced: every page that was seen is accounted for"
    for source in report["silent"]:
        yield (
            f"silent: {source['name']} ({source['id']}), nothing since {source['last_hour'][:13]}h: "
            f"{source['expected_pages']:g} pages would have been usual, {source['usual_pages']:g} are too many to miss"
        )


def _cells(figures: Mapping[str, Any]) -> Sequence[str | Text]:
    drops = [f"{reason} {n}" for name in DROPS for reason, n in sorted(figures[name].items())]
    drops += [f"{name.replace('_', ' ')} {figures[name]}" for name in ("not_modified", "superseded") if figures[name]]
    drops += [f"({name} {figures[name]})" for name in UNDER_WAY if figures[name]]
    return [*(f"{figures[name]:,}" for name in COLUMNS), Text(", ".join(drops))]
