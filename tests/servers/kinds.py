"""Every kind of server by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

from tests.servers.addresses import Address
from tests.servers.elasticsearch import elasticsearch
from tests.servers.kafka import Kafka
from tests.servers.opensearch import opensearch
from tests.servers.postgresql import PostgresqlServer

__all__ = ["KINDS", "SECURED", "Server"]


class Server(Protocol):
    """One server with data of its own; after `stop` or `kill`, `start` goes on with the same address and data."""

    @property
    def address(self) -> Address: ...
    @property
    def pid(self) -> int | None: ...
    def start(self) -> object: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def answers(self) -> bool: ...


KINDS: Mapping[str, Callable[[Path], Server]] = {
    "kafka": Kafka,
    "postgresql": PostgresqlServer,
    "elasticsearch9": partial(elasticsearch, 9),
    "elasticsearch8": partial(elasticsearch, 8),
    "opensearch": opensearch,
}
SECURED: Mapping[str, Callable[[Path], Server]] = {
    "elasticsearch9-secured": partial(elasticsearch, 9, secured=True),
    "elasticsearch8-secured": partial(elasticsearch, 8, secured=True),
}
"""With TLS, users and API keys: started for the tests that ask for them, and not by `make servers-up`."""
