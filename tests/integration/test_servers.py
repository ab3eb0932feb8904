"""What tests rely on: a server is ready when started, keeps its port and data, and is gone with its parent."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.servers.addresses import KafkaAddress
from tests.servers.kafka import Kafka
from tests.servers.keeping import ROOT

pytestmark = pytest.mark.servers

HOLDER = """
import sys, time
from pathlib import Path
from tests.servers.kinds import KINDS
server = KINDS[sys.argv[1]](Path(sys.argv[2]))
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("name", ["kafka"])
def test_a_server_ends_when_the_process_that_started_it_is_killed(name: str, tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, name, str(tmp_path / name)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    server = psutil.Process(int(holder.stdout.readline()))
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    _, alive = psutil.wait_procs([server], timeout=10)
    assert alive == []


def test_a_shared_broker_answers(kafka: KafkaAddress) -> None:
    host, _, port = kafka.bootstrap.rpartition(":")
    with socket.create_connection((host, int(port)), 5):
        pass


def test_a_killed_broker_comes_back_at_its_address(own_kafka: Kafka) -> None:
    before = own_kafka.bootstrap
    own_kafka.kill()
    assert not own_kafka.answers()
    own_kafka.start()
    assert own_kafka.answers()
    assert own_kafka.bootstrap == before


def test_a_stopped_broker_leaves_no_process(own_kafka: Kafka) -> None:
    pid = own_kafka.pid
    started = time.monotonic()
    own_kafka.stop()
    assert pid is not None
    assert not psutil.pid_exists(pid)
    assert time.monotonic() - started < 30
