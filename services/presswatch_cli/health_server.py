"""`/livez`, `/readyz` and `/metrics` of a service in a process of its own, without what the pages need."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiohttp import web

from presswatch_shared.health import OK, Check, answers_of, exposition
from presswatch_shared.listening import bind_socket
from presswatch_shared.metrics import Metrics
from presswatch_shared.settings import BindAddress

__all__ = ["HealthServer"]

# As on the pages: nothing of it is kept, guessed or shown inside of others.
HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
}
STOP_SECONDS = 1.0


class HealthServer:
    """The three routes alone; those of the web service stand among its own."""

    name = "health"

    def __init__(self, bind: BindAddress, *, checks: Mapping[str, Check], metrics: Metrics) -> None:
        self._bind = bind
        self._checks = checks
        self._metrics = metrics

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set.

        Raises:
            BadInput: the address cannot be listened on.
        """
        listening = bind_socket(self._bind, "PRESSWATCH_METRICS_BIND")
        runner = web.AppRunner(self._app(), access_log=None, handle_signals=False, shutdown_timeout=STOP_SECONDS)
        await runner.setup()
        try:
            await web.SockSite(runner, listening).start()
            await stop.wait()
        finally:
            await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [web.get("/livez", self._alive), web.get("/readyz", self._ready), web.get("/metrics", self._exposed)]
        )
        app.on_response_prepare.append(_set_headers)
        return app

    async def _alive(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def _ready(self, _: web.Request) -> web.Response:
        answers = dict(await answers_of(self._checks))
        is_ready = all(answer == OK for answer in answers.values())
        return web.json_response({"ready": is_ready, "checks": answers}, status=200 if is_ready else 503)

    async def _exposed(self, request: web.Request) -> web.Response:
        body, content_type = exposition(self._metrics, request.headers.get("accept", ""))
        return web.Response(body=body, headers={"content-type": content_type})


async def _set_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers.popall("server", None)
