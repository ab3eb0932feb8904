from __future__ import annotations

import asyncio
import os
import signal

import pytest

from presswatch_cli.supervise import supervise
from presswatch_shared.errors import BadInput


class Steady:
    """Runs until stopped and remembers that it was."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.started = asyncio.Event()
        self.ended = False

    async def run(self, stop: asyncio.Event) -> None:
        self.started.set()
        await stop.wait()
        self.ended = True


class FailsOnce(Steady):
    """Fails at the first start and runs at the second."""

    starts = 0

    async def run(self, stop: asyncio.Event) -> None:
        self.starts += 1
        if self.starts == 1:
            raise ZeroDivisionError
        await super().run(stop)


class CannotRun(Steady):
    async def run(self, stop: asyncio.Event) -> None:
        raise BadInput("port 80 is in use")


async def test_a_signal_stops_all_services_in_order() -> None:
    services = [Steady("a"), Steady("b")]
    running = asyncio.create_task(supervise(services, asyncio.Event()))
    await asyncio.gather(*(service.started.wait() for service in services))
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 5)
    assert [service.ended for service in services] == [True, True]


async def test_a_service_that_fails_is_started_again_and_the_others_go_on() -> None:
    failing, steady, stop = FailsOnce("failing"), Steady("steady"), asyncio.Event()
    running = asyncio.create_task(supervise([failing, steady], stop))
    await asyncio.wait_for(failing.started.wait(), 5)
    assert failing.starts == 2
    assert not steady.ended
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_a_service_that_can_never_run_ends_the_product_with_its_sentence() -> None:
    steady = Steady("steady")
    with pytest.raises(BadInput, match="port 80"):
        await supervise([steady, CannotRun("web")], asyncio.Event())
    assert steady.ended
