"""`presswatch status`: counts through the pipeline, read from outside while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.store import alerts, deliveries, frontier, ledger, outbox, sources, watches
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
    behind = {stage.name: _behind((await stream.lag(stage.name, stage.topics)).values()) for stage in stages}
    return {
        **counts,
        "indexed": await index.count(),
        "dead_letters": dead_letters,
        "lag_records": sum(stage["lag_records"] for stage in behind.values()),
        "lag_seconds": max((stage["lag_seconds"] for stage in behind.values()), default=0.0),
        "stages": behind,
    }


def _behind(lags: Iterable[Lag]) -> dict[str, Any]:
    """How far a stage is behind, over its topics."""
    waiting = [lag for lag in lags if lag.records]
    return {
        "lag_records": sum(lag.records for lag in waiting),
        "lag_seconds": round(max((lag.seconds for lag in waiting), default=0.0), 3),
    }


def _counts(tx: Tx) -> dict[str, Any]:
    balance = ledger.balance(tx)
    return {
        "sources": sources.count_sources(tx),
        "waiting_pages": frontier.count_waiting(tx),
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
        "waiting_deliveries": {kind: waiting.count for kind, waiting in outbox.pending(tx).items()},
    }


LABELS: Mapping[str, str] = {
    "sources": "sources",
    "waiting_pages": "pages that wait to be fetched",
    "seen": "visits of pages",
    "pending": "  being fetched",
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
    "waiting_deliveries": "deliveries that wait",
    "dead_letters": "dead letters",
    "lag_seconds": "age of the oldest message, seconds",
    "lag_records": "messages in the pipeline",
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
    for stage, behind in status["stages"].items():
        seconds = f"the oldest {behind['lag_seconds']} s" if behind["lag_records"] else ""
        table.add_row(f"  before {stage}", str(behind["lag_records"]), seconds)
    console.print(table)
