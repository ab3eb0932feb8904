"""`presswatch bench pipeline`: pages of a loopback outlet through the whole product, from crawler to webhook.

Once with the whole product in one process, and once with a process a service, which tells what each stage costs. Where
the settings name servers for all three stores, it is done on them, too: each host of Kafka, two replicas of
enrichment and alerting.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from presswatch_cli.commands.bench_crawl import Crawl, Crawled, Names, child
from presswatch_cli.commands.bench_outlet import QUIET_PAGES, host_of_page
from presswatch_cli.commands.bench_pipeline_input import page_rows, pages_for_bench, queries_for, write_lines
from presswatch_cli.commands.bench_receiver import receiver
from presswatch_cli.commands.bench_scaled import HOSTS, REPLICAS, is_scaled, scaled_stores
from presswatch_cli.progress import Progress
from presswatch_cli.roles import ROLES
from presswatch_shared.clock import SystemClock
from presswatch_shared.errors import PresswatchError
from presswatch_shared.settings import Settings

__all__ = ["BenchOptions", "bench_pipeline", "render_text"]

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    pages: Sequence[Path] = ()
    """Files of pages as `extract --jsonl` reads them, also compressed as .xz; without one, pages are made up."""
    articles: int | None = None
    """At most so many pages; 300 where they are made up."""
    seed: int = 1
    export: Path | None = None
    """Folder for the pages and watches used."""
    settings: Settings = field(default_factory=Settings)
    """The servers, if any."""


async def bench_pipeline(options: BenchOptions, progress: Progress = lambda done, total: None) -> dict[str, Any]:
    """Articles a second, seconds to searchable and to the webhook, memory, and the share of CPU a stage takes.

    Raises:
        BadInput: a file of pages cannot be used; a system without /proc.
        PresswatchError: the measured product failed.
    """
    pages = pages_for_bench(options.pages, options.articles, seed=options.seed, now=SystemClock().now())
    queries = queries_for(pages, seed=options.seed)
    with tempfile.TemporaryDirectory(prefix="presswatch-bench-") as made:
        folder = Path(made)
        write_lines(folder / "pages.jsonl", page_rows(pages))
        write_lines(folder / "watches.jsonl", [{"query": query} for query in queries])
        if options.export:
            _export(folder, options.export)
        hosts = HOSTS if is_scaled(options.settings) else ()
        run = _Run(folder, queries, len(pages), 2 + len(hosts), progress)
        together = await run.crawl("together", [tuple(ROLES)])
        apart = await run.crawl("apart", [(role,) for role in ROLES])
        scaled = {}
        for host in hosts:
            with scaled_stores(options.settings, host) as stores:
                scaled[host] = await run.crawl(host, REPLICAS, stores)
    count = len(pages) - QUIET_PAGES
    return {
        "pages": count,
        "page_bytes_mean": round(sum(len(page.body) for page in pages[QUIET_PAGES:]) / count),
        "watches": len(queries),
        "cores": os.cpu_count(),
        "seed": options.seed,
        "one_process": _one_process(together, count),
        "process_a_service": _services(apart, count),
        "on_servers": {host: _beside(_services(crawled, count), apart) for host, crawled in scaled.items()},
    }


def _export(folder: Path, to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    for name in ("pages.jsonl", "watches.jsonl"):
        shutil.copy(folder / name, to / name)


class _Run:
    """All crawls of one measurement: the same pages and watches."""

    def __init__(self, folder: Path, queries: Sequence[str], pages: int, crawls: int, progress: Progress) -> None:
        self._folder = folder
        self._queries = queries
        self._pages = pages
        self._total = crawls * pages
        self._before = 0
        self._progress = progress

    async def crawl(
        self, name: str, groups: Sequence[Sequence[str]], stores: Mapping[str, str] | None = None
    ) -> Crawled:
        """One crawl with outlets and a receiver of its own."""
        place = self._folder / name
        place.mkdir()
        pages = str(self._folder / "pages.jsonl")
        outlet = child("presswatch_cli.commands.bench_outlet", pages, log=place / "outlet.log")
        async with outlet as process, receiver() as hook:
            assert process.stdout is not None
            port = await process.stdout.readline()
            if not port:
                raise PresswatchError("the outlet for the measurement did not start")
            names: Names = {
                **{host_of_page(number): ("127.0.0.1", int(port)) for number in range(self._pages)},
                "receiver.example": ("127.0.0.1", hook.port),
            }
            crawl = Crawl(place, self._pages, self._queries, names, hook, stores)
            crawled = await crawl.run(groups, lambda done: self._progress(self._before + done, self._total))
        self._before += self._pages
        return crawled


def _beside(figures: dict[str, Any], embedded: Crawled) -> dict[str, Any]:
    """With the rate as a multiple of that of the same services on the embedded stores."""
    rate = embedded.searchable / embedded.seconds
    return {**figures, "rate_to_embedded": round(figures["articles_per_second"] / rate, 2)}


def _one_process(crawled: Crawled, pages: int) -> dict[str, Any]:
    usage = crawled.usage["run"]
    workers = usage.children_peak_bytes
    return {
        **_flow(crawled, pages),
        "cpu_seconds_per_1000_pages": round(usage.cpu_seconds / pages * 1000, 1),
        "articles_per_cpu_second": round(crawled.searchable / usage.cpu_seconds, 2),
        "peak_memory_mb": {
            "main": _megabytes(usage.peak_bytes),
            "workers": [_megabytes(peak) for peak in workers],
            "sum": _megabytes(usage.peak_bytes + sum(workers)),
        },
    }


def _services(crawled: Crawled, pages: int) -> dict[str, Any]:
    total = sum(usage.cpu_seconds for usage in crawled.usage.values()) or 1.0
    return {
        **_flow(crawled, pages),
        "services": {
            name: {
                "cpu_seconds_per_1000_pages": round(usage.cpu_seconds / pages * 1000, 1),
                "cpu_share": round(usage.cpu_seconds / total, 3),
                "peak_memory_mb": _megabytes(usage.peak_bytes + sum(usage.children_peak_bytes)),
            }
            for name, usage in crawled.usage.items()
        },
    }


def _flow(crawled: Crawled, pages: int) -> dict[str, Any]:
    return {
        "seconds": round(crawled.seconds, 2),
        "pages_per_second": round(pages / crawled.seconds, 2),
        "articles_per_second": round(crawled.searchable / crawled.seconds, 2),
        "articles": crawled.searchable,
        "not_articles": dict(crawled.not_articles),
        "alerts": crawled.alerts,
        "all_at_once": {
            "fetch_to_searchable_seconds": _percentiles(crawled.fetch_to_searchable),
            "fetch_to_webhook_seconds": _percentiles(crawled.fetch_to_webhook),
            "publication_to_webhook_seconds": _percentiles(crawled.publication_to_webhook),
        },
        "one_at_a_time": {
            "fetch_to_searchable_seconds": _percentiles(crawled.quiet_fetch_to_searchable),
            "fetch_to_webhook_seconds": _percentiles(crawled.quiet_fetch_to_webhook),
        },
    }


def _percentiles(seconds: Sequence[float]) -> dict[str, float | None]:
    ordered = sorted(seconds)
    picks = {"p50": 0.5, "p95": 0.95}
    return {
        name: round(ordered[round(share * (len(ordered) - 1))], 3) if ordered else None for name, share in picks.items()
    }


def _megabytes(count: int) -> int:
    return round(count / MEGABYTE)


def render_text(result: Mapping[str, Any]) -> str:
    """A screen for a terminal."""
    one, apart = result["one_process"], result["process_a_service"]
    kilobytes = result["page_bytes_mean"] / 1000
    lines = [
        f"{result['pages']} pages of {kilobytes:.0f} kB, {result['watches']} watches, {result['cores']} cores",
        f"one process: {one['articles_per_second']} articles a second",
        f"  {one['articles']} articles in {one['seconds']} s, {one['alerts']} alerts",
        f"  {one['articles_per_cpu_second']} articles a CPU second",
        f"  peak memory {one['peak_memory_mb']['main']} MB, workers {one['peak_memory_mb']['workers']} MB",
        *(_latency(title, one[key]) for key, title in (("all_at_once", "all at once"), ("one_at_a_time", "alone"))),
        f"a process a service: {apart['articles_per_second']} articles a second; CPU seconds per 1,000 pages:",
        *_costs(apart),
    ]
    for host, figures in result["on_servers"].items():
        rate, ratio = figures["articles_per_second"], figures["rate_to_embedded"]
        lines.append(f"on servers, Kafka by {host}: {rate} articles a second, {ratio} times the embedded rate")
        lines.append(_latency("all at once", figures["all_at_once"]))
        lines.append(_latency("alone", figures["one_at_a_time"]))
        lines += _costs(figures)
    return "\n".join(lines)


def _costs(figures: Mapping[str, Any]) -> list[str]:
    """A line a process."""
    return [
        f"  {name:13} {use['cpu_seconds_per_1000_pages']:8.1f}  {use['cpu_share']:6.1%}  {use['peak_memory_mb']:5} MB"
        for name, use in figures["services"].items()
    ]


def _latency(title: str, figures: Mapping[str, Mapping[str, float | None]]) -> str:
    searchable, webhook = figures["fetch_to_searchable_seconds"], figures["fetch_to_webhook_seconds"]
    return (
        f"  {title}: fetch → searchable p50 {searchable['p50']} s, p95 {searchable['p95']} s; "
        f"fetch → webhook p50 {webhook['p50']} s, p95 {webhook['p95']} s"
    )
