"""uvicorn inside a loop that is not its own: no signal handlers, one clear sentence when the port is taken."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from presswatch_shared.listening import bind_socket
from presswatch_shared.settings import BindAddress

__all__ = ["serve"]


class _QuietServer(uvicorn.Server):
    """Signals belong to the supervisor."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    app: ASGIApp,
    bind: BindAddress,
    stop: asyncio.Event,
    *,
    setting: str,
    within: float,
    started: Callable[[BindAddress], None] | None = None,
    stopping: Callable[[], None] | None = None,
) -> None:
    """Serve until `stop` is set, then let requests in flight end for at most `within` seconds.

    `started` is told the address (with the port that was given where 0 was asked for); `stopping` may end what would
    go on for ever.

    Raises:
        BadInput: the address cannot be listened on.
    """
    listening = bind_socket(bind, setting)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=max(1, round(within)),
    )
    server = _QuietServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    stopped = asyncio.create_task(stop.wait())
    try:
        if started is not None:
            started(BindAddress(host=bind.host, port=listening.getsockname()[1]))
        await asyncio.wait((serving, stopped), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        server.should_exit = True
        if stopping is not None:
            stopping()
        await serving
