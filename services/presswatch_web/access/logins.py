"""Logins by name and password, and how many may fail."""

from __future__ import annotations

import asyncio
from math import ceil

from presswatch_shared.clock import SECOND, Clock
from presswatch_shared.passwords import is_password
from presswatch_shared.store import audit, sessions, users
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.users import User
from presswatch_shared.texts import ngettext
from presswatch_web.access.rates import RateLimit
from presswatch_web.problems import Problem

__all__ = ["Logins"]

"""µs"""


class Logins:
    """Made once an application: it remembers failures, of this process alone."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        # After five wrong passwords one each half minute: a list of common ones takes weeks.
        self._by_name = RateLimit(per_second=1 / 30, burst=5)
        self._by_address = RateLimit(per_second=1 / 5, burst=20)

    async def by_password(self, name: str, password: str, address: str) -> str:
        """The secret of a new session.

        Raises:
            Problem: 401 they do not go together; 429 too many failed.
        """
        key = name.strip().casefold()
        now = self._clock.now()
        wait = max(self._by_name.take(key, now / SECOND), self._by_address.take(address, now / SECOND))
        if wait:
            raise Problem(
                429,
                ngettext(
                    "Too many logins failed. Try again in %(count)s second.",
                    "Too many logins failed. Try again in %(count)s seconds.",
                    ceil(wait),
                ),
                headers={"Retry-After": str(ceil(wait))},
            )
        user, kept = await self._store.read(_find, name)
        fits = await asyncio.to_thread(is_password, password, kept)
        if user is None or not fits:
            await self._store.run(audit.note, actor=name, action="login refused", subject=address, now=now)
            raise Problem(401, "This name and password do not go together.")
        self._by_name.give_back(key)
        self._by_address.give_back(address)
        return await self.open(user, "login")

    async def open(self, user: User, how: str) -> str:
        """The secret of a session for somebody who has proved who they are."""

        def begin(tx: Tx) -> str:
            audit.note(tx, actor=user.name, action=how, subject=user.id, now=self._clock.now())
            return sessions.open_session(tx, user, now=self._clock.now())

        return await self._store.run(begin)


def _find(tx: Tx, name: str) -> tuple[User | None, str]:
    user = users.find_user(tx, name)
    if user is None or user.state != users.ACTIVE:
        return None, ""
    return user, users.password_of(tx, user.id)
