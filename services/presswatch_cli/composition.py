"""The composition root: the only place where adapters are chosen and parts are joined."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from presswatch_cli.data_folder import prepare
from presswatch_cli.silent_sources import SilentSources
from presswatch_shared.clock import Clock, SystemClock
from presswatch_shared.errors import BadInput
from presswatch_shared.http.guarded_client import GuardedClient
from presswatch_shared.http.resolving import ResolverMap
from presswatch_shared.index.alerts import AlertIndex
from presswatch_shared.index.open_index import open_alert_index, open_index, open_outcome_index
from presswatch_shared.index.outcomes import OutcomeIndex
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.killable import KillablePool
from presswatch_shared.metrics import Metrics
from presswatch_shared.settings import Settings
from presswatch_shared.store.database import Store, open_store
from presswatch_shared.store.migrate import migrate
from presswatch_shared.stream.kafka.address import parse_address
from presswatch_shared.stream.kafka.topic_rules import TopicRules
from presswatch_shared.stream.publisher import Publisher
from presswatch_shared.stream.sqlite_log import SqliteLog, open_sqlite_log

if TYPE_CHECKING:
    from presswatch_enrichment.settings import EnrichmentSettings
    from presswatch_shared.stream.kafka.kafka_log import KafkaLog

EXTRACTION = "presswatch_enrichment.worker:work"
# Hostile feeds are rare, and a slow one must not hold up the next.
PARSERS = 2
PARSER_SECONDS = 10.0
PARSER_BYTES = 1024 * 1024 * 1024

__all__ = ["Parts", "enrichment_settings", "extraction_workers", "open_current_store", "open_kafka", "open_stream"]


def open_current_store(settings: Settings) -> Store:
    """The store, brought to this version's shape."""
    folder = prepare(settings.data) if settings.store == "sqlite" else None
    store = open_store(
        settings.store,
        folder,
        password=settings.store_password.get_secret_value(),
        connections=settings.store_connections,
    )
    migrate(store)
    return store


def open_stream(settings: Settings, clock: Clock) -> SqliteLog | KafkaLog:
    """The flow of events that the settings name."""
    if settings.stream != "sqlite":
        return open_kafka(settings, clock)
    return open_sqlite_log(prepare(settings.data) / "stream.db", clock=clock)


def open_kafka(settings: Settings, clock: Clock, *, passing: bool = False) -> KafkaLog:
    """The stream on the Kafka cluster of the settings; nothing is connected yet.

    `passing`: its topics are removed when it is closed.

    Raises:
        BadInput: the settings name no Kafka, or its clients are not installed.
    """
    if settings.stream == "sqlite":
        raise BadInput("PRESSWATCH_STREAM is sqlite: set it to kafka://host:port")
    try:
        from presswatch_shared.stream.kafka.kafka_log import KafkaLog
        from presswatch_shared.stream.kafka.settings import KafkaSettings
    except ModuleNotFoundError as error:
        raise BadInput(f"{error.name} is not installed: pip install 'presswatch[kafka]'") from error
    chosen = KafkaSettings(
        address=parse_address(settings.stream).with_password(settings.stream_password.get_secret_value()),
        host=settings.stream_host,
        prefix=settings.stream_prefix,
        member=settings.stream_member,
        folder=settings.data / "stages",
        rules=TopicRules(
            partitions=settings.stream_partitions,
            replicas=settings.stream_replicas,
            pages=settings.retention_pages,
            alerts=settings.retention_alerts,
        ),
    )
    return KafkaLog(chosen, clock=clock, passing=passing)


def enrichment_settings(settings: Settings) -> EnrichmentSettings:
    """As many worker processes as there are cores, unless told otherwise."""
    from presswatch_enrichment.settings import EnrichmentSettings

    return EnrichmentSettings(
        workers=settings.enrichment_workers or os.cpu_count() or 1,
        deadline_seconds=settings.enrichment_deadline,
        memory_bytes=settings.enrichment_memory_mib * 1024 * 1024,
    )


