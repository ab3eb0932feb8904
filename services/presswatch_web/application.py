"""The web application: routes, what every request passes, and how errors are told."""

from __future__ import annotations

import importlib.metadata
import secrets
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response as AnyResponse
from starlette.routing import Match
from starlette.staticfiles import StaticFiles

from presswatch_web.access.foreign import refuse_foreign
from presswatch_web.access.logins import Logins
from presswatch_web.access.openid import OpenId
from presswatch_web.admission import Admission
from presswatch_web.api import (
    administration,
    alerts,
    aliases,
    channels,
    dead_letters,
    deliveries,
    inbox,
    questions,
    saved_searches,
    search,
    sources,
    status,
    watches,
)
from presswatch_web.dependencies import WebDependencies
from presswatch_web.feeds import routes as feeds
from presswatch_web.health import health_routes
from presswatch_web.live import LiveAlerts
from presswatch_web.middleware import Faults, Measure, SecurityHeaders, SizeLimit
from presswatch_web.openapi import DESCRIPTION, describe
from presswatch_web.pages import administration as administration_pages
from presswatch_web.pages import articles as article_pages
from presswatch_web.pages import comparing as comparing_pages
from presswatch_web.pages import dead_letters as dead_letter_pages
from presswatch_web.pages import deliveries as delivery_pages
from presswatch_web.pages import entities as entity_pages
from presswatch_web.pages import export as export_pages
from presswatch_web.pages import inbox as inbox_pages
from presswatch_web.pages import login as login_pages
from presswatch_web.pages import mail_links
from presswatch_web.pages import operations as operations_pages
from presswatch_web.pages import report as report_pages
from presswatch_web.pages import search as search_pages
from presswatch_web.pages import source as source_page
from presswatch_web.pages import sources as source_pages
from presswatch_web.pages import telling as telling_pages
from presswatch_web.pages import versions as version_pages
from presswatch_web.pages import watches as watch_pages
from presswatch_web.pages.faults import answer_problem
from presswatch_web.pages.templating import STATIC
from presswatch_web.problems import Problem, validation_problem
from presswatch_web.settings import WebSettings

__all__ = ["create_app"]

API = (
    search.router,
    saved_searches.router,
    alerts.router,
    inbox.router,
    watches.router,
    aliases.router,
    channels.router,
    deliveries.router,
    dead_letters.router,
    sources.router,
    questions.router,
    status.router,
    administration.router,
)
PAGES = (
    search_pages.router,
    comparing_pages.router,
    article_pages.router,
    version_pages.router,
    entity_pages.router,
    inbox_pages.router,
    watch_pages.router,
    telling_pages.router,
    source_pages.router,
    source_page.router,
    export_pages.router,
    delivery_pages.router,
    operations_pages.router,
    report_pages.router,
    dead_letter_pages.router,
    administration_pages.router,
)
# Who comes here has a secret in the address, or nothing yet.
OPEN = (mail_links.router, feeds.router, login_pages.router)
OPENID_SECONDS = 900
COMPRESSED_FROM = 1000
"""Bytes; live connections are never compressed."""
COMPRESSION = 6
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class KeptFiles(StaticFiles):
    """Pages ask for each version of a file under an address of its own, so browsers need not ask again."""

    def file_response(self, *args: Any, **options: Any) -> AnyResponse:
        response = super().file_response(*args, **options)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def create_app(dependencies: WebDependencies) -> FastAPI:
    """The application. Nothing runs before the first request; `app.state.live.close()` ends live connections."""
    settings = dependencies.settings
    app = FastAPI(
        title="Presswatch",
        version=importlib.metadata.version("presswatch"),
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.dependencies = dependencies
    app.state.live = LiveAlerts(
        dependencies.store, dependencies.metrics, poll=settings.live_poll, most=settings.listeners
    )
    app.state.logins = Logins(dependencies.store, dependencies.clock)
    app.state.openid = (
        None if settings.openid is None else OpenId(settings.openid, dependencies.store, dependencies.clock)
    )
    for router in (*API, *PAGES):
        app.include_router(router, dependencies=[Depends(refuse_foreign)])
    for router in (*OPEN, health_routes(dependencies.checks, dependencies.metrics)):
        app.include_router(router)
    app.mount("/static", KeptFiles(directory=STATIC), name="static")
    _add_error_handlers(app)
    # The last one added is the outermost.
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM, compresslevel=COMPRESSION)
    if settings.openid is not None:
        _remember_what_openid_needs(app, settings)
    app.add_middleware(Admission, dependencies=dependencies)
    app.add_middleware(SizeLimit, most=settings.body_bytes)
    app.add_middleware(Faults)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Measure, metrics=dependencies.metrics)
    describe(app, demands_login=settings.demands_login)
    return app


def _remember_what_openid_needs(app: FastAPI, settings: WebSettings) -> None:
    """State, nonce and verifier of a login stay in the browser, signed, for the minutes it takes."""
    from starlette.middleware.sessions import SessionMiddleware

    app.add_middleware(
        SessionMiddleware,
        secret_key=settings.secret_key or secrets.token_urlsafe(32),
        session_cookie="presswatch_openid",
        max_age=OPENID_SECONDS,
        path="/login",
        same_site="lax",
        https_only=settings.is_secure,
    )


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> Response:
        return answer_problem(error, request)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        return answer_problem(validation_problem(error), request)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        headers: dict[str, Any] = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_allowed(app, request))
        return answer_problem(Problem(error.status_code, _detail(error), headers=headers), request)


def _allowed(app: FastAPI, request: Request) -> list[str]:
    """All methods of a path: the framework names only those of the first route that fits."""
    return [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in app.routes)
    ]


def _detail(error: HTTPException) -> str:
    known = {404: "there is nothing at this address", 405: "this address does not take that method"}
    return known.get(error.status_code, str(error.detail))
