from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from presswatch_shared.clock import SystemClock
from presswatch_shared.stream.memory_log import MemoryLog
from presswatch_shared.stream.port import Stream
from presswatch_shared.stream.sqlite_log import SqliteLogSettings, open_sqlite_log
from tests.contract.stream_suite import StreamSuite
from tests.fixtures.kafka_streams import kafka_stream
from tests.servers.addresses import KafkaAddress

HOSTS: dict[str, Callable[[Path], Stream]] = {
    "memory": lambda folder: MemoryLog(clock=SystemClock()),
    "sqlite": lambda folder: open_sqlite_log(
        folder / "stream.db", clock=SystemClock(), settings=SqliteLogSettings(share_every=0.05)
    ),
}


class TestStream(StreamSuite):
    @pytest.fixture(params=HOSTS)
    async def stream(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stream]:
        opened = HOSTS[request.param](tmp_path)
        yield opened
        await opened.close()


@pytest.mark.servers
class TestStreamOnKafka(StreamSuite):
    @pytest.fixture(params=["aiokafka", "faust"])
    async def stream(
        self, request: pytest.FixtureRequest, tmp_path: Path, kafka: KafkaAddress
    ) -> AsyncIterator[Stream]:
        opened = kafka_stream(kafka.bootstrap, tmp_path, host=request.param)
        yield opened
        await opened.close()
