"""The index that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from presswatch_shared.clock import SystemClock
from presswatch_shared.errors import BadInput
from presswatch_shared.index.alerts import AlertIndex
from presswatch_shared.index.elastic.settings import ElasticSettings, elastic_settings
from presswatch_shared.index.outcomes import OutcomeIndex
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.metrics import Metrics
from presswatch_shared.settings import Settings

__all__ = [
    "clients_installed",
    "elastic_of",
    "index_folder",
    "is_embedded",
    "open_alert_index",
    "open_index",
    "open_outcome_index",
]

EMBEDDED = "embedded"


def index_folder(data: Path) -> Path:
    """Where the embedded index lies in the data folder."""
    return data / "index"


def is_embedded(settings: Settings) -> bool:
    """Whether the index is a folder of this machine, with one writer."""
    return settings.index == EMBEDDED


def elastic_of(settings: Settings) -> ElasticSettings:
    """The search server that the settings name."""
    return elastic_settings(
        settings.index,
        api_key=settings.index_api_key.get_secret_value(),
        authority=settings.index_ca,
        prefix=settings.index_prefix,
        refresh_seconds=settings.index_refresh,
    )


def open_index(settings: Settings, data: Path, *, write: bool, metrics: Metrics | None = None) -> ArticleIndex:
    """The index of `PRESSWATCH_INDEX`; one process at a time opens the embedded one in `data` to write.

    Raises:
        BadInput: an index or a server that cannot be used; the text says how to mend it.
        ServerUnreachable: the server does not answer.
    """
    if is_embedded(settings):
        from presswatch_shared.index.tantivy_index import open_tantivy

        return open_tantivy(index_folder(data), write=write)
    with clients_installed():
        from presswatch_shared.index.elastic.index import open_elastic

        return open_elastic(elastic_of(settings), write=write, now=SystemClock().now(), metrics=metrics)


def open_alert_index(settings: Settings, *, metrics: Metrics | None = None) -> AlertIndex | None:
    """Where alerts lie for Kibana; None where the index is embedded.

    Raises:
        BadInput: a server that cannot be used; the text says how to mend it.
        ServerUnreachable: the server does not answer.
    """
    if is_embedded(settings):
        return None
    with clients_installed():
        from presswatch_shared.index.elastic.alerts import open_elastic_alerts

        return open_elastic_alerts(elastic_of(settings), now=SystemClock().now(), metrics=metrics)


def open_outcome_index(settings: Settings, *, metrics: Metrics | None = None) -> OutcomeIndex | None:
    """Where outcomes of pages lie for Kibana; None where the index is embedded.

    Raises:
        BadInput: a server that cannot be used; the text says how to mend it.
        ServerUnreachable: the server does not answer.
    """
    if is_embedded(settings):
        return None
    with clients_installed():
        from presswatch_shared.index.elastic.outcomes import open_elastic_outcomes

        return open_elastic_outcomes(elastic_of(settings), now=SystemClock().now(), metrics=metrics)


@contextmanager
def clients_installed() -> Iterator[None]:
    """Says what to install where the clients of search servers are missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("elastic"):
            raise
        raise BadInput("PRESSWATCH_INDEX names a search server: pip install 'presswatch[elasticsearch]'") from error
