"""Who asks, and what they may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.types import Scope

from presswatch_shared.store.ownership import SHARED
from presswatch_shared.store.tokens import ADMIN as ADMIN_SCOPE
from presswatch_shared.store.tokens import METRICS, READ, WRITE, Token
from presswatch_shared.store.users import ADMIN, ANALYST, READER, ROLES, User

__all__ = ["LOCAL", "Principal", "Who", "of_token", "of_user", "principal_in"]

ROLE_OF_SCOPE = {READ: READER, WRITE: ANALYST, ADMIN_SCOPE: ADMIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Somebody who was let in."""

    name: str
    """As people know them; in the audit log."""
    role: str
    """Empty for a token that may only read metrics."""
    user_id: str = ""
    """Whose watches these are; empty for what belongs to no user."""
    by_cookie: bool = False
    """Whether a browser sends what lets them in by itself."""
    sees_all: bool = False
    """Whether watches of all users are shown: to this machine, and to tokens of no user."""
    metrics: bool = False
    language: str = ""
    """In which pages are shown to them; empty is what the browser asks for."""

    @property
    def owners(self) -> Collection[str] | None:
        """Whose watches, alerts and deliveries are shown: one's own and the team's; None for everybody's."""
        return None if self.sees_all or self.role == ADMIN else (SHARED, self.user_id)

    def sees(self, owner: str) -> bool:
        """Whether what belongs to `owner` is shown."""
        return self.owners is None or owner in self.owners

    def may(self, need: str) -> bool:
        """Whether the role is at least the one needed."""
        if need == METRICS:
            return self.metrics
        return self.role in ROLES and ROLES.index(self.role) >= ROLES.index(need)


LOCAL = Principal(name="local", role=ADMIN, sees_all=True, metrics=True)
"""Whoever asks over loopback where no login is demanded."""


def of_user(user: User) -> Principal:
    """Somebody who logged in with a browser."""
    return Principal(
        name=user.name,
        role=user.role,
        user_id=user.id,
        by_cookie=True,
        metrics=user.role == ADMIN,
        language=user.language,
    )


def of_token(token: Token, user: User | None) -> Principal:
    """A token; one that belongs to a user may at most what the user may."""
    granted = [ROLE_OF_SCOPE[scope] for scope in token.scopes if scope in ROLE_OF_SCOPE]
    role = max(granted, key=ROLES.index, default="")
    if user is not None and role:
        role = min(role, user.role, key=ROLES.index)
    return Principal(
        name=f"{user.name} ({token.name})" if user else token.name,
        role=role,
        user_id=user.id if user else "",
        sees_all=user is None,
        metrics=METRICS in token.scopes,
    )


def principal_in(scope: Scope) -> Principal:
    """Who was let in with this request."""
    found = scope["state"]["principal"]
    assert isinstance(found, Principal)
    return found


def _of_request(request: Request) -> Principal:
    return principal_in(request.scope)


Who = Annotated[Principal, Depends(_of_request)]
