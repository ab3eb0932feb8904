"""`presswatch admin token add|list|revoke`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from presswatch_cli.commands.user import find_user
from presswatch_shared.clock import SECOND, Micros, iso
from presswatch_shared.durations import parse_duration
from presswatch_shared.errors import BadInput
from presswatch_shared.moments import parse_moment
from presswatch_shared.store import tokens
from presswatch_shared.store.database import Store
from presswatch_shared.store.tokens import Token

__all__ = ["add_token", "revoke_token", "token_cells", "token_rows"]


def add_token(
    store: Store, name: str, scopes: Sequence[str], expires: str | None, *, user: str = "", now: Micros
) -> tuple[Token, str]:
    """The token and its secret, which is not kept.

    Raises:
        BadInput: a scope that is none, an expiry that is neither a date nor a duration, or no such user.
    """
    expires_at = None if expires is None else _expiry(expires, now)
    user_id = find_user(store, user).id if user else ""
    return store.run_now(tokens.add_token, name=name, scopes=scopes, user_id=user_id, expires_at=expires_at, now=now)


def _expiry(text: str, now: Micros) -> Micros:
    try:
        return now + round(parse_duration(text) * SECOND)
    except BadInput:
        return parse_moment(text, now=now, end_of_day=True)


def token_rows(store: Store) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "id": token.id,
            "name": token.name,
            "scopes": list(token.scopes),
            "user": token.user_id,
            "created_at": iso(token.created_at),
            "expires_at": iso(token.expires_at),
        }
        for token in store.read_now(tokens.list_tokens)
    ]


def token_cells(row: Mapping[str, Any]) -> Sequence[str]:
    """A row for people: scopes beside each other, nothing where a token never expires."""
    return [" ".join(value) if isinstance(value, list) else value or "" for value in row.values()]


def revoke_token(store: Store, token_id: str, *, now: Micros) -> None:
    """Raises: BadInput: there is no such token."""
    if not store.run_now(tokens.revoke_token, token_id, now=now):
        raise BadInput(f"there is no token {token_id!r}: `presswatch admin token list` shows all")
