"""Who may log in, and as what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, String, Table, Text, UniqueConstraint, func, select, update

from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.ids import random_id
from presswatch_shared.store.database import Tx, insert_if_absent
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.texts import gettext

__all__ = [
    "ACTIVE",
    "ADMIN",
    "ANALYST",
    "DISABLED",
    "READER",
    "ROLES",
    "NewUser",
    "User",
    "add_user",
    "change_user",
    "check_role",
    "count_users",
    "find_user",
    "find_user_by_subject",
    "get_user",
    "list_users",
    "password_of",
]

READER, ANALYST, ADMIN = "reader", "analyst", "admin"
ROLES = (READER, ANALYST, ADMIN)
"""From the one that may least to the one that may all."""
ACTIVE, DISABLED = "active", "disabled"
LONGEST_NAME = 100

users = Table(
    "users",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("password", Text, nullable=False),
    Column("issuer", Text, nullable=True),
    Column("subject", Text, nullable=True),
    Column("language", String(8), nullable=False, server_default=""),
    micros("created_at"),
    micros("last_login_at", nullable=True),
    UniqueConstraint("issuer", "subject"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """What is known of a user; never the password."""

    id: str
    name: str
    role: str
    state: str
    issuer: str | None
    subject: str | None
    created_at: Micros
    last_login_at: Micros | None
    language: str = ""
    """A code of `languages.LANGUAGES`, in which pages are shown; empty is what the browser asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A user to be: with a hashed password, or with who they are at an OpenID provider."""

    name: str
    role: str
    password: str = ""
    issuer: str | None = None
    subject: str | None = None


def add_user(tx: Tx, new: NewUser, *, now: Micros) -> User:
    """Raises: BadInput: no name, one that is taken (small and capital letters are alike), or no role."""
    name = _name(new.name)
    user = User(
        id=random_id("usr"),
        name=name,
        role=check_role(new.role),
        state=ACTIVE,
        issuer=new.issuer,
        subject=new.subject,
        created_at=now,
        last_login_at=None,
    )
    row = {field: getattr(user, field) for field in User.__slots__}
    if not insert_if_absent(tx, users, [row | {"name_key": name.casefold(), "password": new.password}]):
        raise BadInput(gettext("there is a user %(name)s already", name=repr(name)))
    return user


def change_user(
    tx: Tx,
    user_id: str,
    *,
    role: str | None = None,
    state: str | None = None,
    password: str | None = None,
    last_login_at: Micros | None = None,
    language: str | None = None,
) -> User | None:
    """Change what is given; None where there is no such user.

    Raises:
        BadInput: no role or state, or nobody would be left who may do everything.
    """
    values: dict[str, Any] = {}
    if role is not None:
        values["role"] = check_role(role)
    if state is not None:
        values["state"] = _state(state)
    if password is not None:
        values["password"] = password
    if last_login_at is not None:
        values["last_login_at"] = last_login_at
    if language is not None:
        values["language"] = language
    if values:
        _keep_an_admin(tx, user_id, values)
        tx.execute(update(users).where(users.c.id == user_id).values(**values))
    return get_user(tx, user_id)


def get_user(tx: Tx, user_id: str) -> User | None:
    return _first(tx, users.c.id == user_id)


def find_user(tx: Tx, name: str) -> User | None:
    """By the name that is used to log in."""
    return _first(tx, users.c.name_key == name.strip().casefold())


def find_user_by_subject(tx: Tx, issuer: str, subject: str) -> User | None:
    """By who they are at an OpenID provider."""
    return _first(tx, (users.c.issuer == issuer) & (users.c.subject == subject))


def password_of(tx: Tx, user_id: str) -> str:
    """The hash; empty for a user without a password."""
    return tx.execute(select(users.c.password).where(users.c.id == user_id)).scalar() or ""


def list_users(tx: Tx) -> Sequence[User]:
    """All, disabled ones too, by name."""
    return [_user(row) for row in tx.execute(select(*_columns()).order_by(users.c.name_key))]


def count_users(tx: Tx) -> int:
    return tx.execute(select(func.count()).select_from(users)).scalar_one()


def _keep_an_admin(tx: Tx, user_id: str, values: dict[str, Any]) -> None:
    if values.get("role", ADMIN) == ADMIN and values.get("state", ACTIVE) == ACTIVE:
        return
    others = (users.c.role == ADMIN) & (users.c.state == ACTIVE) & (users.c.id != user_id)
    is_admin = (users.c.id == user_id) & (users.c.role == ADMIN) & (users.c.state == ACTIVE)
    if (
        tx.execute(select(users.c.id).where(is_admin)).first()
        and not tx.execute(select(users.c.id).where(others)).first()
    ):
        raise BadInput("this is the last admin: make another one first")


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(gettext("a user's name has 1 to %(most)s printable characters", most=LONGEST_NAME))
    return name


def check_role(text: str) -> str:
    """Raises: BadInput: there is no such role."""
    if text not in ROLES:
        raise BadInput(f"{text!r} is no role: use {', '.join(ROLES)}")
    return text


def _state(text: str) -> str:
    if text not in (ACTIVE, DISABLED):
        raise BadInput(f"{text!r} is no state of a user: use {ACTIVE} or {DISABLED}")
    return text


def _first(tx: Tx, condition: ColumnElement[bool]) -> User | None:
    row = tx.execute(select(*_columns()).where(condition)).first()
    return None if row is None else _user(row)


def _columns() -> Sequence[Column[Any]]:
    return [users.c[name] for name in User.__slots__]


def _user(row: Row[Any]) -> User:
    return User(**row._mapping)
