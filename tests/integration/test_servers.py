"""What tests rely on: a server is ready when started, keeps its port and data, and is gone with its parent."""

from __future__ import annotations

import base64
import json
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests.servers.addresses import KafkaAddress, PostgresqlAddress, SearchAddress
from tests.servers.kafka import Kafka
from tests.servers.keeping import ROOT
from tests.servers.kinds import KINDS
from tests.servers.postgresql import PostgresqlServer
from tests.servers.search_node import SearchNode

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
VERSIONS = {"elasticsearch9": "9.4.3", "elasticsearch8": "8.19.8", "opensearch": "2.19.1"}


@pytest.mark.parametrize("name", KINDS)
def test_a_server_ends_when_the_process_that_started_it_is_killed(name: str, tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, name, str(tmp_path / name)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    server = psutil.Process(int(holder.stdout.readline()))
    processes = [server, *server.children(recursive=True)]
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []


def test_a_shared_broker_answers(kafka: KafkaAddress) -> None:
    host, _, port = kafka.bootstrap.rpartition(":")
    with socket.create_connection((host, int(port)), 5):
        pass


@pytest.mark.parametrize("name", VERSIONS)
def test_a_shared_search_server_is_of_the_pinned_version(name: str, request: pytest.FixtureRequest) -> None:
    address: SearchAddress = request.getfixturevalue(name)
    assert ask(address.url)["version"]["number"] == VERSIONS[name]


def test_a_shared_postgresql_answers(postgresql: PostgresqlAddress) -> None:
    with psycopg.connect(postgresql.url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    assert row is not None
    assert row[0].startswith("18.")


def test_a_killed_broker_comes_back_at_its_address(own_kafka: Kafka) -> None:
    before = own_kafka.bootstrap
    own_kafka.kill()
    assert not own_kafka.answers()
    own_kafka.start()
    assert own_kafka.answers()
    assert own_kafka.bootstrap == before


def test_a_killed_search_server_comes_back_with_its_documents(own_elasticsearch: SearchNode) -> None:
    ask(f"{own_elasticsearch.url}/kept/_doc/1", {"word": "still here"}, method="PUT")
    own_elasticsearch.kill()
    assert not own_elasticsearch.answers()
    own_elasticsearch.start()
    assert ask(f"{own_elasticsearch.url}/kept/_doc/1")["_source"] == {"word": "still here"}


def test_a_killed_postgresql_comes_back_with_its_rows(own_postgresql: PostgresqlServer) -> None:
    with psycopg.connect(own_postgresql.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'still here' AS word")
    own_postgresql.kill()
    assert not own_postgresql.answers()
    own_postgresql.start()
    with psycopg.connect(own_postgresql.url()) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)


def test_a_stopped_broker_leaves_no_process(own_kafka: Kafka) -> None:
    pid = own_kafka.pid
    own_kafka.stop()
    assert pid is not None
    assert not psutil.pid_exists(pid)


@pytest.mark.parametrize("name", ["elasticsearch9_secured", "elasticsearch8_secured"])
def test_a_secured_server_keeps_an_api_key_to_its_indices(name: str, request: pytest.FixtureRequest) -> None:
    address: SearchAddress = request.getfixturevalue(name)
    login = f"Basic {base64.b64encode(f'{address.user}:{address.password}'.encode()).decode()}"
    role = {"indices": [{"names": ["ours-*"], "privileges": ["all"]}]}
    wanted = {"name": "limited", "role_descriptors": {"limited": role}}
    made = ask(f"{address.url}/_security/api_key", wanted, ca=address.ca, authorization=login)
    key = f"ApiKey {made['encoded']}"
    ask(f"{address.url}/ours-1/_doc/1", {"a": 1}, method="PUT", ca=address.ca, authorization=key)
    for authorization, code in ((key, 403), ("", 401)):
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(f"{address.url}/theirs-1/_doc/1", {"a": 1}, method="PUT", ca=address.ca, authorization=authorization)
        refused.value.close()
        assert refused.value.code == code


def ask(url: str, body: object = None, *, method: str = "", ca: str = "", authorization: str = "") -> Any:
    """The JSON that a search server answers."""
    request = urllib.request.Request(url, method=method or ("POST" if body else "GET"))
    request.add_header("Content-Type", "application/json")
    if authorization:
        request.add_header("Authorization", authorization)
    trust = ssl.create_default_context(cafile=ca) if ca else None
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout=60, context=trust) as answer:
        return json.load(answer)
