"""`presswatch status`: counts through the pipeline, read from outside while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.store import alerts, deliveries, ledger, sources, watches
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.stream.port import Lag, Stream

__all__ = ["PipelineStage", "read_status", "render_text"]


@dataclass(frozen=True, slots=True)
class PipelineStage:
    """A consumer group and the topics it reads."""

    name: str
    topics: Sequence[str]


async def read_status(
    store: Store, stream: Stream, index: ArticleIndex, stages: Sequence[PipelineStage], *, dead_letters: int
) -> Mapping[str, Any]:
    """The document of `status --json`: the balance of the ledger, the stores' counts, and how far stages are behind."""
    counts = await store.read(_counts)
    lags = [lag for stage in stages for lag in (await stream.lag(stage.name, stage.topics)).values()]
    return {
        **counts,
        "indexed": await index.count(),
        "dead_letters": dead_letters,
        "lag_records": sum(lag.records for lag in lags),
        "lag_seconds": round(max((_seconds(lag) for lag in lags), default=0.0), 3),
    }


def _seconds(lag: Lag) -> float:
    return lag.seconds if lag.records else 0.0


def _counts(tx: Tx) -> dict[str, Any]:
    balance = ledger.balance(tx)
    return {
        "sources": sources.count_sources(tx),
        "seen": balance.seen,
        "pending": balance.pending,
        "pages_fetched": balance.pages_fetched,
        "not_modified": balance.not_modified,
        "refused": dict(balance.refused),
        "failed": dict(balance.failed),
        "articles": balance.articles_made,
        "not_articles": dict(balance.not_articles),
        "superseded": balance.superseded,
        "watches": watches.count_watches(tx),
        "alerts": alerts.count_alerts(tx),
        "deliveries": dict(deliveries.count_outcomes(tx)),
    }


LABELS: Mapping[str, str] = {
    "sources": "sources",
    "seen": "visits of pages",
    "pending": "  waiting to be fetched",
    "pages_fetched": "  fetched",
    "not_modified": "  not modified",
    "refused": "  refused by rule",
    "failed": "  failed",
    "articles": "made into articles",
    "not_articles": "not articles",
    "superseded": "superseded by a newer version",
    "indexed": "searchable articles, at their newest version",
    "watches": "watches",
    "alerts": "alerts",
    "deliveries": "tries to deliver",
    "dead_letters": "dead letters",
    "lag_records": "messages in the pipeline",
    "lag_seconds": "age of the oldest, seconds",
}


def render_text(status: Mapping[str, Any], console: Console) -> None:
    """A line a count, reasons beside it."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="left")
    table.add_column(justify="right", style="bold")
    table.add_column(style="dim")
    for name, label in LABELS.items():
        value = status[name]
        if isinstance(value, dict):
            reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(value.items()))
            table.add_row(label, str(sum(value.values())), Text(reasons))
        else:
            table.add_row(label, str(value), "")
    console.print(table)
