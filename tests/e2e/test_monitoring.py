"""A real Prometheus and Alertmanager with the shipped rules, their durations divided, over the running product: five
things are broken one after another, and each time the right alert comes to a webhook, and is taken back.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from presswatch_shared.clock import DAY, SystemClock
from presswatch_shared.metrics import Metrics
from presswatch_shared.stream.port import RawOut
from presswatch_shared.stream.sqlite_log import open_sqlite_log
from presswatch_shared.topics import PAGES_FETCHED
from tests.fixtures.newsroom import Feed, Newsroom, news_page, newsroom
from tests.fixtures.product import Running
from tests.fixtures.quick_rules import divided
from tests.fixtures.receiver import Answer
from tests.servers.monitoring import Alertmanager, Prometheus, program
from tests.servers.ports import free_ports
from tests.servers.search_node import SearchNode

pytestmark = [pytest.mark.servers, pytest.mark.timeout(560)]

DEPLOY = Path(__file__).parents[2] / "deploy"
QUICKER = 60
WITHIN = 90.0
HOOK = "/told"
NEWS_EVERY = 4.0
TWO_DAYS = 2 * DAY
ON_LOOPBACK = "127.0.0.1:8080", "127.0.0.1:9090", "127.0.0.1:9093"


@dataclass
class Operators:
    """What Alertmanager told its receivers."""

    room: Newsroom

    def first(self, alert: str, status: str, after: float = 0.0) -> float:
        """When they were first told so; 0 if they were not."""
        for request in self.room.hook.of(HOOK):
            told = [one for one in json.loads(request.body)["alerts"] if one["status"] == status]
            if request.at > after and any(one["labels"]["alertname"] == alert for one in told):
                return request.at
        return 0.0

    def all_told(self) -> set[tuple[str, str]]:
        """Each alert with its stage, where it has one."""
        bodies = [json.loads(request.body) for request in self.room.hook.of(HOOK)]
        return {
            (one["labels"]["alertname"], one["labels"].get("stage", "")) for body in bodies for one in body["alerts"]
        }

    async def breakage(
        self, what: str, alert: str, damage: Callable[[], Awaitable[object]], mend: Callable[[], Awaitable[object]]
    ) -> None:
        """Break, wait for the alert, mend, wait for its end."""
        assert not self.first(alert, "firing"), f"{alert} fired before anything was broken"
        began = time.monotonic()
        await damage()
        await self.room.until(lambda: self.first(alert, "firing"), within=WITHIN)
        mended = time.monotonic()
        await mend()
        took = time.monotonic() - mended
        await self.room.until(lambda: self.first(alert, "resolved", mended), within=WITHIN)
        fired, resolved = self.first(alert, "firing") - began, self.first(alert, "resolved", mended) - mended
        print(f"| {what} | {alert} | {fired:.1f} | {resolved:.1f} | {took:.1f} |", flush=True)


@asynccontextmanager
async def news(feeds: Collection[Feed]) -> AsyncIterator[None]:
    """An article a feed every few seconds, as long as the block runs: silence would be an alert of its own."""

    async def publish() -> None:
        for number in count():
            for feed in list(feeds):
                feed.add(f"/steady/{number}", news_page(f"Report {number} of feed {feed.number}"))
            await asyncio.sleep(NEWS_EVERY)

    task = asyncio.create_task(publish())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def configs(room: Newsroom, port: int, prometheus: Prometheus, alertmanager: Alertmanager) -> tuple[str, str]:
    """The shipped ones, with the addresses of this test and its webhook as the only receiver."""
    product, own, manager = ON_LOOPBACK
    config = divided((DEPLOY / "prometheus" / "one-process.yml").read_text(), QUICKER)
    config = config.replace(product, f"127.0.0.1:{port}").replace(own, prometheus.address)
    config = config.replace(manager, alertmanager.address)
    routes = divided((DEPLOY / "alertmanager" / "alertmanager.yml").read_text(), QUICKER)
    hook = f"    webhook_configs: [{{ url: {room.hook.url(HOOK)}, send_resolved: true }}]\n"
    for name in ("operators", "on-call"):
        assert f"  - name: {name}\n" in routes
        routes = routes.replace(f"  - name: {name}\n", f"  - name: {name}\n{hook}")
    return config, routes


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[Prometheus, Alertmanager]]:
    with Alertmanager(tmp_path / "alertmanager") as alertmanager, Prometheus(tmp_path / "prometheus") as prometheus:
        yield prometheus, alertmanager


async def poison(room: Newsroom) -> None:
    """Somebody else writes to a topic of ours."""
    log = open_sqlite_log(room.product.data / "stream.db", clock=SystemClock())
    try:
        await log.publish([RawOut(PAGES_FETCHED.name, "x", b"\x00 no event of ours")])
    finally:
        await log.close()


async def last_news_two_days_ago(room: Newsroom, feed: Feed) -> None:
    """As if this source had brought nothing for two days."""
    with closing(sqlite3.connect(room.product.data / "store.db", timeout=30)) as store, store:
        store.execute("UPDATE sources SET last_new_at = last_new_at - ? WHERE url = ?", (TWO_DAYS, feed.url))


async def test_five_breakages_are_told_by_the_right_alert_and_taken_back(
    tmp_path: Path, servers: tuple[Prometheus, Alertmanager], own_elasticsearch: SearchNode
) -> None:
    prometheus, alertmanager = servers
    (port,) = free_ports(1)
    settings = {"index": own_elasticsearch.address.url, "bind": f"127.0.0.1:{port}", "index_refresh": "0s"}
    async with newsroom(tmp_path, **settings) as room:
        await room.product.call("admin", "index")
        running = await room.product.start()
        room.address = running.address
        feeds = [await room.add_feed(), await room.add_feed()]
        await room.watch("Quixmoor", "/good")
        config, routes = configs(room, port, prometheus, alertmanager)
        await asyncio.to_thread(alertmanager.start, routes)
        rules = {path.name: divided(path.read_text(), QUICKER) for path in (DEPLOY / "prometheus/rules").glob("*.yml")}
        await asyncio.to_thread(prometheus.start, config, rules)
        operators = Operators(room)
        print("\n| broken | alert | seconds until told | seconds until taken back | of these, mending |")
        try:
            async with news(feeds):
                await everything_is_scraped(room, prometheus)
                running = await break_five_things(operators, feeds, own_elasticsearch, running)
        finally:
            await running.stop()


async def break_five_things(
    operators: Operators, feeds: list[Feed], elasticsearch: SearchNode, running: Running
) -> Running:
    """Gives the product as it runs afterwards."""
    room = operators.room
    processes, silenced = [running], list[Feed]()

    async def restart() -> None:
        processes.append(await room.product.start())

    async def kill() -> None:
        processes[-1].kill()
        await processes[-1].process.wait()

    async def failing_receivers() -> None:
        paths = [f"/failing/{number}" for number in range(3)]
        room.hook.answers |= {path: Answer(status=500) for path in paths}
        await room.watch("Yexham", *paths)
        feeds[0].add("/yexham", news_page("Yexham is told of in vain"))

    async def receivers_work() -> None:
        room.hook.answers.clear()

    async def nothing() -> None:
        """It ends by itself, once no more messages are set aside."""

    async def fall_silent() -> None:
        silenced.append(feeds.pop())
        # What it has listed is news as soon as it is found.
        last = urlsplit(silenced[0].items[-1].url).path
        await room.until(lambda: last in room.place.paths(), within=WITHIN)
        await last_news_two_days_ago(room, silenced[0])

    async def news_again() -> None:
        feeds.extend(silenced)

    await operators.breakage(
        "the index is stopped",
        "DependencyDown",
        lambda: asyncio.to_thread(elasticsearch.kill),
        lambda: asyncio.to_thread(elasticsearch.start),
    )
    await operators.breakage("a topic is poisoned", "DeadLettersGrowing", lambda: poison(room), nothing)
    await operators.breakage("receivers answer 500", "NotificationsFailing", failing_receivers, receivers_work)
    await operators.breakage("a source is silent", "SourcesSilent", fall_silent, news_again)
    await operators.breakage("the process is killed", "TargetDown", kill, restart)
    # Where the index was away for long, indexing waits for its next try, and heartbeats with it.
    assert operators.all_told() - {("PipelineStalled", "indexing")} == {
        ("DependencyDown", ""),
        ("DeadLettersGrowing", "enrichment"),
        ("NotificationsFailing", ""),
        ("SourcesSilent", ""),
        ("TargetDown", ""),
    }
    return processes[-1]


async def everything_is_scraped(room: Newsroom, prometheus: Prometheus) -> None:
    """Prometheus reads the product with the trace of an article, promtool finds nothing wrong with it, rules work."""

    async def exemplars() -> list[str]:
        found = await asyncio.to_thread(
            prometheus.ask,
            "query_exemplars",
            query="presswatch_article_freshness_seconds_bucket or presswatch_stage_duration_seconds_bucket",
            start=str(time.time() - 600),
            end=str(time.time() + 60),
        )
        return [one["labels"]["trace_id"] for series in found for one in series["exemplars"]]

    await room.until_asked(exemplars, within=60)
    assert all(len(trace) == 32 for trace in await exemplars())
    groups = (await asyncio.to_thread(prometheus.ask, "rules"))["groups"]
    assert {rule["health"] for group in groups for rule in group["rules"]} <= {"ok", "unknown"}
    async with httpx.AsyncClient(trust_env=False) as client:
        scraped = (await client.get(f"{room.address}/metrics")).content
    linted = await asyncio.to_thread(
        subprocess.run, [program("promtool"), "check", "metrics"], input=scraped, capture_output=True, check=False
    )
    assert (linted.returncode, linted.stderr) == (0, b"")
    assert all(f"# TYPE {one.name}".encode() in scraped for one in Metrics().described)