@asynccontextmanager
async def extraction_workers(settings: Settings, workers: int) -> AsyncIterator[KillablePool]:
    """Worker processes that turn pages into articles, ended with the block."""
    chosen = enrichment_settings(settings)
    pool = KillablePool(
        EXTRACTION, workers=workers, deadline_seconds=chosen.deadline_seconds, memory_bytes=chosen.memory_bytes
    )
    try:
        yield pool
    finally:
        await pool.close()


@dataclass
class Parts:
    """What services are made of; each part is opened when the first service asks for it, and closed with all others."""

    settings: Settings
    names: ResolverMap = field(default_factory=dict)
    """Hosts without DNS, and where they answer: only the demo has any."""
    clock: Clock = field(default_factory=SystemClock)
    metrics: Metrics = field(default_factory=Metrics)
    checks: dict[str, Callable[[], Awaitable[str]]] = field(default_factory=dict)
    _index: ArticleIndex | None = None
    _closers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    @cached_property
    def store(self) -> Store:
        opened = open_current_store(self.settings)
        self._closers.append(lambda: asyncio.to_thread(opened.close))
        return opened

    @cached_property
    def stream(self) -> SqliteLog | KafkaLog:
        opened = open_stream(self.settings, self.clock)
        self._closers.append(opened.close)
        return opened

    @cached_property
    def silent_sources(self) -> SilentSources:
        """For the clock that the process goes by: asked for once that is known."""
        return SilentSources(self.store, self.clock)

    @cached_property
    def publisher(self) -> Publisher:
        return Publisher(self.stream, self.metrics)

    def index(self, *, write: bool) -> ArticleIndex:
        """The index; one process at a time may write to the embedded one."""
        if self._index is None:
            self._index = open_index(self.settings, prepare(self.settings.data), write=write, metrics=self.metrics)
            self._closers.append(self._index.close)
        return self._index

    def alert_index(self) -> AlertIndex | None:
        """Where alerts are shown in Kibana; None with the embedded index, which nobody looks into."""
        opened = open_alert_index(self.settings, metrics=self.metrics)
        if opened is not None:
            self._closers.append(opened.close)
        return opened

    def outcome_index(self) -> OutcomeIndex | None:
        """Where outcomes of pages are shown in Kibana; None with the embedded index."""
        opened = open_outcome_index(self.settings, metrics=self.metrics)
        if opened is not None:
            self._closers.append(opened.close)
        return opened

    def client(self) -> GuardedClient:
        """A way out of its own, so that receivers which hang hold no connection that crawling needs."""
        from presswatch_crawler.settings import user_agent

        opened = GuardedClient(
            metrics=self.metrics,
            user_agent=user_agent(importlib.metadata.version("presswatch"), self.settings.crawler_contact),
            allow_networks=self.settings.allow_networks,
            allow_ports=self.settings.allow_ports,
            names=self.names,
            connections=max(256, self.settings.crawler_concurrency),
        )
        self._closers.append(opened.close)
        return opened

    def workers(self) -> KillablePool:
        """The extraction processes."""
        chosen = enrichment_settings(self.settings)
        return self._pool(EXTRACTION, chosen.workers, chosen.deadline_seconds, chosen.memory_bytes)

    def parsers(self, target: str) -> KillablePool:
        """Processes for feeds and sitemaps that the strict parser in our own process is not trusted with."""
        return self._pool(target, PARSERS, PARSER_SECONDS, PARSER_BYTES)

    def _pool(self, target: str, workers: int, seconds: float, memory: int) -> KillablePool:
        pool = KillablePool(target, workers=workers, deadline_seconds=seconds, memory_bytes=memory)
        self._closers.append(pool.close)
        return pool

    async def close(self) -> None:
        """Close what was opened, the last first."""
        while self._closers:
            await self._closers.pop()()
