"""The hosts of `presswatch bench stream` on the Kafka cluster of the settings; their topics are removed afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from presswatch_cli.composition import open_kafka
from presswatch_shared.clock import SystemClock
from presswatch_shared.settings import Settings

if TYPE_CHECKING:
    from presswatch_shared.stream.kafka.kafka_log import KafkaLog
    from presswatch_shared.stream.port import Stream

__all__ = ["kafka_hosts"]

HOSTS = ("aiokafka", "faust")


def kafka_hosts(settings: Settings) -> Mapping[str, Callable[[Path], Stream]]:
    """Both hosts of Kafka; none where the stream is embedded."""
    if settings.stream == "sqlite":
        return {}
    return {host: _opener(settings, host) for host in HOSTS}


def _opener(settings: Settings, host: str) -> Callable[[Path], Stream]:
    def opened(folder: Path) -> KafkaLog:
        prefix = f"{settings.stream_prefix}bench-{secrets.token_hex(4)}."
        chosen = settings.model_copy(update={"stream_host": host, "stream_prefix": prefix, "data": folder})
        return open_kafka(chosen, SystemClock(), passing=True)

    return opened
