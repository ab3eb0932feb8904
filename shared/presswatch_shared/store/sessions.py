"""Logins in a browser: only a hash of the cookie is kept. A session ends a while after its last use, and at the latest
a week after the login."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import Column, String, Table, delete, select, update

from presswatch_shared.clock import HOUR, Micros
from presswatch_shared.ids import secret_digest
from presswatch_shared.store import users
from presswatch_shared.store.database import Tx
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.store.users import User

__all__ = ["IDLE", "LONGEST", "end_session", "end_sessions_of", "open_session", "session_user"]

IDLE, LONGEST = 12 * HOUR, 7 * 24 * HOUR
NOTED_EACH = HOUR // 12
"""Use is written down this often (µs), so that reading pages hardly writes."""

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user_id", String(64), nullable=False, index=True),
    micros("created_at"),
    micros("used_at", index=True),
)


def open_session(tx: Tx, user: User, *, now: Micros) -> str:
    """The secret for the cookie. Sessions that have ended are cleared away."""
    tx.execute(delete(sessions).where((sessions.c.used_at < now - IDLE) | (sessions.c.created_at < now - LONGEST)))
    secret = secrets.token_urlsafe(32)
    tx.execute(sessions.insert().values(digest=secret_digest(secret), user_id=user.id, created_at=now, used_at=now))
    users.change_user(tx, user.id, last_login_at=now)
    return secret


def session_user(tx: Tx, secret: str, *, now: Micros) -> tuple[User, bool] | None:
    """Who has the cookie, and whether its use is to be written down (`note_use`); None where it is over."""
    row = tx.execute(select(sessions).where(sessions.c.digest == secret_digest(secret))).first()
    if row is None or row.used_at < now - IDLE or row.created_at < now - LONGEST:
        return None
    user = users.get_user(tx, row.user_id)
    if user is None or user.state != users.ACTIVE:
        return None
    return user, row.used_at < now - NOTED_EACH


def note_use(tx: Tx, secret: str, *, now: Micros) -> None:
    tx.execute(update(sessions).where(sessions.c.digest == secret_digest(secret)).values(used_at=now))


def end_session(tx: Tx, secret: str) -> None:
    tx.execute(delete(sessions).where(sessions.c.digest == secret_digest(secret)))


def end_sessions_of(tx: Tx, user_ids: Sequence[str]) -> None:
    """Log users out everywhere: their password or role was changed."""
    tx.execute(delete(sessions).where(sessions.c.user_id.in_(user_ids)))
