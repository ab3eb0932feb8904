"""The webhook receiver of `presswatch bench pipeline`: notes when it was first told of each alert."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from presswatch_shared.clock import Clock, Micros, SystemClock

__all__ = ["Receiver", "receiver"]

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class Receiver:
    """Says yes to everything."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.first_told: dict[str, Micros] = {}
        """By alert id."""
        self.last_told: Micros = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                body = await _body(reader)
                self.last_told = self._clock.now()
                self.first_told.setdefault(json.loads(body)["data"]["alert_id"], self.last_told)
                writer.write(OK)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            # The sender needs this connection no more.
            pass
        finally:
            writer.close()


async def _body(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
    headers = dict(line.partition(":")[::2] for line in head[1:])
    return await reader.readexactly(int(headers["content-length"]))


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """Listens on a free loopback port for as long as the block runs."""
    running = Receiver(SystemClock())
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
