"""Reads a body within its limits of size and speed, as it was sent."""

from __future__ import annotations

import asyncio

import aiohttp

from presswatch_shared.http.port import FetchFailed, Limits

__all__ = ["read_body"]

# A connection may begin slowly; the least rate is demanded after this.
RATE_GRACE_SECONDS = 5.0


async def read_body(answer: aiohttp.ClientResponse, limits: Limits) -> bytes:
    """The raw body.

    Raises:
        FetchFailed: too_large or too_slow.
    """
    announced = answer.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced[:19]) > limits.raw_bytes:
        raise FetchFailed(f"the answer has {announced[:19]} bytes, more than {limits.raw_bytes}", reason="too_large")
    began = asyncio.get_running_loop().time()
    parts: list[bytes] = []
    received = 0
    while not answer.content.at_eof():
        part = await _next_part(answer, _allowed_until(began, received, limits))
        received += len(part)
        if received > limits.raw_bytes:
            raise FetchFailed(f"the answer has more than {limits.raw_bytes} bytes", reason="too_large")
        parts.append(part)
    return b"".join(parts)


def _allowed_until(began: float, received: int, limits: Limits) -> float | None:
    """When the next bytes must be here, on the loop's clock."""
    if not limits.minimum_rate:
        return None
    return began + RATE_GRACE_SECONDS + received / limits.minimum_rate


async def _next_part(answer: aiohttp.ClientResponse, until: float | None) -> bytes:
    slow = asyncio.timeout_at(until)
    try:
        async with slow:
            return await answer.content.readany()
    except TimeoutError as error:
        if slow.expired():
            raise FetchFailed("the answer comes too slowly", reason="too_slow") from error
        raise
