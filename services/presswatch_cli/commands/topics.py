"""`presswatch admin topics`: the topics on Kafka as the settings want them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from presswatch_cli.composition import open_kafka
from presswatch_shared.clock import SystemClock
from presswatch_shared.settings import Settings
from presswatch_shared.stream.kafka.topic_rules import TopicChange, all_topics

__all__ = ["apply_topics", "render_text"]


async def apply_topics(settings: Settings) -> Sequence[TopicChange]:
    """Make and mend all topics; one line each.

    Raises:
        BadInput: the stream is no Kafka, or it does not let this user make topics.
        ServerUnreachable: no broker answers.
    """
    stream = open_kafka(settings, SystemClock())
    try:
        await stream.connect()
        return await stream.apply_topics(all_topics())
    finally:
        await stream.close()


def render_text(changes: Sequence[TopicChange]) -> None:
    """A row a topic, and the counts."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for change in changes:
        table.add_row(change.topic, change.what, change.details)
    console = Console()
    console.print(table)
    counts = Counter(change.what for change in changes)
    if set(counts) == {"kept"}:
        console.print("nothing to change")
    else:
        console.print(", ".join(f"{count} {what}" for what, count in counts.items()))
