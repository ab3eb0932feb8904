"""`presswatch admin user add|list|change`, `presswatch admin audit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from presswatch_shared.clock import Micros, iso
from presswatch_shared.errors import BadInput
from presswatch_shared.passwords import check_password, hash_password
from presswatch_shared.store import audit, sessions, users
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.users import NewUser, User

__all__ = ["add_user", "audit_rows", "change_user", "find_user", "user_rows"]

ACTOR = "command line"


def add_user(store: Store, name: str, role: str, password: str, *, now: Micros) -> User:
    """Raises: BadInput: a name that is taken or none, no role, or a password that is too short."""
    hashed = hash_password(check_password(password))

    def work(tx: Tx) -> User:
        user = users.add_user(tx, NewUser(name=name, role=role, password=hashed), now=now)
        audit.note(tx, actor=ACTOR, action="admin user add", subject=user.id, detail=role, now=now)
        return user

    return store.run_now(work)


def change_user(
    store: Store, name: str, *, role: str | None, state: str | None, password: str | None, now: Micros
) -> User:
    """The user as it is then; all their logins end.

    Raises:
        BadInput: nothing to change, no such user, role, state or password, or it is the last admin.
    """
    if role is None and state is None and password is None:
        raise BadInput("nothing to change: give --role, --state or --password")
    hashed = None if password is None else hash_password(check_password(password))

    def work(tx: Tx) -> User:
        user = _found(users.find_user(tx, name), name)
        changed = users.change_user(tx, user.id, role=role, state=state, password=hashed)
        sessions.end_sessions_of(tx, [user.id])
        what = [word for word, value in (("role", role), ("state", state), ("password", password)) if value is not None]
        audit.note(tx, actor=ACTOR, action="admin user change", subject=user.id, detail=", ".join(what), now=now)
        return _found(changed, name)

    return store.run_now(work)


def find_user(store: Store, name: str) -> User:
    """Raises: BadInput: there is no such user."""
    return _found(store.read_now(users.find_user, name), name)


def user_rows(store: Store) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "id": user.id,
            "name": user.name,
            "role": user.role,
            "state": user.state,
            "created_at": iso(user.created_at),
            "last_login_at": iso(user.last_login_at),
        }
        for user in store.read_now(users.list_users)
    ]


def audit_rows(store: Store, limit: int) -> Sequence[Mapping[str, Any]]:
    """The newest changes first."""
    return [
        {
            "at": iso(entry.at),
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "detail": entry.detail,
        }
        for entry in store.read_now(audit.list_entries, limit=limit)
    ]


def _found(user: User | None, name: str) -> User:
    if user is None:
        raise BadInput(f"there is no user {name!r}: `presswatch admin user list` shows all")
    return user
