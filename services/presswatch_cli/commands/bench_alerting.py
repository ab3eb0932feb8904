"""`presswatch bench alerting`: the whole alerting stage on the embedded stores, with very many watches loaded."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presswatch_alerting.service import AlertingStage
from presswatch_cli.commands.bench_article import bench_article
from presswatch_cli.commands.bench_match_set import WORDS_AN_ARTICLE, WatchMaker, invented_articles
from presswatch_cli.progress import Progress
from presswatch_shared.clock import SystemClock
from presswatch_shared.envelope import wrap
from presswatch_shared.errors import CheckFailed
from presswatch_shared.events import ArticleEnriched, Event
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import alerts, watches
from presswatch_shared.store.database import Store, open_store
from presswatch_shared.store.migrate import migrate
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.stream.port import Out, Record
from presswatch_shared.stream.publisher import Publisher
from presswatch_shared.stream.sqlite_log import open_sqlite_log
from presswatch_shared.stream.stage_service import stage_service
from presswatch_shared.topics import ALERTS_FIRED, ARTICLES_ENRICHED, Topic

__all__ = ["BenchOptions", "bench_alerting", "render_text"]

WATCHES_A_TRANSACTION = 5_000
MAY_FIRE = 100
"""One watch in so many looks at every source; the others leave out the one the articles come from."""
SOURCE = "outlet.example"
LONGEST_WAIT_SECONDS = 1_800.0
WATCHES_SINCE = 1_000_000
BEFORE_WATCHES = WATCHES_SINCE - 1
PROC_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    watches: int = 100_000
    articles: int = 500
    changes: int = 50
    """Watches added and removed while it runs."""
    seed: int = 1
    export: Path | None = None
    """Folder for the articles and watches used."""


async def bench_alerting(options: BenchOptions, progress: Progress = lambda done, total: None) -> dict[str, Any]:
    """Seconds to start, memory, articles a second through the stage, and how soon a change counts.

    Articles go through twice: once they are older than the watches and give no alert; then every match of one watch in
    a hundred makes one.

    Raises:
        CheckFailed: the stage did not get through, or a change was not seen by the next article.
    """
    texts = invented_articles(options.articles, options.seed)
    queries = list(WatchMaker(texts, options.seed).queries(options.watches))
    if options.export:
        _export(options.export, texts, queries)
    with tempfile.TemporaryDirectory(prefix="presswatch-bench-") as folder:
        store = open_store("sqlite", Path(folder))
        try:
            migrate(store)
            saved = _save(store, queries)
            progress(1, 4)
            return await _measure(store, Path(folder), texts, options, saved, progress)
        finally:
            store.close()


async def _measure(
    store: Store, folder: Path, texts: Sequence[str], options: BenchOptions, saved: float, progress: Progress
) -> dict[str, Any]:
    stage = AlertingStage(store=store, metrics=Metrics(), clock=SystemClock())
    before = _resident_megabytes()
    began, worked = time.perf_counter(), time.process_time()
    await stage.refresh()
    start, start_cpu = time.perf_counter() - began, time.process_time() - worked
    progress(2, 4)
    memory = {"before": before, "loaded": _resident_megabytes()}
    quiet = await _through(stage, folder / "quiet.db", list(_articles(texts, at=BEFORE_WATCHES, prefix="q")))
    progress(3, 4)
    firing = await _through(stage, folder / "firing.db", list(_articles(texts, at=WATCHES_SINCE, prefix="f")))
    made = store.read_now(alerts.count_alerts)
    changes = await _changes(store, stage, options.changes)
    progress(4, 4)
    return {
        "watches": options.watches,
        "articles": options.articles,
        "words": WORDS_AN_ARTICLE,
        "seed": options.seed,
        "save_seconds": round(saved, 2),
        "start_seconds": round(start, 2),
        "start_cpu_seconds": round(start_cpu, 2),
        "megabytes": memory | {"after": _resident_megabytes()},
        "without_alerts": quiet,
        "with_alerts": firing | {"alerts_an_article": round(made / options.articles, 1)},
        "changes": changes,
    }


def _save(store: Store, queries: Sequence[str]) -> float:
    began = time.perf_counter()
    for first in range(0, len(queries), WATCHES_A_TRANSACTION):
        new = [
            NewWatch(query=query, exclude_sources=() if number % MAY_FIRE == 0 else (SOURCE,))
            for number, query in enumerate(queries[first : first + WATCHES_A_TRANSACTION])
        ]
        store.run_now(watches.add_watches, new, now=WATCHES_SINCE)
    return time.perf_counter() - began


def _articles(texts: Sequence[str], *, at: int, prefix: str) -> Iterator[ArticleEnriched]:
    for number, text in enumerate(texts):
        yield _article(f"{prefix}{number}", text, at)


def _article(article_id: str, text: str, at: int) -> ArticleEnriched:
    url = f"https://{SOURCE}/{article_id}"
    return bench_article(article_id, url=url, source=SOURCE, title=text[:60], body=text, at=at)


class _Counting:
    """The alerting stage, and when it is through."""

    inputs: Sequence[Topic[Event]] = (ARTICLES_ENRICHED,)

    def __init__(self, stage: AlertingStage, expected: int) -> None:
        self.name = stage.name
        self.done = asyncio.Event()
        self._stage = stage
        self._left = expected

    async def handle(self, batch: Sequence[Record]) -> Sequence[Out]:
        outs = await self._stage.handle(batch)
        self._left -= len(batch)
        if self._left <= 0:
            self.done.set()
        return outs


async def _through(stage: AlertingStage, log: Path, articles: Sequence[ArticleEnriched]) -> dict[str, float]:
    """From the log through the stage to the log."""
    clock, metrics = SystemClock(), Metrics()
    stream = open_sqlite_log(log, clock=clock)
    publisher = Publisher(stream, metrics)
    await publisher.publish([Out(ARTICLES_ENRICHED, article, at=article.fetched_at) for article in articles])
    counting = _Counting(stage, len(articles))
    service = stage_service(
        counting, stream, folder=log.with_suffix(".stages"), clock=clock, metrics=metrics, outputs=[ALERTS_FIRED]
    )
    stop = asyncio.Event()
    wall, cpu = time.perf_counter(), time.process_time()
    running = asyncio.create_task(service.run(stop))
    with suppress(TimeoutError):
        await asyncio.wait_for(counting.done.wait(), LONGEST_WAIT_SECONDS)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    stop.set()
    await running
    await stream.close()
    if not counting.done.is_set():
        raise CheckFailed(f"the stage did not get through {len(articles)} articles")
    return {
        "articles_per_second": round(len(articles) / wall, 1),
        "articles_per_cpu_second": round(len(articles) / cpu, 1),
    }


async def _changes(store: Store, stage: AlertingStage, count: int) -> dict[str, Any]:
    """Each watch is added, met by the next article, removed, and met no more."""
    seen: list[float] = []
    for number in range(count):
        word = f"newcomer{number}"
        began = time.perf_counter()
        watch = await store.run(watches.add_watch, NewWatch(query=f"{word} AND harbour"), now=WATCHES_SINCE)
        if not await _fires(stage, f"c{number}", f"{word} harbour"):
            raise CheckFailed("a watch was added and the next article did not meet it")
        seen.append(time.perf_counter() - began)
        await store.run(watches.remove_watch, watch.id, now=WATCHES_SINCE)
        if await _fires(stage, f"d{number}", f"{word} harbour"):
            raise CheckFailed("a watch was removed and the next article met it")
    seen.sort()
    return {
        "count": count,
        "added_to_alert_ms": {
            "p50": round(1000 * seen[len(seen) // 2], 1),
            "p99": round(1000 * seen[int(0.99 * (len(seen) - 1))], 1),
        },
    }


async def _fires(stage: AlertingStage, article_id: str, text: str) -> bool:
    article = _article(article_id, text, WATCHES_SINCE)
    outs = await stage.handle([Record(topic=ARTICLES_ENRICHED.name, envelope=wrap(article, at=article.fetched_at))])
    return bool(outs)


def _resident_megabytes() -> float | None:
    """None on systems without /proc."""
    try:
        lines = PROC_STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((round(int(line.split()[1]) / 1024, 1) for line in lines if line.startswith("VmRSS:")), None)


def _export(folder: Path, texts: Sequence[str], queries: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "watches.jsonl").open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"id": str(n), "query": query}) + "\n" for n, query in enumerate(queries))
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as lines:
        for number, text in enumerate(texts):
            lines.write(json.dumps({"id": str(number), "title": text[:60], "body": text}) + "\n")


def render_text(result: dict[str, Any]) -> str:
    """A few lines for a terminal."""
    memory, change = result["megabytes"], result["changes"]["added_to_alert_ms"]
    seconds, cpu = result["start_seconds"], result["start_cpu_seconds"]
    return f"""\
{result["watches"]:,} watches, {result["articles"]:,} articles of {result["words"]} words
  loaded in {seconds} s ({cpu} s of CPU), {memory["before"]} → {memory["loaded"]} MB
  {_rates(result["without_alerts"])} where nothing fires
  {_rates(result["with_alerts"])} with {result["with_alerts"]["alerts_an_article"]} alerts an article
  a watch was added and fired on the next article in {change["p50"]} ms (p99 {change["p99"]} ms), commit included"""


def _rates(rates: dict[str, float]) -> str:
    return f"{rates['articles_per_second']} articles/s ({rates['articles_per_cpu_second']} a CPU-second)"
