"""All sample outlets on one loopback port, told apart by the Host header.

`python -m presswatch_cli.demo.outlet [--port 0] [--now ISO]` prints one JSON line with its address when it answers, and
ends when its standard input closes, so that it never outlives who started it.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from presswatch_cli.demo.article import SampleArticle, load_articles
from presswatch_cli.demo.edition import edition
from presswatch_cli.demo.outlets import Outlet, load_outlets
from presswatch_cli.demo.pages import render

if TYPE_CHECKING:
    import uvicorn

__all__ = ["Newsstand", "main"]

Message = MutableMapping[str, Any]
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers
    body: bytes = b""


class Newsstand:
    """An ASGI application that answers for every sample outlet. `elapsed` gives the seconds since the start."""

    def __init__(
        self,
        *,
        started_at: datetime,
        elapsed: Callable[[], float],
        articles: tuple[SampleArticle, ...] | None = None,
    ) -> None:
        self._started_at = started_at
        self._elapsed = elapsed
        self._articles = load_articles() if articles is None else articles
        self._outlets = {outlet.host: outlet for outlet in load_outlets()}

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        answer = self.answer(scope["method"], headers.get("host", ""), scope["path"], headers)
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    def answer(self, method: str, host: str, path: str, headers: Headers) -> Answer:
        """One request; header names are lower-case."""
        outlet = self._outlets.get(_outlet_host(host))
        if outlet is None:
            return _plain(404, "No such outlet here. These are: " + ", ".join(self._outlets) + "\n")
        if method not in ("GET", "HEAD"):
            return _plain(405, "Only GET and HEAD.\n")
        return self._page(outlet, path, headers)

    def _page(self, outlet: Outlet, path: str, headers: Headers) -> Answer:
        entries = edition(outlet, self._articles, started_at=self._started_at, elapsed=self._elapsed())
        status, content_type, text = render(outlet, entries, path)
        body = text.encode()
        etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        named = {"content-type": content_type, "etag": etag, "vary": "accept-encoding", "cache-control": "no-cache"}
        if status == 200 and headers.get("if-none-match") == etag:
            return Answer(304, named)
        if "gzip" in headers.get("accept-encoding", ""):
            named["content-encoding"] = "gzip"
            body = gzip.compress(body, mtime=0)
        return Answer(status, named | {"content-length": str(len(body))}, body)


def _outlet_host(host: str) -> str:
    """A browser reaches an outlet as `<host>.localhost:<port>`, since that name needs no DNS."""
    return host.partition(":")[0].lower().removesuffix(".localhost").removeprefix("www.")


def _plain(status: int, text: str) -> Answer:
    body = text.encode()
    return Answer(status, {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body))}, body)


async def serve(listener: socket.socket, started_at: datetime, stop: asyncio.Event) -> None:
    """Answers on a bound socket until `stop`, or SIGINT or SIGTERM."""
    import uvicorn

    start = time.monotonic()
    stand = Newsstand(started_at=started_at, elapsed=lambda: time.monotonic() - start)
    config = uvicorn.Config(
        stand, log_level="warning", access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    stopping = asyncio.create_task(_forward(stop, server))
    try:
        await server.serve(sockets=[listener])
    finally:
        stopping.cancel()


async def _forward(stop: asyncio.Event, server: uvicorn.Server) -> None:
    await stop.wait()
    server.should_exit = True


def watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Sets `stop` when standard input closes. A daemon thread on the bare descriptor: it holds up no exit."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, name="stdin", daemon=True).start()


async def run(listener: socket.socket, started_at: datetime) -> None:
    address, bound_port = listener.getsockname()
    stop = asyncio.Event()
    watch_stdin(asyncio.get_running_loop(), stop)
    # The socket listens already, so whoever reads this line may connect at once.
    sys.stdout.write(json.dumps({"host": address, "port": bound_port}) + "\n")
    sys.stdout.flush()
    await serve(listener, started_at, stop)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="presswatch_cli.demo.outlet", description="Serves the sample outlets on loopback."
    )
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--now", type=_moment, default=None, help="ISO moment that ages count from; default: now")
    options = parser.parse_args(arguments)
    try:
        listener = socket.create_server(("127.0.0.1", options.port))
    except OSError as error:
        parser.exit(3, f"cannot serve the sample outlets on 127.0.0.1:{options.port}: {error.strerror}\n")
    with listener:
        asyncio.run(run(listener, options.now or datetime.now(UTC)))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
