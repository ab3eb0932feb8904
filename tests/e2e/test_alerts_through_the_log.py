"""Articles through the real log, alerting and delivery to a real receiver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from standardwebhooks import Webhook

from presswatch_alerting.service import AlertingStage
from presswatch_delivery.service import delivery
from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.clock import SystemClock
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.http.guarded_client import GuardedClient
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import alerts, channels, inbox, watches
from presswatch_shared.store.channels import WEBHOOK
from presswatch_shared.store.database import Store
from presswatch_shared.store.inbox import InboxFilter
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.stream.port import Out, Stream
from presswatch_shared.stream.publisher import Publisher
from presswatch_shared.stream.sqlite_log import open_sqlite_log
from presswatch_shared.stream.stage_service import stage_service
from presswatch_shared.topics import ARTICLES_ENRICHED
from tests.fixtures.articles import article_enriched
from tests.fixtures.deliveries import SECRET
from tests.fixtures.receiver import Receiver, receiver
from tests.fixtures.waiting import until

CLOCK = SystemClock()


@asynccontextmanager
async def running(store: Store, stream: Stream, hooks: Receiver, folder: Path) -> AsyncIterator[None]:
    """Alerting and delivery, as one process runs them."""
    metrics = Metrics()
    client = GuardedClient(metrics=metrics, user_agent="test", allow_networks=["127.0.0.0/8"], allow_ports=[hooks.port])
    alerting = AlertingStage(store=store, metrics=metrics, clock=CLOCK)
    parts = delivery(
        store=store, client=client, metrics=metrics, clock=CLOCK, settings=DeliverySettings(stop_within=1.0)
    )
    stages = [
        stage_service(one, stream, folder=folder, clock=CLOCK, metrics=metrics) for one in (alerting, parts.stage)
    ]
    stop = asyncio.Event()
    runs = [*(one.run for one in stages), parts.digests.run, parts.deliverer.run]
    tasks = [asyncio.create_task(run(stop)) for run in runs]
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(15):
            await asyncio.gather(*tasks)
        await client.close()


async def publish(stream: Stream, *articles: ArticleEnriched) -> None:
    outs = [Out(ARTICLES_ENRICHED, article, at=article.fetched_at) for article in articles]
    await Publisher(stream, Metrics()).publish(outs)


def add_watch(store: Store, hooks: Receiver) -> None:
    store.run_now(watches.add_watch, NewWatch(id="wat_1", query="Rostec", owner="ana"), now=0)
    url = hooks.url()
    store.run_now(channels.add_channel, watch_id="wat_1", kind=WEBHOOK, target=url, secret=SECRET, now=0)


async def test_from_articles_to_the_receiver_and_no_alert_again_after_a_restart(store: Store, tmp_path: Path) -> None:
    articles = [article_enriched(f"a{number}", story_id=f"s{number // 2}") for number in range(40)]
    async with receiver() as hooks:
        add_watch(store, hooks)
        for part, expected in ((articles[:20], 10), (articles[20:], 20)):
            stream = open_sqlite_log(tmp_path / "log.db", clock=CLOCK)
            async with running(store, stream, hooks, tmp_path):
                await publish(stream, *part)
                await until(partial(hooks.has, expected))
            await stream.close()
        assert len({request.headers["webhook-id"] for request in hooks.requests}) == 20
        for request in hooks.requests:
            Webhook(SECRET).verify(request.body, dict(request.headers))
    assert (
        store.read_now(alerts.count_alerts)
        == len(store.read_now(inbox.list_inbox, only=InboxFilter(owners=["ana"]), limit=99))
        == 20
    )


async def test_the_whole_log_read_again_makes_no_alert_and_no_delivery(store: Store, tmp_path: Path) -> None:
    articles = [article_enriched(f"a{number}") for number in range(10)]
    async with receiver() as hooks:
        add_watch(store, hooks)
        for name in ("first.db", "second.db"):
            # A log that has never been read, with the same articles: all offsets begin at the beginning.
            stream = open_sqlite_log(tmp_path / name, clock=CLOCK)
            async with running(store, stream, hooks, tmp_path):
                await publish(stream, *articles)
                await until(lambda: len(hooks.requests) == 10)
                await drained(stream)
            await stream.close()
        assert len(hooks.requests) == 10
    assert store.read_now(alerts.count_alerts) == 10


async def drained(stream: Stream) -> None:
    """Until alerting and delivery have read all there is."""
    async with asyncio.timeout(20):
        for group, topic in (("alerting", "articles.enriched"), ("delivery", "alerts.fired")):
            while (await stream.lag(group, [topic]))[topic].records or not await stream.end_offsets(topic):
                await asyncio.sleep(0.02)
