"""The live part of `presswatch bench web`: many listeners in a process of their own, some of which never read."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from presswatch_cli.commands.bench_listeners import LiveOptions, listen
from presswatch_shared.errors import PresswatchError
from presswatch_shared.metrics import Metrics
from presswatch_shared.settings import BindAddress
from presswatch_shared.store import alerts, counters
from presswatch_shared.store.alerts import AlertRow
from presswatch_web.dependencies import WebDependencies
from presswatch_web.service import WebService

__all__ = ["bench_live", "live_lines"]

PAGE_BYTES = 4096


async def bench_live(dependencies: WebDependencies, options: LiveOptions) -> Mapping[str, Any]:
    """Serve, connect, fire, and compare what everybody heard."""
    bind = BindAddress(host="127.0.0.1", port=0)
    stop, started = asyncio.Event(), asyncio.get_running_loop().create_future()
    settings = replace(dependencies.settings, bind=bind)
    service = WebService(replace(dependencies, settings=settings), started=started.set_result)
    serving = asyncio.create_task(service.run(stop))
    try:
        address = await started
        return await _measured(dependencies, address.port, options)
    finally:
        stop.set()
        with suppress(asyncio.CancelledError):
            await serving


async def _measured(dependencies: WebDependencies, port: int, options: LiveOptions) -> Mapping[str, Any]:
    before = _resident()
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        after = await dependencies.store.read(counters.current, alerts.CHANGES)
        hearing = loop.run_in_executor(pool, listen, port, options, after)
        total = options.listeners + options.deaf
        await _until_connected(dependencies.metrics, total)
        connected, cpu = _resident(), time.process_time()
        for _ in range(options.alerts):
            await dependencies.store.run(alerts.insert_alerts, [_alert(dependencies.clock.now())])
            await asyncio.sleep(options.pause)
        heard = await hearing
        cpu = time.process_time() - cpu
    delays = sorted(heard.seconds)
    return {
        "listeners": options.listeners,
        "never_reading": options.deaf,
        "alerts": options.alerts,
        "heard_all": sum(count == options.alerts for count in heard.counts),
        "missed": options.listeners * options.alerts - sum(heard.counts),
        "p50_ms": round(1000 * delays[len(delays) // 2], 1) if delays else None,
        "p95_ms": round(1000 * delays[int(len(delays) * 0.95)], 1) if delays else None,
        "kb_a_listener": round((connected - before) / total / 1000, 1),
        "kb_a_listener_afterwards": round((_resident() - before) / total / 1000, 1),
        "cpu_us_an_event": round(1e6 * cpu / max(1, sum(heard.counts)), 1),
    }


async def _until_connected(metrics: Metrics, count: int) -> None:
    for _ in range(60 * 50):
        if metrics.registry.get_sample_value("presswatch_sse_listeners") == count:
            return
        await asyncio.sleep(0.02)
    raise PresswatchError(f"{count} listeners are not connected within a minute")


def _alert(now: int) -> AlertRow:
    # Named after its moment: a store that was kept has the alerts of the runs before.
    return AlertRow(
        alert_id=f"bench{now}",
        kind="fired",
        watch_id="wat_bench",
        watch_version=1,
        watch_name="Bench",
        query="Bench",
        story_id=f"bench{now}",
        article_id=f"bench{now}",
        article_version=1,
        extractor="1",
        url="https://outlet0.example/0",
        title="A made-up article of the bench, with a title as long as titles are",
        source="outlet0.example",
        lang="en",
        published_at=now,
        snippet="The words around the match, as many as an alert shows of an article. " * 4,
        snippet_spans=((4, 9),),
        matches=(),
        found={},
        outlets=1,
        fired_at=now,
        fetched_at=now,
    )


def _resident() -> int:
    """Bytes of memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES


def live_lines(live: Mapping[str, Any]) -> list[str]:
    told = (
        f"live: {live['heard_all']} of {live['listeners']} listeners heard all {live['alerts']} alerts "
        f"({live['missed']} missed), beside {live['never_reading']} that never read: p50 {live['p50_ms']} ms, "
        f"p95 {live['p95_ms']} ms; {live['kb_a_listener']} kB a listener, {live['cpu_us_an_event']} µs CPU an event"
    )
    return [told]
