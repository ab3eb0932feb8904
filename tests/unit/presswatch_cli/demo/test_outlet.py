"""The outlet process on loopback: one port, every host, ends with its standard input."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from presswatch_cli.demo.article import load_articles
from presswatch_cli.demo.outlet import Newsstand
from presswatch_cli.demo.outlets import Outlet, load_outlets
from presswatch_cli.demo.pages import CONTENT_TYPES

COMMAND = [sys.executable, "-m", "presswatch_cli.demo.outlet"]
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
HOST = "harbour-ledger.example"
FEED = "/feed.xml"


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with start("--port", "0", "--now", "2026-03-01T12:00:00+00:00") as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())
        assert address["host"] == "127.0.0.1"
        yield address["port"]
        process.communicate(timeout=10)


def ask(
    port: int, host: str, path: str, method: str = "GET", **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": host} | named)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("outlet", load_outlets(), ids=lambda outlet: outlet.key)
def test_every_host_is_served_on_the_one_port(port: int, outlet: Outlet) -> None:
    status, headers, body = ask(port, outlet.host, "/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert outlet.name in body.decode()
    status, headers, _ = ask(port, outlet.host, outlet.feed_path)
    assert (status, headers["content-type"]) == (200, CONTENT_TYPES[outlet.announces])


def test_dates_count_from_the_given_now(port: int) -> None:
    _, _, body = ask(port, HOST, FEED)
    assert b"Sun, 01 Mar 2026 06:48:00 +0000" in body


def test_an_unchanged_feed_answers_304_to_its_etag(port: int) -> None:
    _, headers, _ = ask(port, HOST, FEED)
    status, again, body = ask(port, HOST, FEED, If_None_Match=headers["etag"])
    assert (status, again["etag"], body) == (304, headers["etag"], b"")


def test_a_page_is_zipped_for_who_accepts_it(port: int) -> None:
    _, _, plain = ask(port, HOST, FEED)
    _, headers, zipped = ask(port, HOST, FEED, Accept_Encoding="br, gzip")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped) == plain


def test_head_has_the_headers_without_the_body(port: int) -> None:
    _, full, _ = ask(port, HOST, FEED)
    status, headers, body = ask(port, HOST, FEED, method="HEAD")
    assert (status, headers["content-length"], body) == (200, full["content-length"], b"")


def test_a_browser_reaches_an_outlet_under_localhost(port: int) -> None:
    assert ask(port, f"{HOST}.localhost:{port}", "/")[0] == 200


@pytest.mark.parametrize(
    ("host", "method", "status"),
    [
        pytest.param("elsewhere.example", "GET", 404, id="unknown host"),
        pytest.param(HOST, "POST", 405, id="other method"),
    ],
)
def test_anything_else_is_refused(port: int, host: str, method: str, status: int) -> None:
    assert ask(port, host, "/", method=method)[0] == status


def test_it_ends_when_its_standard_input_closes() -> None:
    with start() as process:
        assert process.stdout is not None and process.stdin is not None
        address = json.loads(process.stdout.readline())
        assert ask(address["port"], HOST, "/")[0] == 200
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_a_port_in_use_is_one_sentence_and_exit_3() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        process = start("--port", str(number))
        _, complaint = process.communicate(timeout=10)
    assert process.returncode == 3
    assert complaint.count("\n") == 1 and str(number) in complaint


def test_an_article_that_has_not_arrived_is_not_found() -> None:
    elapsed = [0.0]
    stand = Newsstand(started_at=datetime(2026, 3, 1, tzinfo=UTC), elapsed=lambda: elapsed[0])
    arriving = next(article for article in load_articles() if article.arrives_after == 8)
    request = ("GET", f"{arriving.outlet}.example", f"/item/{arriving.slug}", {"accept-encoding": ""})
    assert stand.answer(*request).status == 404
    elapsed[0] = 8.0
    assert stand.answer(*request).status == 200
