"""Apache Kafka, one KRaft node: broker and controller in one process."""

from __future__ import annotations

import shutil
import signal
import socket
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.servers.addresses import KafkaAddress
from tests.servers.errors import ServerUnavailable
from tests.servers.jdk import jdk
from tests.servers.maven import fetch_jars
from tests.servers.ports import free_ports
from tests.servers.prepared import prepared
from tests.servers.process import ServerProcess

__all__ = ["Kafka", "prepare_kafka"]

VERSION = "4.3.1"
JAVA = 17
ARTIFACTS = (f"org.apache.kafka:kafka_2.13:{VERSION}", "org.slf4j:slf4j-simple:1.7.36")
# The compiler's first stage and the serial collector start faster and hold 206 MB instead of 230–340.
FRUGAL = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
CLUSTER = "AAAAAAAAAAAAAAAAAAAAAQ"
PROPERTIES = """process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.dedupe.buffer.size=4194304
log.index.size.max.bytes=1048576
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
"""
# ApiVersions, version 0, correlation 7, no client id: the broker opens its port only once it is ready.
QUESTION = struct.pack(">ihhih", 10, 18, 0, 7, -1)
ANSWER = struct.pack(">ih", 7, 0)


def prepare_kafka() -> Path:
    """The folder of its jars."""
    recipe = "\n".join(ARTIFACTS)
    return prepared(f"kafka-{VERSION}", recipe, lambda scratch: fetch_jars(ARTIFACTS, scratch / "home", scratch))


class Kafka:
    """A broker on data of its own in `folder`; after `stop` or `kill`, `start` goes on with the same port and data."""

    def __init__(self, folder: Path, *, heap: str = "256m", properties: Mapping[str, str] | None = None) -> None:
        self.port, controller = free_ports(2)
        self._folder = folder
        self._heap = heap
        self._properties = folder / "server.properties"
        self._process = ServerProcess("Kafka", folder=folder, answers=self.answers)
        folder.mkdir(parents=True, exist_ok=True)
        extra = "".join(f"{name}={value}\n" for name, value in (properties or {}).items())
        self._properties.write_text(PROPERTIES.format(port=self.port, controller=controller, folder=folder) + extra)

    @property
    def bootstrap(self) -> str:
        """`host:port`, as clients take it."""
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> KafkaAddress:
        return KafkaAddress(self.bootstrap)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def start(self) -> Self:
        """Return when it answers."""
        if not (self._folder / "data").exists():
            self._format()
        self._process.start(self._java(self._heap, "kafka.Kafka", str(self._properties)))
        return self

    def stop(self) -> None:
        self._process.stop(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()

    def answers(self) -> bool:
        """Whether it serves clients now."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                connection.settimeout(2)
                connection.sendall(QUESTION)
                return connection.recv(10, socket.MSG_WAITALL)[4:10] == ANSWER
        except OSError:
            return False

    def _format(self) -> None:
        tool = ("kafka.tools.StorageTool", "format", "--standalone", "-t", CLUSTER, "-c", str(self._properties))
        done = subprocess.run(self._java("64m", *tool), capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(self._folder / "data", ignore_errors=True)
            raise ServerUnavailable(f"Kafka's storage could not be formatted:\n{done.stdout}{done.stderr}")

    def _java(self, heap: str, *arguments: str) -> list[str]:
        return [
            str(jdk(JAVA) / "bin" / "java"),
            f"-Xmx{heap}",
            *FRUGAL,
            f"-Djava.io.tmpdir={self._folder}",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            f"{prepare_kafka()}/*",
            *arguments,
        ]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
