"""The web service: REST, pages and live alerts over the store and the index. Reads no topic, writes none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from presswatch_shared.settings import BindAddress
from presswatch_web.application import create_app
from presswatch_web.dependencies import WebDependencies
from presswatch_web.server import serve

__all__ = ["WebService"]


class WebService:
    """Serves until told to stop. `started` is told the address it listens on."""

    name = "web"

    def __init__(self, dependencies: WebDependencies, *, started: Callable[[BindAddress], None] | None = None) -> None:
        self._dependencies = dependencies
        self._started = started

    async def run(self, stop: asyncio.Event) -> None:
        """Raises:
        BadInput: the address cannot be listened on.
        """
        settings = self._dependencies.settings
        app = create_app(self._dependencies)
        await serve(
            app,
            settings.bind,
            stop,
            setting="PRESSWATCH_BIND",
            within=settings.stop_within,
            started=self._started,
            stopping=app.state.live.close,
        )
