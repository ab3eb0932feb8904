"""Logging in and out, and what somebody may change of their own account."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from presswatch_shared.errors import BadInput
from presswatch_shared.passwords import check_password, hash_password, is_password
from presswatch_shared.store import sessions, users
from presswatch_shared.store.database import Tx
from presswatch_web.access.cookies import clear_session, session_in, set_language, set_session
from presswatch_web.access.logins import Logins
from presswatch_web.access.openid import OpenId
from presswatch_web.access.principal import Principal, principal_in
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.pages.own_paths import own_path
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem

__all__ = ["router"]

NEXT = "presswatch_next"
FormText = Annotated[str, Form(max_length=500)]

router = APIRouter(include_in_schema=False)


@router.api_route("/login", methods=["GET", "HEAD"])
async def login_page(request: Request, deps: Deps, next: str = "/") -> Response:  # noqa: A002 (the parameter's name)
    """The form; whoever need not log in, or has done so, goes on."""
    if request.scope["state"]["principal"] is not None:
        return RedirectResponse(_behind_login(next), 303)
    return await _form(request, deps, goes_to=_behind_login(next))


@router.post("/login")
async def log_in(
    request: Request,
    deps: Deps,
    name: FormText = "",
    password: FormText = "",
    next: Annotated[str, Form(max_length=4000)] = "/",  # noqa: A002 (the field's name)
) -> Response:
    """By name and password."""
    address = request.client.host if request.client else ""
    try:
        secret = await _logins(request).by_password(name.replace("\x00", ""), password, address)
    except Problem as problem:
        return await _form(request, deps, goes_to=_behind_login(next), name=name, problem=problem)
    answer = RedirectResponse(_behind_login(next), 303)
    set_session(answer, secret, secure=deps.settings.is_secure)
    return answer


@router.get("/login/openid")
async def begin_openid(request: Request, deps: Deps, next: str = "/") -> Response:  # noqa: A002 (the parameter's name)
    """To the provider."""
    openid = _openid(request)
    request.session[NEXT] = _behind_login(next)
    base = deps.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return await openid.begin(request, f"{base}/login/openid/return")


@router.get("/login/openid/return")
async def finish_openid(request: Request, deps: Deps) -> Response:
    """Back from the provider."""
    openid = _openid(request)
    goes_to = _behind_login(str(request.session.get(NEXT, "/")))
    try:
        user = await openid.finish(request)
    except Problem as problem:
        return await _form(request, deps, goes_to=goes_to, problem=problem)
    request.session.clear()
    answer = RedirectResponse(goes_to, 303)
    set_session(answer, await _logins(request).open(user, "login by openid"), secure=deps.settings.is_secure)
    return answer


@router.post("/logout")
async def log_out(request: Request, deps: Deps) -> Response:
    """End this login."""
    await deps.store.run(sessions.end_session, session_in(request.headers.get("cookie", "")))
    answer = RedirectResponse("/login", 303)
    clear_session(answer)
    return answer


@router.api_route("/account", methods=["GET", "HEAD"])
async def account_page(request: Request, deps: Deps) -> Response:
    """Who one is here."""
    return await _account(request, deps, principal_in(request.scope))


@router.post("/account/language")
async def choose_language(
    request: Request,
    deps: Deps,
    language: Annotated[Literal["en", "es", "ru"], Form()],
    back: Annotated[str, Form(max_length=4000)] = "/account",
) -> Response:
    """The language of the pages: of the user, and of this browser."""
    principal = principal_in(request.scope)
    if principal.user_id:
        await deps.store.run(users.change_user, principal.user_id, language=language)
    answer = RedirectResponse(own_path(back, "/account"), 303)
    set_language(answer, language, secure=deps.settings.is_secure)
    return answer


@router.post("/account/password")
async def change_password(request: Request, deps: Deps, old: FormText = "", new: FormText = "") -> Response:
    """Another password; all other logins end."""
    principal = principal_in(request.scope)
    try:
        if not principal.by_cookie:
            raise Problem(403, "Only somebody who logged in has a password here.")
        secret = await _set_password(deps, principal.user_id, old, new)
    except BadInput as error:
        return await _account(request, deps, principal, problem=Problem(422, str(error)))
    except Problem as problem:
        return await _account(request, deps, principal, problem=problem)
    answer = RedirectResponse("/account?changed=1", 303)
    set_session(answer, secret, secure=deps.settings.is_secure)
    return answer


async def _set_password(deps: WebDependencies, user_id: str, old: str, new: str) -> str:
    kept = await deps.store.read(users.password_of, user_id)
    if not await asyncio.to_thread(is_password, old, kept):
        raise Problem(403, "The old password is another one.")
    hashed = await asyncio.to_thread(hash_password, check_password(new))

    def change(tx: Tx) -> str:
        user = users.change_user(tx, user_id, password=hashed)
        if user is None:
            raise Problem(404, "there is no such user")
        sessions.end_sessions_of(tx, [user_id])
        return sessions.open_session(tx, user, now=deps.clock.now())

    return await deps.store.run(change)


async def _form(
    request: Request, deps: WebDependencies, *, goes_to: str, name: str = "", problem: Problem | None = None
) -> Response:
    return render(
        request,
        "login.html",
        status=200 if problem is None else problem.status,
        goes_to=goes_to,
        name=name[:200],
        problem=problem,
        has_openid=deps.settings.openid is not None,
        has_users=await deps.store.read(users.count_users) > 0,
    )


async def _account(
    request: Request, deps: WebDependencies, principal: Principal, *, problem: Problem | None = None
) -> Response:
    has_password = principal.by_cookie and bool(await deps.store.read(users.password_of, principal.user_id))
    return render(
        request,
        "account.html",
        status=200 if problem is None else problem.status,
        has_password=has_password,
        changed="changed" in request.query_params,
        problem=problem,
    )


def _behind_login(wanted: str) -> str:
    """Where somebody goes who is in."""
    goes_to = own_path(wanted)
    return "/" if goes_to.startswith("/login") else goes_to


def _logins(request: Request) -> Logins:
    return cast(Logins, request.app.state.logins)


def _openid(request: Request) -> OpenId:
    found = request.app.state.openid
    if found is None:
        raise Problem(404, "there is nothing at this address")
    return cast(OpenId, found)
