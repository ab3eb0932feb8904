"""Reads the status of a pipeline from its stores: for the command and for the web page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from presswatch_cli.commands.status import PipelineStage, read_status
from presswatch_shared.index.open_index import is_embedded
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.settings import Settings
from presswatch_shared.store.database import Store
from presswatch_shared.stream.dlq import count_dead_letters
from presswatch_shared.stream.port import Stream
from presswatch_shared.topics import ALERTS_FIRED, ARTICLES_ENRICHED, PAGES_FETCHED

__all__ = ["PIPELINE", "pipeline_of", "status_reader"]

PIPELINE = (
    PipelineStage("enrichment", [PAGES_FETCHED.name]),
    PipelineStage("indexing", [ARTICLES_ENRICHED.name]),
    PipelineStage("alerting", [ARTICLES_ENRICHED.name]),
    PipelineStage("delivery", [ALERTS_FIRED.name]),
)


def pipeline_of(settings: Settings) -> Sequence[PipelineStage]:
    """The stages there are with these settings: alerts are indexed on a search server only."""
    if is_embedded(settings):
        return PIPELINE
    return (*PIPELINE, PipelineStage("indexing-alerts", [ALERTS_FIRED.name]))


def status_reader(
    store: Store, stream: Stream, index: ArticleIndex, stages: Sequence[PipelineStage] = PIPELINE
) -> Callable[[], Awaitable[Mapping[str, Any]]]:
    """Reads what `presswatch status --json` prints."""

    async def read() -> Mapping[str, Any]:
        return await read_status(store, stream, index, stages, dead_letters=await count_dead_letters(stream))

    return read
