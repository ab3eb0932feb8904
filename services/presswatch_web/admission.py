"""The door: refuses what other sites make a browser send, finds out who asks and whether they may, notes changes."""

from __future__ import annotations

from http import HTTPStatus
from math import ceil
from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from presswatch_shared.clock import SECOND
from presswatch_shared.logs import redact_text
from presswatch_shared.store import audit
from presswatch_shared.store.tokens import METRICS
from presswatch_shared.texts import gettext
from presswatch_web.access.identify import identify
from presswatch_web.access.needs import is_for_readers, need_of
from presswatch_web.access.origin import SAFE_METHODS, host_refusal, is_said_by_a_browser, origin_refusal
from presswatch_web.access.principal import LOCAL, Principal
from presswatch_web.access.rates import RateLimit
from presswatch_web.dependencies import WebDependencies
from presswatch_web.pages.faults import answer_problem, wants_page
from presswatch_web.problems import Problem

__all__ = ["Admission"]

"""µs"""


class Admission:
    """Lets a request in with `scope["state"]["principal"]`, or answers it."""

    def __init__(self, app: ASGIApp, *, dependencies: WebDependencies) -> None:
        self._app = app
        self._dependencies = dependencies
        settings = dependencies.settings
        self._rates = RateLimit(per_second=settings.requests_per_second, burst=settings.requests_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            principal = await self._admit(scope)
        except Problem as problem:
            await answer_problem(problem, Request(scope))(scope, receive, send)
            return
        if principal is None and need_of(scope["method"], scope["path"]):
            await _to_login(scope)(scope, receive, send)
            return
        scope.setdefault("state", {})["principal"] = principal
        is_change = principal is not None and scope["method"] not in SAFE_METHODS
        if principal is None or not is_change or is_for_readers(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, self._noting(scope, principal, send))

    async def _admit(self, scope: Scope) -> Principal | None:
        """Who asks; None where nobody is known, and either a login page is the answer or nobody need be.

        Raises:
            Problem: they may not.
        """
        headers = Headers(scope=scope)
        self._refuse_other_sites(scope, headers)
        settings = self._dependencies.settings
        now = self._dependencies.clock.now()
        principal = LOCAL if not settings.demands_login else await identify(self._dependencies.store, headers, now=now)
        need = need_of(scope["method"], scope["path"])
        if principal is None:
            if need and not wants_page(Request(scope)):
                raise _unauthorised()
            return None
        if need and not principal.may(need):
            said = gettext(
                "%(name)s may not do this: it needs %(need)s", name=principal.name, need=_need_in_words(need)
            )
            raise Problem(403, said)
        if principal.by_cookie and scope["method"] not in SAFE_METHODS and not is_said_by_a_browser(headers):
            raise Problem(403, "a change with a login needs the Origin that every browser sends")
        if settings.demands_login and (wait := self._rates.take(principal.name, now / SECOND)):
            raise Problem(
                HTTPStatus.TOO_MANY_REQUESTS, "too many requests at once", headers={"Retry-After": str(ceil(wait))}
            )
        return principal

    def _refuse_other_sites(self, scope: Scope, headers: Headers) -> None:
        settings = self._dependencies.settings
        refusal = origin_refusal(scope["method"], headers, public_host=settings.public_host)
        if not refusal and not settings.demands_login:
            host = headers.get("host", "")
            refusal = host_refusal(host, bound=settings.bind.host, public_host=settings.public_host)
        if refusal:
            raise Problem(403, refusal)

    def _noting(self, scope: Scope, principal: Principal, send: Send) -> Send:
        """A change is written down before whoever asked for it learns that it was made."""

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < HTTPStatus.BAD_REQUEST:
                route = str(getattr(scope.get("route"), "path", "unmatched"))
                await self._dependencies.store.run(
                    audit.note,
                    actor=principal.name,
                    action=f"{scope['method']} {route}",
                    subject=redact_text(" ".join(scope.get("path_params", {}).values())),
                    now=self._dependencies.clock.now(),
                )
            await send(message)

        return noting


def _to_login(scope: Scope) -> RedirectResponse:
    query = scope.get("query_string", b"").decode("ascii", "replace")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return RedirectResponse(f"/login?next={quote(wanted, safe='')}", HTTPStatus.SEE_OTHER)


def _unauthorised() -> Problem:
    return Problem(
        401,
        "send a token that is valid: Authorization: Bearer pwk_…",
        headers={"WWW-Authenticate": 'Bearer realm="Presswatch"'},
    )


def _need_in_words(need: str) -> str:
    if need == METRICS:
        return gettext("a token with the scope metrics")
    return gettext("the role %(role)s, or a token with its scope", role=need)
