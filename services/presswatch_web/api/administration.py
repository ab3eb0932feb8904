"""`/api/v1/users`, `/api/v1/tokens`, `/api/v1/audit`, for administrators; `/api/v1/me` for everybody."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, StringConstraints

from presswatch_shared.errors import BadInput
from presswatch_shared.passwords import LONGEST, SHORTEST, hash_password
from presswatch_shared.store import audit, sessions, tokens, users
from presswatch_shared.store.audit import AuditEntry
from presswatch_shared.store.database import Tx
from presswatch_shared.store.tokens import Token
from presswatch_shared.store.users import LONGEST_NAME, NewUser, User
from presswatch_web.access.principal import principal_in
from presswatch_web.api.fields import Answer, Body, IdempotencyKey, Limit, PathId, moment
from presswatch_web.api.paging import BeforeNumber, number_in
from presswatch_web.api.repeats import create
from presswatch_web.dependencies import Deps
from presswatch_web.problems import Problem, documented

__all__ = ["router"]

# Letters, marks, digits, punctuation and single blanks; nothing that cannot be seen.
UserName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_NAME, pattern=r"^[!-~\u00a1-\u024f]+( [!-~\u00a1-\u024f]+)*$"),
]
Password = Annotated[str, StringConstraints(min_length=SHORTEST, max_length=LONGEST, pattern=r"^[^\x00]*$")]
KnownUser = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$"), Field(json_schema_extra={"format": "known-user"})
]
Role = Literal["reader", "analyst", "admin"]
State = Literal["active", "disabled"]

router = APIRouter(prefix="/api/v1", tags=["administration"])


class Me(Answer):
    """Who asks."""

    name: str
    role: str
    user_id: str | None


class UserOut(Answer):
    """A user; the password is never told."""

    id: str
    name: str
    role: Role
    state: State
    is_openid: bool
    created_at: datetime
    last_login_at: datetime | None


class UserList(Answer):
    items: list[UserOut]


class NewUserBody(Body):
    name: UserName
    role: Role
    password: Password


class UserChangesBody(Body):
    role: Role | None = None
    state: State | None = None
    password: Password | None = None


class TokenOut(Answer):
    """A token; its secret is told once, in the answer that makes it."""

    id: str
    name: str
    scopes: list[str]
    user_id: str | None
    created_at: datetime
    expires_at: datetime | None
    secret: str | None = None


class TokenList(Answer):
    items: list[TokenOut]


class NewTokenBody(Body):
    name: UserName
    scopes: Annotated[list[Literal["read", "write", "admin", "metrics"]], Field(min_length=1, max_length=4)]
    user_id: KnownUser | None = None


class AuditEntryOut(Answer):
    """One change: `actor` did `action` to `subject`."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


class AuditPage(Answer):
    items: list[AuditEntryOut]
    next: str | None


@router.get("/me", response_model=Me, responses=documented())
async def me(request: Request) -> Me:
    """Who asks, and what they may do."""
    principal = principal_in(request.scope)
    return Me(name=principal.name, role=principal.role, user_id=principal.user_id or None)


@router.get("/users", response_model=UserList, responses=documented())
async def list_users(deps: Deps) -> UserList:
    """All users, by name."""
    return UserList(items=[_user(user) for user in await deps.store.read(users.list_users)])


@router.post("/users", status_code=201, response_model=UserOut, responses=documented(409))
async def add_user(body: NewUserBody, request: Request, deps: Deps, key: IdempotencyKey = None) -> Response:
    """Make a user who can log in with this password."""
    hashed = await asyncio.to_thread(hash_password, body.password)

    def work(tx: Tx) -> UserOut:
        try:
            new = NewUser(name=body.name, role=body.role, password=hashed)
            return _user(users.add_user(tx, new, now=deps.clock.now()))
        except BadInput as error:
            raise Problem(409, str(error)) from error

    return await create(deps, request, body, key, work)


@router.patch("/users/{user_id}", response_model=UserOut, responses=documented(404, 409))
async def change_user(user_id: PathId, body: UserChangesBody, deps: Deps) -> UserOut:
    """Change role, state or password. All logins of the user end."""
    hashed = None if body.password is None else await asyncio.to_thread(hash_password, body.password)

    def work(tx: Tx) -> UserOut:
        try:
            user = users.change_user(tx, user_id, role=body.role, state=body.state, password=hashed)
        except BadInput as error:
            raise Problem(409, str(error)) from error
        if user is None:
            raise Problem(404, "there is no such user")
        sessions.end_sessions_of(tx, [user_id])
        return _user(user)

    return await deps.store.run(work)


@router.get("/tokens", response_model=TokenList, responses=documented())
async def list_tokens(deps: Deps) -> TokenList:
    """All tokens that were not revoked."""
    return TokenList(items=[_token(token) for token in await deps.store.read(tokens.list_tokens)])


@router.post("/tokens", status_code=201, response_model=TokenOut, responses=documented(409))
async def add_token(body: NewTokenBody, request: Request, deps: Deps, key: IdempotencyKey = None) -> Response:
    """Make a token; one of a user may at most what the user may."""

    def work(tx: Tx) -> TokenOut:
        if body.user_id is not None and users.get_user(tx, body.user_id) is None:
            raise Problem(422, "there is no such user")
        now = deps.clock.now()
        token, secret = tokens.add_token(tx, name=body.name, scopes=body.scopes, user_id=body.user_id or "", now=now)
        return _token(token, secret)

    return await create(deps, request, body, key, work)


@router.delete("/tokens/{token_id}", status_code=204, response_class=Response, responses=documented(404))
async def revoke_token(token_id: PathId, deps: Deps) -> Response:
    """End a token for good."""
    if not await deps.store.run(tokens.revoke_token, token_id, now=deps.clock.now()):
        raise Problem(404, "there is no such token")
    return Response(status_code=204)


@router.get("/audit", response_model=AuditPage, responses=documented())
async def list_audit(deps: Deps, limit: Annotated[Limit, Query()] = 50, cursor: BeforeNumber = "") -> AuditPage:
    """Who changed what, the newest first."""
    rows = await deps.store.read(audit.list_entries, before=number_in(cursor), limit=limit)
    return AuditPage(items=[_entry(row) for row in rows], next=str(rows[-1].seq) if len(rows) == limit else None)


def _user(user: User) -> UserOut:
    return UserOut.model_validate(
        {
            "id": user.id,
            "name": user.name,
            "role": user.role,
            "state": user.state,
            "is_openid": user.subject is not None,
            "created_at": moment(user.created_at),
            "last_login_at": moment(user.last_login_at),
        }
    )


def _token(token: Token, secret: str | None = None) -> TokenOut:
    return TokenOut.model_validate(
        {
            "id": token.id,
            "name": token.name,
            "scopes": list(token.scopes),
            "user_id": token.user_id or None,
            "created_at": moment(token.created_at),
            "expires_at": moment(token.expires_at),
            "secret": secret,
        }
    )


def _entry(entry: AuditEntry) -> AuditEntryOut:
    fields = {name: getattr(entry, name) for name in AuditEntry.__slots__}
    return AuditEntryOut.model_validate(fields | {"at": moment(entry.at)})
