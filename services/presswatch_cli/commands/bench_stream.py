"""`presswatch bench stream`: what the flow of events bears on this machine, on disk and beside it in memory."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from presswatch_cli.commands.bench_article import numbered_article
from presswatch_cli.progress import Progress
from presswatch_shared.clock import SystemClock
from presswatch_shared.events import ArticleEnriched, Event
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.encoding import encode_out
from presswatch_shared.stream.engine import EngineSettings
from presswatch_shared.stream.memory_log import MemoryLog
from presswatch_shared.stream.port import Out, RawOut, Record, Stream
from presswatch_shared.stream.sqlite_log import open_sqlite_log
from presswatch_shared.stream.stage_service import stage_service
from presswatch_shared.topics import Topic

__all__ = ["BenchOptions", "bench_stream", "render_text"]

BENCH_IN = Topic[Event]("bench.in", ArticleEnriched)
BENCH_OUT = Topic[Event]("bench.out", ArticleEnriched)
EVENT_BYTES = 4_800
APPEND_BATCH = 500
STAGE_BATCH = 200
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    events: int = 10_000
    """Appended in batches, then handled by a stage."""
    singles: int = 300
    """Appended one a commit, and sent through a stage one at a time."""
    seed: int = 1
    export: Path | None = None
    """Folder for the events used, one a line."""


class CopyStage:
    """Decodes each event and writes it again: what any stage costs before it does its own work."""

    name = "bench"
    inputs: Sequence[Topic[Event]] = (BENCH_IN,)

    async def handle(self, batch: Sequence[Record]) -> Sequence[Out]:
        return [Out(BENCH_OUT, record.event, at=record.envelope.at) for record in batch]


async def bench_stream(
    options: BenchOptions,
    progress: Progress = lambda done, total: None,
    others: Mapping[str, Callable[[Path], Stream]] | None = None,
) -> dict[str, Any]:
    """Rates a second, milliseconds and CPU of the SQLite log, of its twin in memory and of others, on the same events.

    `others` are opened with a folder of their own.
    """
    chance = random.Random(options.seed)
    outs = [event_of(number, chance) for number in range(options.events)]
    if options.export:
        export(options.export, outs)
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="presswatch-bench-") as folder:
        hosts: dict[str, Callable[[Path], Stream]] = {
            "sqlite": lambda place: open_sqlite_log(place / "stream.db", clock=SystemClock()),
            "memory": lambda _: MemoryLog(clock=SystemClock()),
            **(others or {}),
        }
        for number, (name, opened) in enumerate(hosts.items(), 1):
            place = Path(folder) / name
            place.mkdir()
            stream = opened(place)
            try:
                results[name] = await _measure(stream, place, outs, options.singles)
            finally:
                await stream.close()
            progress(number * options.events, len(hosts) * options.events)
    for name in others or {}:
        results[name]["of_sqlite"] = _ratios(results[name], results["sqlite"])
    sizes = [len(out.value) for out in outs]
    return {"events": options.events, "event_bytes": round(sum(sizes) / len(sizes)), "seed": options.seed, **results}


def event_of(number: int, chance: random.Random) -> RawOut:
    """An article of invented words, about as large as articles are."""
    words = [f"{chance.getrandbits(20):x}" for _ in range(680)]
    article = numbered_article(number, title=" ".join(words[:9]), body=" ".join(words), at=number)
    return encode_out(Out(BENCH_IN, article, at=number))


def export(folder: Path, outs: Sequence[RawOut]) -> None:
    """The events as they stand in the log, for others to be measured on."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "events.jsonl").write_bytes(b"".join(out.value + b"\n" for out in outs))


async def _measure(stream: Stream, folder: Path, outs: Sequence[RawOut], singles: int) -> dict[str, Any]:
    return {
        "append": await _append(stream, outs),
        "append_one": await _append_one(stream, outs[:singles]),
        "stage": await _run_stage(stream, folder, len(outs) + singles),
        "through_a_stage": await _run_singles(stream, folder, outs[:singles]),
    }


async def _append(stream: Stream, outs: Sequence[RawOut]) -> dict[str, float]:
    """Batches, each durable before the next."""
    with _Meter() as meter:
        for first in range(0, len(outs), APPEND_BATCH):
            await stream.publish(outs[first : first + APPEND_BATCH])
    return meter.rates(len(outs))


