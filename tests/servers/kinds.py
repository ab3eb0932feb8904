"""Every kind of server by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from tests.servers.addresses import Address
from tests.servers.kafka import Kafka

__all__ = ["KINDS", "Server"]


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
}
