"""The news outlets that `presswatch bench pipeline` crawls: one loopback port, told apart by the Host header.

`python -m presswatch_cli.commands.bench_outlet PAGES.jsonl` prints its port when it answers, and ends when its
standard input closes, so that it never outlives who started it.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from email.utils import formatdate
from pathlib import Path
from time import time
from typing import Any
from xml.sax.saxutils import escape

from presswatch_cli.commands.bench_stdin import until_stdin_closes

__all__ = ["QUIET_PAGES", "feed_of", "host_of_page", "main", "page_url", "site"]

HOSTS = 20
QUIET_PAGES = 12
NOT_HERE = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
LONGEST_REQUEST = 64 * 1024


def host_of_page(number: int) -> str:
    """The outlet of a page: the first pages have one each, all others share a few."""
    return f"quiet{number}.example" if number < QUIET_PAGES else f"outlet{number % HOSTS}.example"


def page_url(number: int) -> str:
    return f"http://{host_of_page(number)}/news/{number}"


def feed_of(host: str) -> str:
    return f"http://{host}/feed.xml"


def site(rows: Iterable[Mapping[str, Any]], now: float) -> Mapping[tuple[str, str], bytes]:
    """Whole answers by host and path: the pages, compressed as most outlets send them, and a feed a host."""
    answers: dict[tuple[str, str], bytes] = {}
    listed: dict[str, list[str]] = {}
    for number, row in enumerate(rows):
        host = host_of_page(number)
        answers[host, f"/news/{number}"] = _answer(base64.b64decode(row["html_base64"]), row["content_type"])
        listed.setdefault(host, []).append(page_url(number))
    for host, urls in listed.items():
        answers[host, "/feed.xml"] = _answer(_feed(host, urls, now).encode(), "application/rss+xml")
    return answers


def _answer(body: bytes, content_type: str) -> bytes:
    packed = gzip.compress(body, mtime=0)
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-encoding: gzip\r\n"
    return head.encode() + f"content-length: {len(packed)}\r\n\r\n".encode() + packed


def _feed(host: str, urls: Sequence[str], now: float) -> str:
    date = formatdate(now, usegmt=True)
    items = "".join(
        f"<item><title>Page</title><link>{escape(url)}</link><pubDate>{date}</pubDate></item>" for url in urls
    )
    return f"<rss version='2.0'><channel><title>{host}</title>{items}</channel></rss>"


class Newsstand(asyncio.Protocol):
    """Answers GET requests from what was prepared, and keeps the connection open."""

    def __init__(self, answers: Mapping[tuple[str, str], bytes]) -> None:
        self._answers = answers
        self._received = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        *requests, self._received = (self._received + data).split(b"\r\n\r\n")
        for request in requests:
            self._transport.write(self._answers.get(_asked(request), NOT_HERE))
        if len(self._received) > LONGEST_REQUEST:
            self._transport.abort()


def _asked(request: bytes) -> tuple[str, str]:
    first, *headers = request.decode("latin-1").split("\r\n")
    named = dict(line.lower().partition(":")[::2] for line in headers)
    return named.get("host", "").strip().partition(":")[0], first.split(" ")[1] if " " in first else ""


async def _serve(answers: Mapping[tuple[str, str], bytes]) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Newsstand(answers), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await until_stdin_closes()
    server.close()


def main() -> None:
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        answers = site(map(json.loads, lines), time())
    asyncio.run(_serve(answers))


if __name__ == "__main__":
    main()