async def _append_one(stream: Stream, outs: Sequence[RawOut]) -> dict[str, float]:
    """One event a commit: the wait of whoever publishes a single page."""
    waits = []
    for out in outs:
        began = time.perf_counter()
        await stream.publish([out])
        waits.append(time.perf_counter() - began)
    return _percentiles(waits)


async def _run_stage(stream: Stream, folder: Path, count: int) -> dict[str, float]:
    """Poll, decode, encode, commit, from the first batch that is copied until all are: without what a start costs."""
    rates: dict[str, float] = {}

    async def watch() -> None:
        first = await _copied(stream, 1)
        with _Meter() as meter:
            await _copied(stream, count)
        rates.update(meter.rates(max(count - first, 1)))

    await _copy_until(stream, folder, watch)
    return rates


async def _copied(stream: Stream, least: int) -> int:
    """How many events were copied, once these are at least so many."""
    while True:
        count = sum((await stream.end_offsets(BENCH_OUT.name)).values())
        if count >= least:
            return count
        await asyncio.sleep(LOOK_SECONDS)


async def _run_singles(stream: Stream, folder: Path, outs: Sequence[RawOut]) -> dict[str, float]:
    """From the call that publishes an event to the poll that gives what a stage made of it."""
    waits: list[float] = []

    async def send_all() -> None:
        reader = await stream.consumer("bench-reader", [BENCH_OUT.name])
        while batch := await reader.poll(10_000, 0.5):
            await reader.commit(batch, [])
        for out in outs:
            began = time.perf_counter()
            await stream.publish([out])
            batch = await reader.poll(10, 30.0)
            waits.append(time.perf_counter() - began)
            await reader.commit(batch, [])
        await reader.close()

    await _copy_until(stream, folder, send_all)
    return _percentiles(waits)


async def _copy_until(stream: Stream, folder: Path, work: Callable[[], Awaitable[object]]) -> None:
    """Run the copying stage beside `work`."""
    stop = asyncio.Event()
    settings = EngineSettings(batch=STAGE_BATCH)
    service = stage_service(
        CopyStage(), stream, folder=folder, clock=SystemClock(), metrics=Metrics(), settings=settings
    )
    running = asyncio.create_task(service.run(stop))
    try:
        await work()
    finally:
        stop.set()
        await running


class _Meter:
    """Wall and CPU time of a block, all threads of this process."""

    def __enter__(self) -> _Meter:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self._wall, self._cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu

    def rates(self, count: int) -> dict[str, float]:
        return {
            "events_a_second": round(count / self._wall, 1),
            "cpu_us_an_event": round(self._cpu / count * 1e6, 1),
            "cpu_share": round(self._cpu / self._wall, 3),
        }


def _ratios(host: dict[str, Any], sqlite: dict[str, Any]) -> dict[str, float]:
    """How many times as much as the embedded host, in the same run."""
    return {
        f"{part}_{figure}": round(host[part][figure] / sqlite[part][figure], 3)
        for part in ("append", "stage")
        for figure in ("events_a_second", "cpu_us_an_event")
    }


def _percentiles(waits: Sequence[float]) -> dict[str, float]:
    ordered = sorted(waits)
    picks = {"p50_ms": 0.5, "p99_ms": 0.99}
    return {name: round(ordered[int(share * (len(ordered) - 1))] * 1000, 3) for name, share in picks.items()}


def render_text(result: dict[str, Any], console: Console) -> None:
    """A row a measurement, a column a host."""
    hosts = [name for name, part in result.items() if isinstance(part, dict)]
    table = Table("", *hosts, box=None, header_style="bold", pad_edge=False)
    rows = {
        "append, events/s": ("append", "events_a_second"),
        "append, CPU µs an event": ("append", "cpu_us_an_event"),
        "append one, p50 ms": ("append_one", "p50_ms"),
        "append one, p99 ms": ("append_one", "p99_ms"),
        "poll → decode → encode → commit, events/s": ("stage", "events_a_second"),
        "the same, CPU µs an event": ("stage", "cpu_us_an_event"),
        "one event through a stage, p50 ms": ("through_a_stage", "p50_ms"),
        "one event through a stage, p99 ms": ("through_a_stage", "p99_ms"),
    }
    for label, (part, figure) in rows.items():
        table.add_row(label, *(f"{result[host][part][figure]:,.1f}" for host in hosts))
    console.print(f"{result['events']:,} events of {result['event_bytes']:,} bytes")
    console.print(table)
