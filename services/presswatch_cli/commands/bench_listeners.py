"""Listeners of live alerts for `presswatch bench web`. Imports little, since it runs in a process of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import msgspec

__all__ = ["Heard", "LiveOptions", "listen"]

DEAF_BUFFER = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    listeners: int = 500
    deaf: int = 25
    """How many more connect and never read."""
    alerts: int = 20
    pause: float = 0.2
    """Seconds from one alert to the next."""
    within: float = 30.0
    """Seconds that listeners wait for the last alert."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the listeners of one process saw: alerts each, and seconds from an alert's moment to each receipt."""

    counts: Sequence[int]
    seconds: Sequence[float]


def listen(port: int, options: LiveOptions, after: int) -> Heard:
    """In a process of its own: connect all behind an alert, and hear until all have heard everything or none comes."""
    return asyncio.run(_listen(port, options, after))


async def _listen(port: int, options: LiveOptions, after: int) -> Heard:
    deaf = [await _connected(port, after, limit=DEAF_BUFFER) for _ in range(options.deaf)]
    readers = [await _connected(port, after) for _ in range(options.listeners)]
    heard = await asyncio.gather(*(_hear(reader, options) for reader, _ in readers))
    for _, writer in [*deaf, *readers]:
        writer.close()
    return Heard([len(each) for each in heard], [delay for each in heard for delay in each])


async def _connected(port: int, after: int, limit: int = 2**16) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=limit)
    address = f"/api/v1/alerts/stream?after={after}"
    writer.write(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode())
    await writer.drain()
    return reader, writer


async def _hear(reader: asyncio.StreamReader, options: LiveOptions) -> list[float]:
    delays: list[float] = []
    with suppress(TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(options.alerts * options.pause + options.within):
            while len(delays) < options.alerts:
                line = await reader.readuntil(b"\n")
                if line.startswith(b"data: "):
                    delays.append(time.time() - _fired_at(line))
    return delays


def _fired_at(line: bytes) -> float:
    told = msgspec.json.decode(line.removeprefix(b"data: "))
    return datetime.fromisoformat(told["fired_at"]).timestamp()
