"""Tokens for the API: only their hashes are kept, so whoever reads the store cannot use them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Row, String, Table, Text, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.ids import random_id, secret_digest
from presswatch_shared.store.database import Tx
from presswatch_shared.store.metadata import metadata, micros

__all__ = [
    "ADMIN",
    "METRICS",
    "READ",
    "SCOPES",
    "WRITE",
    "Token",
    "add_token",
    "find_token",
    "list_tokens",
    "revoke_token",
]

READ, WRITE, ADMIN, METRICS = "read", "write", "admin", "metrics"
SCOPES = (READ, WRITE, ADMIN, METRICS)
PREFIX = "pwk_"

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("user_id", String(64), nullable=False, server_default=""),
    micros("created_at"),
    micros("expires_at", nullable=True),
    micros("revoked_at", nullable=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is known of a token; never the token itself."""

    id: str
    name: str
    scopes: tuple[str, ...]
    user_id: str
    """Whose it is: it may at most what they may. Empty for a token of no user."""
    created_at: Micros
    expires_at: Micros | None
    revoked_at: Micros | None

    def is_valid(self, now: Micros) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def add_token(
    tx: Tx,
    *,
    name: str,
    scopes: Collection[str],
    user_id: str = "",
    expires_at: Micros | None = None,
    now: Micros,
) -> tuple[Token, str]:
    """Make a token; the second part is the secret, which is shown once and not kept.

    Raises:
        BadInput: no scope, or one that does not exist.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise BadInput(f"scopes of a token are some of {', '.join(SCOPES)}, not {', '.join(unknown) or 'none'}")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        id=random_id("tok"),
        name=name,
        scopes=tuple(scope for scope in SCOPES if scope in scopes),
        user_id=user_id,
        created_at=now,
        expires_at=expires_at,
        revoked_at=None,
    )
    values = {field: getattr(token, field) for field in Token.__slots__}
    tx.execute(tokens.insert().values(**values | {"scopes": list(token.scopes), "digest": secret_digest(secret)}))
    return token, secret


def list_tokens(tx: Tx) -> Sequence[Token]:
    """All that were not revoked, expired ones too, in the order they were made."""
    statement = select(tokens).where(tokens.c.revoked_at.is_(None)).order_by(tokens.c.created_at, tokens.c.id)
    return [_token(row) for row in tx.execute(statement)]


def revoke_token(tx: Tx, token_id: str, *, now: Micros) -> bool:
    """End a token for good; False where there is no such token or it was ended before."""
    wanted = (tokens.c.id == token_id) & tokens.c.revoked_at.is_(None)
    return tx.execute(update(tokens).where(wanted).values(revoked_at=now)).rowcount > 0


def find_token(tx: Tx, secret: str, *, now: Micros) -> Token | None:
    """The token that has this secret, if it is valid now."""
    row = tx.execute(select(tokens).where(tokens.c.digest == secret_digest(secret))).first()
    found = None if row is None else _token(row)
    return found if found is not None and found.is_valid(now) else None


def _token(row: Row[Any]) -> Token:
    values = dict(row._mapping)
    del values["digest"]
    return Token(**values | {"scopes": tuple(values["scopes"])})
