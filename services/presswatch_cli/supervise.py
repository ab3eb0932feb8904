"""Runs services side by side until they are told to stop: restarts the one that fails, never takes the others down."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from presswatch_cli.loop_watch import LoopWatchSettings, watched_loop
from presswatch_shared.errors import BadInput, ServerUnreachable
from presswatch_shared.logs import get_logger

__all__ = ["Service", "supervise"]

STOP_SECONDS = 9.0
RESTART_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
# A service that ran this long before it failed begins again with the shortest wait.
HEALTHY_SECONDS = 60.0


class Service(Protocol):
    """Something that runs until told to stop."""

    name: str

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is in hand and return within a few seconds."""
        ...


async def supervise(
    services: Sequence[Service], stop: asyncio.Event, loop_watch: LoopWatchSettings | None = None
) -> None:
    """Run all until `stop` is set (SIGINT and SIGTERM set it). Returns within ten seconds of that.

    Raises:
        BadInput, ServerUnreachable: a service says that it can never run as it is set up; the others were stopped.
    """
    with watched_loop(loop_watch):
        await _run_all(services, stop)


async def _run_all(services: Sequence[Service], stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(_keep_running(service, stop), name=service.name) for service in services]
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in late:
            get_logger("supervisor").warning("service did not stop in time", service=task.get_name())
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        stopped.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _keep_running(service: Service, stop: asyncio.Event) -> None:
    failures = 0
    while not stop.is_set():
        began = asyncio.get_running_loop().time()
        try:
            await service.run(stop)
            return
        except (BadInput, ServerUnreachable):
            raise
        # The border between services: what one of them did not foresee must not end the others, and is logged whole.
        except Exception:  # noqa: BLE001
            if asyncio.get_running_loop().time() - began > HEALTHY_SECONDS:
                failures = 0
            wait = RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)]
            failures += 1
            get_logger("supervisor").exception("service failed", service=service.name, restart_seconds=wait)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
