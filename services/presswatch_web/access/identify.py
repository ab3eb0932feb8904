"""Finds out who asks: by a token, by the cookie of a login, or because no login is demanded."""

from __future__ import annotations

from starlette.datastructures import Headers

from presswatch_shared.clock import Micros
from presswatch_shared.store import sessions, users
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.tokens import find_token
from presswatch_web.access.bearer import token_of
from presswatch_web.access.cookies import session_in
from presswatch_web.access.principal import Principal, of_token, of_user

__all__ = ["identify"]


async def identify(store: Store, headers: Headers, *, now: Micros) -> Principal | None:
    """Who is let in by what the request carries; None where it is nothing that is valid."""
    if token := token_of(headers.get("authorization", "")):
        return await store.read(_by_token, token, now)
    if not (secret := session_in(headers.get("cookie", ""))):
        return None
    found = await store.read(sessions.session_user, secret, now=now)
    if found is None:
        return None
    user, is_due = found
    if is_due:
        await store.run(sessions.note_use, secret, now=now)
    return of_user(user)


def _by_token(tx: Tx, secret: str, now: Micros) -> Principal | None:
    token = find_token(tx, secret, now=now)
    if token is None or not token.user_id:
        return None if token is None else of_token(token, None)
    user = users.get_user(tx, token.user_id)
    return of_token(token, user) if user is not None and user.state == users.ACTIVE else None
