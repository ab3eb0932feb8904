"""The scaled stores of `presswatch bench pipeline`: those of the settings, with names and a database of the bench."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from presswatch_cli.roles import ROLES
from presswatch_shared.index.open_index import is_embedded
from presswatch_shared.settings import Settings
from presswatch_shared.store.scratch import scratch_database

__all__ = ["HOSTS", "REPLICAS", "is_scaled", "scaled_stores"]

HOSTS = ("aiokafka", "faust")
REPLICAS: Sequence[Sequence[str]] = tuple(
    (role,) for role in ROLES for _ in range(2 if role in ("enrichment", "alerting") else 1)
)
INDEX_PREFIX = "presswatch-bench"


def is_scaled(settings: Settings) -> bool:
    """Whether all three stores are servers, as replicas need them."""
    return settings.stream != "sqlite" and settings.store != "sqlite" and not is_embedded(settings)


@contextmanager
def scaled_stores(settings: Settings, host: str) -> Iterator[Mapping[str, str]]:
    """Settings of the stores for one crawl: fresh topics, an empty database. Articles go to indices that begin with
    `presswatch-bench`, which stay.
    """
    password = settings.store_password.get_secret_value()
    with scratch_database(settings.store, password) as database:
        yield {
            "stream": settings.stream,
            "stream_host": host,
            "stream_password": settings.stream_password.get_secret_value(),
            "stream_prefix": f"{settings.stream_prefix}bench-{secrets.token_hex(4)}.",
            "store": database,
            "store_password": password,
            "index": settings.index,
            "index_api_key": settings.index_api_key.get_secret_value(),
            "index_ca": settings.index_ca,
            "index_prefix": INDEX_PREFIX,
        }
