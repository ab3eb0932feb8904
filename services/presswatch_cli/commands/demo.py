"""`presswatch demo`: sample outlets in a process of their own, crawled by the whole product, offline."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from rich.console import Console

from presswatch_cli.commands.run import serve_parts
from presswatch_cli.composition import Parts
from presswatch_cli.data_folder import hold, prepare
from presswatch_cli.demo.printing import print_alert
from presswatch_cli.demo.scenario import demo_sources, demo_watches, resolver_map
from presswatch_cli.roles import ROLES
from presswatch_shared.errors import PresswatchError
from presswatch_shared.settings import BindAddress, Settings
from presswatch_shared.store import alerts, sources, watches
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.watches import NewWatch

__all__ = ["run_demo"]

LOOK_SECONDS = 0.2


def run_demo(settings: Settings, *, data: Path | None, exit_after_alerts: int | None) -> None:
    """Run until SIGINT or SIGTERM, or until so many alerts were printed."""
    console = Console()
    with _folder(data) as folder, hold(folder, "run"):
        chosen = settings.model_copy(
            update={
                "data": folder,
                "stream": "sqlite",
                "store": "sqlite",
                "index": "embedded",
                "crawler_min_interval": 1.0,
                "crawler_host_delay": 0.0,
            }
        )
        asyncio.run(_play(chosen, console, exit_after_alerts))


async def _play(settings: Settings, console: Console, exit_after_alerts: int | None) -> None:
    async with _outlets() as port:
        parts = Parts(settings, names=resolver_map(port))
        await parts.store.run(_fill, now=parts.clock.now())
        stop = asyncio.Event()
        printer = AlertPrinter(parts.store, console, exit_after_alerts, stop)

        def started(address: BindAddress) -> None:
            console.print(f"Presswatch is at [bold]http://{address}/[/bold] — alerts follow, Ctrl-C stops the demo")
            console.print(f"its data: PRESSWATCH_DATA={settings.data}\n", style="dim", soft_wrap=True)

        await serve_parts(parts, tuple(ROLES), stop, started, others=[printer])
        console.print(f"{printer.printed} alerts. To watch real news: presswatch source add URL; presswatch run")


class AlertPrinter:
    """A service: prints each alert as it is recorded."""

    name = "printer"

    def __init__(self, store: Store, console: Console, limit: int | None, stop: asyncio.Event) -> None:
        self._store = store
        self._console = console
        self._limit = limit
        self._stop = stop
        self._seq = 0
        self.printed = 0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            for row in await self._store.read(alerts.alerts_since, self._seq):
                print_alert(self._console, row)
                self._seq = row.seq
                self.printed += 1
            if self._limit is not None and self.printed >= self._limit:
                self._stop.set()
                return
            await _rest(stop)


async def _rest(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
    except TimeoutError:
        return


def _fill(tx: Tx, *, now: int) -> None:
    for source in demo_sources():
        sources.add_source(
            tx, url=source.url, name=source.name, country=source.country, collection=source.collection, now=now
        )
    there = {watch.query for watch in watches.list_watches(tx)}
    new = [NewWatch(name=watch.name, query=watch.query) for watch in demo_watches() if watch.query not in there]
    watches.add_watches(tx, new, now=now)


@asynccontextmanager
async def _outlets() -> AsyncIterator[int]:
    """The sample outlets in a process that ends with the block, or with us: it reads a pipe that we hold."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "presswatch_cli.demo.outlet",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        line = await process.stdout.readline()
        if not line:
            raise PresswatchError("the sample outlets did not start")
        yield int(json.loads(line)["port"])
    finally:
        process.stdin.close()
        await process.wait()


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        yield prepare(data)
        return
    with tempfile.TemporaryDirectory(prefix="presswatch-demo-") as made:
        yield Path(made)
