"""`presswatch healthcheck`, against the health server that a single service has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from presswatch_cli.commands.healthcheck import ask, lives
from presswatch_cli.health_server import HealthServer
from presswatch_shared.errors import BadInput, CheckFailed
from presswatch_shared.metrics import Metrics
from presswatch_shared.settings import BindAddress, Settings
from tests.servers.ports import free_ports


@asynccontextmanager
async def serving(answer: str) -> AsyncIterator[Settings]:
    """A health server whose one check gives this answer, and the settings by which it is asked."""

    async def check() -> str:
        return answer

    (port,) = free_ports(1)
    bind = BindAddress(host="127.0.0.1", port=port)
    stop = asyncio.Event()
    running = asyncio.create_task(HealthServer(bind, checks={"stream": check}, metrics=Metrics()).run(stop))
    settings = Settings(metrics_bind=BindAddress(host="0.0.0.0", port=port))
    try:
        async with asyncio.timeout(20):
            while not await listens(port):
                await asyncio.sleep(0.01)
        yield settings
    finally:
        stop.set()
        await running


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def test_a_service_that_can_do_its_work_is_ready() -> None:
    async with serving("") as settings:
        assert await asyncio.to_thread(ask, settings, "crawler") == "the crawler service is ready"


async def test_a_service_that_cannot_says_why() -> None:
    async with serving("paused: too many failures") as settings:
        with pytest.raises(CheckFailed, match="not ready: stream: paused: too many failures"):
            await asyncio.to_thread(ask, settings, "crawler")


def test_nobody_there_is_a_failed_check() -> None:
    (port,) = free_ports(1)
    with pytest.raises(CheckFailed, match=f"does not answer at 127.0.0.1:{port}"):
        ask(Settings(metrics_bind=BindAddress(host="127.0.0.1", port=port)), "indexing")


def test_a_port_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BadInput, match="set a fixed one"):
        ask(Settings(bind=BindAddress(host="127.0.0.1", port=0)), "web")


async def test_what_listens_at_an_address_is_known_for_a_presswatch_of_whatever_folder() -> None:
    async with serving("") as settings:
        assert await asyncio.to_thread(lives, settings.metrics_bind)
    stranger = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with stranger:
        port = stranger.sockets[0].getsockname()[1]
        assert not await asyncio.to_thread(lives, BindAddress(host="127.0.0.1", port=port))
    assert not await asyncio.to_thread(lives, settings.metrics_bind)
