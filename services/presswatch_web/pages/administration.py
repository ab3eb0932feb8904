"""Pages for administrators: users, tokens, and who changed what."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from presswatch_shared.errors import BadInput
from presswatch_shared.passwords import check_password, hash_password
from presswatch_shared.store import audit, sessions, tokens, users
from presswatch_shared.store.database import Tx
from presswatch_shared.store.users import NewUser
from presswatch_web.api.fields import PathId
from presswatch_web.api.paging import BeforeNumber, number_in
from presswatch_web.dependencies import Deps, WebDependencies
from presswatch_web.pages.templating import render
from presswatch_web.problems import Problem

__all__ = ["router"]

PAGE = 100
FormText = Annotated[str, Form(max_length=500)]
Scopes = Annotated[tuple[str, ...], Form(max_length=4)]

router = APIRouter(include_in_schema=False)


@router.api_route("/users", methods=["GET", "HEAD"])
async def users_page(request: Request, deps: Deps) -> Response:
    """All users and tokens."""
    return await _users(request, deps)


@router.post("/users")
async def add_user(
    request: Request, deps: Deps, name: FormText = "", role: FormText = "reader", password: FormText = ""
) -> Response:
    """Somebody who may log in."""
    try:
        hashed = await asyncio.to_thread(hash_password, check_password(password))
        new = NewUser(name=name.replace("\x00", ""), role=role, password=hashed)
        await deps.store.run(users.add_user, new, now=deps.clock.now())
    except BadInput as error:
        return await _users(request, deps, name=name, problem=Problem(422, str(error)))
    return RedirectResponse("/users", 303)


@router.post("/users/{user_id}")
async def change_user(
    request: Request, user_id: PathId, deps: Deps, role: FormText = "", state: FormText = "", password: FormText = ""
) -> Response:
    """Another role, state or password; all their logins end."""
    try:
        hashed = await asyncio.to_thread(hash_password, check_password(password)) if password else None

        def work(tx: Tx) -> None:
            if users.change_user(tx, user_id, role=role or None, state=state or None, password=hashed) is None:
                raise Problem(404, "there is no such user")
            sessions.end_sessions_of(tx, [user_id])

        await deps.store.run(work)
    except BadInput as error:
        return await _users(request, deps, problem=Problem(409, str(error)))
    return RedirectResponse("/users", 303)


@router.post("/tokens")
async def add_token(
    request: Request, deps: Deps, name: FormText = "", scope: Scopes = (), user: FormText = ""
) -> Response:
    """The secret is on the page that answers, and nowhere else."""

    def work(tx: Tx) -> str:
        if not name.strip():
            raise BadInput("a token has a name, so that one knows later whose it is")
        if user and users.get_user(tx, user) is None:
            raise BadInput("there is no such user")
        given = name.replace("\x00", "").strip()[:200]
        return tokens.add_token(tx, name=given, scopes=scope, user_id=user, now=deps.clock.now())[1]

    try:
        secret = await deps.store.run(work)
    except BadInput as error:
        return await _users(request, deps, problem=Problem(422, str(error)))
    return await _users(request, deps, secret=secret)


@router.post("/tokens/{token_id}")
async def revoke_token(token_id: PathId, deps: Deps) -> Response:
    """Ended for good."""
    if not await deps.store.run(tokens.revoke_token, token_id, now=deps.clock.now()):
        raise Problem(404, "there is no such token")
    return RedirectResponse("/users", 303)


@router.api_route("/audit", methods=["GET", "HEAD"])
async def audit_page(request: Request, deps: Deps, cursor: BeforeNumber = "") -> Response:
    """Who changed what, the newest first."""
    rows = await deps.store.read(audit.list_entries, before=number_in(cursor), limit=PAGE)
    more = str(rows[-1].seq) if len(rows) == PAGE else ""
    return render(request, "audit.html", rows=rows, more=more, is_first=not cursor, now=deps.clock.now())


async def _users(
    request: Request, deps: WebDependencies, *, name: str = "", secret: str = "", problem: Problem | None = None
) -> Response:
    return render(
        request,
        "users.html",
        status=200 if problem is None else problem.status,
        users=await deps.store.read(users.list_users),
        tokens=await deps.store.read(tokens.list_tokens),
        roles=users.ROLES,
        scopes=tokens.SCOPES,
        name=name[:200],
        secret=secret,
        problem=problem,
        now=deps.clock.now(),
    )
