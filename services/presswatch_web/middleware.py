"""What every request passes, outermost first: measured, headers set, faults caught, size checked.

Who asks is found out behind them, by `admission.Admission`.

Plain ASGI, since live connections must stream through.
"""

from __future__ import annotations

import time
from http import HTTPStatus

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from presswatch_shared.errors import Retry
from presswatch_shared.logs import get_logger
from presswatch_shared.metrics import Metrics
from presswatch_shared.texts import gettext
from presswatch_web.pages.faults import answer_problem
from presswatch_web.problems import Problem

__all__ = ["CONTENT_SECURITY_POLICY", "Faults", "Measure", "SecurityHeaders", "SizeLimit"]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: that would make the Origin of our own forms "null".
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Measure:
    """Counts and times requests by route, never by path: paths are without number."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = str(getattr(scope.get("route"), "path", "unmatched"))
            self._metrics.http_requests.labels(route, str(status)).inc()
            self._metrics.http_duration.labels(route).observe(time.perf_counter() - began)


class SecurityHeaders:
    """Sets the headers that tell the browser what a page may do: nothing that is not our own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, adding)


class Faults:
    """The border of a request: what failed inside is one answer and one log line, and the service lives."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Retry as error:
            if started:
                raise
            said = gettext("%(what)s; try again", what=str(error))
            busy = Problem(503, said, headers={"Retry-After": str(round(error.after or 1))})
            await answer_problem(busy, Request(scope))(scope, receive, send)
        # One request must not end the service, whatever it met; the log has the whole story.
        except Exception:
            get_logger("web").exception("request failed", method=scope.get("method"), path=scope.get("path"))
            if started:
                raise
            fault = Problem(500, "the service met an error of its own; its log says more")
            await answer_problem(fault, Request(scope))(scope, receive, send)


class SizeLimit:
    """Refuses bodies over a limit, before and while they come."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self._app = app
        self._most = most
        self._detail = gettext("a request may have %(most)s bytes", most=str(most))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"
        if length.isascii() and length.isdigit() and int(length[:20]) > self._most:
            refusal = Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._detail)
            await answer_problem(refusal, Request(scope))(scope, receive, send)
            return
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:
                # Only this class passes through the framework's reading of a body unchanged.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._detail)
            return message

        await self._app(scope, counting, send)
