"""Which services a role of the product is made of. `presswatch run` plays all roles in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from presswatch_cli.composition import Parts, enrichment_settings
from presswatch_cli.ledger_of_dead_letters import note_dead_letter
from presswatch_cli.probing import Probe, index_check, store_check
from presswatch_cli.supervise import Service
from presswatch_shared.events import Event
from presswatch_shared.logs import get_logger
from presswatch_shared.settings import BindAddress
from presswatch_shared.stream.engine import EngineSettings
from presswatch_shared.stream.health import stream_check
from presswatch_shared.stream.port import Stage
from presswatch_shared.stream.stage_service import stage_service
from presswatch_shared.topics import ALERTS_FIRED, ARTICLES_ENRICHED, Topic

__all__ = ["ROLES", "Started", "services_of"]

# A model takes a tenth of a second an article.
MODEL_BATCH = 8

Started = Callable[[BindAddress], None]
"""Told the address of the web page once it listens."""


async def services_of(parts: Parts, roles: Sequence[str], started: Started) -> Sequence[Service]:
    """The services of these roles, not yet running."""
    services: list[Service] = []
    parts.checks["store"] = store_check(parts.store)
    for role in roles:
        services += await ROLES[role](parts, started)
    service = "all" if len(roles) > 1 else roles[0]
    return [*services, Probe(parts.checks, metrics=parts.metrics, service=service, folder=parts.settings.data)]


async def _crawler(parts: Parts, _: Started) -> Sequence[Service]:
    from presswatch_crawler.foreign_bytes import WORKER_TARGET
    from presswatch_crawler.service import CrawlerService
    from presswatch_crawler.settings import CrawlerSettings
    from presswatch_shared.stream.heartbeat import HeartbeatService

    chosen = parts.settings
    parts.checks["stream"] = stream_check(parts.stream)
    crawler = CrawlerService(
        store=parts.store,
        client=parts.client(),
        publisher=parts.publisher,
        pool=parts.parsers(WORKER_TARGET),
        metrics=parts.metrics,
        clock=parts.clock,
        settings=CrawlerSettings(
            min_interval=chosen.crawler_min_interval,
            host_delay=chosen.crawler_host_delay,
            max_item_age=chosen.crawler_max_item_age,
            concurrency=chosen.crawler_concurrency,
            lease=chosen.crawler_lease,
            sole_crawler=parts.store.is_sqlite,
        ),
    )
    return [crawler, HeartbeatService(parts.publisher, clock=parts.clock, metrics=parts.metrics)]


async def _enrichment(parts: Parts, _: Started) -> Sequence[Service]:
    from presswatch_cli.site_memory_file import with_site_memory
    from presswatch_enrichment.service import EnrichmentStage

    chosen = with_site_memory(enrichment_settings(parts.settings), parts.settings.enrichment_site_memory)
    stage = EnrichmentStage(parts.workers(), parts.store, parts.metrics, parts.clock, chosen)
    batch = chosen.workers * chosen.pages_a_worker
    services = [_stage(parts, stage, outputs=[ARTICLES_ENRICHED], settings=EngineSettings(batch=batch))]
    if parts.settings.enrichment_models:
        services.append(await _models(parts))
    return services


async def _models(parts: Parts) -> Service:
    from presswatch_enrichment.models.open_models import open_models
    from presswatch_enrichment.models.service import ModelStage

    models = await asyncio.to_thread(open_models, parts.settings.enrichment_models)
    return _stage(parts, ModelStage(models), outputs=[ARTICLES_ENRICHED], settings=EngineSettings(batch=MODEL_BATCH))


async def _indexing(parts: Parts, _: Started) -> Sequence[Service]:
    from presswatch_cli.page_outcomes import PageOutcomes
    from presswatch_indexing.alerts import AlertIndexingStage
    from presswatch_indexing.rebuild import rebuild, was_lost
    from presswatch_indexing.service import IndexingStage
    from presswatch_indexing.settings import IndexingSettings

    chosen = IndexingSettings()
    index = await asyncio.to_thread(parts.index, write=True)
    parts.checks["index"] = index_check(index)
    # A log with nothing but heartbeats looks like a lost index, and gives an empty one again: then nothing is said.
    if await was_lost(parts.stream, index) and (built := await rebuild(parts.stream, index, chosen)).outcomes:
        get_logger("indexing").warning("the index was gone and was built anew", messages=built.read)
    stage = IndexingStage(index, parts.store, parts.metrics, parts.clock)
    services = [_stage(parts, stage, settings=EngineSettings(batch=chosen.batch))]
    if (alerts := await asyncio.to_thread(parts.alert_index)) is not None:
        services.append(_stage(parts, AlertIndexingStage(alerts)))
    if (outcomes := await asyncio.to_thread(parts.outcome_index)) is not None:
        services.append(PageOutcomes(parts.store, outcomes, parts.clock, parts.silent_sources))
    return services


async def _alerting(parts: Parts, _: Started) -> Sequence[Service]:
    from presswatch_alerting.service import AlertingStage

    stage = AlertingStage(store=parts.store, metrics=parts.metrics, clock=parts.clock)
    # So that the first article need not wait for a large set of watches.
    await stage.refresh()
    return [_stage(parts, stage, outputs=[ALERTS_FIRED])]


async def _delivery(parts: Parts, _: Started) -> Sequence[Service]:
    from presswatch_cli.delivery_parts import delivery_settings
    from presswatch_delivery.service import delivery

    made = delivery(
        store=parts.store,
        client=parts.client(),
        metrics=parts.metrics,
        clock=parts.clock,
        settings=delivery_settings(parts.settings, sole_claimer=parts.store.is_sqlite),
    )
    return [_stage(parts, made.stage), made.digests, made.deliverer]


async def _web(parts: Parts, started: Started) -> Sequence[Service]:
    from presswatch_cli.web_parts import web_dependencies
    from presswatch_web.service import WebService

    return [WebService(await web_dependencies(parts), started=started)]


def _stage(
    parts: Parts, stage: Stage, *, outputs: Sequence[Topic[Event]] = (), settings: EngineSettings | None = None
) -> Service:
    service = stage_service(
        stage,
        parts.stream,
        folder=parts.settings.data / "stages",
        clock=parts.clock,
        metrics=parts.metrics,
        outputs=outputs,
        on_dead_letter=note_dead_letter(parts.store, parts.clock),
        settings=settings,
    )
    parts.checks[stage.name] = service.health.check
    # A stage that only waits for messages does not notice that the stream is away.
    parts.checks["stream"] = stream_check(parts.stream)
    return service


ROLES: Mapping[str, Callable[[Parts, Started], Awaitable[Sequence[Service]]]] = {
    "crawler": _crawler,
    "enrichment": _enrichment,
    "indexing": _indexing,
    "alerting": _alerting,
    "delivery": _delivery,
    "web": _web,
}
