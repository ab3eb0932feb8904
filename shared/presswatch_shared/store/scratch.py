"""A database that is made for a measurement and goes away with it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url, text

from presswatch_shared.store.postgresql import postgresql_engine

__all__ = ["scratch_database"]


@contextmanager
def scratch_database(address: str, password: str = "") -> Iterator[str]:
    """The address of a new, empty database on the same server.

    Raises:
        ServerUnreachable: the server does not answer.
        sqlalchemy.exc.DBAPIError: its user may not make databases.
    """
    name = f"presswatch_bench_{secrets.token_hex(4)}"
    engine = postgresql_engine(address, password)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        yield make_url(address).set(database=name).render_as_string(hide_password=False)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()
