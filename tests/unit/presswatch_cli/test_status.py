"""`presswatch status`: what waits stands beside what was done, stage by stage."""

from __future__ import annotations

import io

from rich.console import Console

from presswatch_cli.commands.status import read_status, render_text
from presswatch_cli.status_reader import PIPELINE
from presswatch_shared.index.in_memory import InMemoryIndex
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import frontier
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.frontier import FrontierItem
from presswatch_shared.stream.memory_log import MemoryLog
from presswatch_shared.stream.port import Out
from presswatch_shared.stream.publisher import Publisher
from presswatch_shared.topics import ARTICLES_ENRICHED
from tests.fixtures.articles import article_enriched
from tests.fixtures.clocks import FakeClock
from tests.fixtures.deliveries import add_webhook, queue


def waiting(tx: Tx, now: int) -> None:
    """Two pages of one host, and three deliveries to one receiver."""
    pages = [FrontierItem(url=f"https://a.example/{number}", source_id="s", found_in="f") for number in range(2)]
    frontier.add_items(tx, pages, now=now)
    queue(tx, add_webhook(tx, "https://hooks.example/in"), 3, now=now)


async def test_what_waits_is_told_before_each_stage(store: Store) -> None:
    clock = FakeClock()
    await store.run(waiting, clock.now())
    log = MemoryLog(clock=clock)
    await Publisher(log, Metrics()).publish([Out(ARTICLES_ENRICHED, article_enriched(), clock.now())])
    clock.forward(30)
    status = await read_status(store, log, InMemoryIndex(), PIPELINE, dead_letters=0)
    assert (status["waiting_pages"], status["pending"], status["waiting_deliveries"]) == (2, 0, {"webhook": 3})
    behind = {stage: (lag["lag_records"], lag["lag_seconds"]) for stage, lag in status["stages"].items()}
    assert behind == {"enrichment": (0, 0), "indexing": (1, 30), "alerting": (1, 30), "delivery": (0, 0)}
    assert (status["lag_records"], status["lag_seconds"]) == (2, 30)

    shown = io.StringIO()
    render_text(status, Console(file=shown, width=100))
    lines = [" ".join(line.split()) for line in shown.getvalue().splitlines()]
    assert "pages that wait to be fetched 2" in lines
    assert "deliveries that wait 3 webhook 3" in lines
    assert "before indexing 1 the oldest 30.0 s" in lines
    assert "before enrichment 0" in lines
