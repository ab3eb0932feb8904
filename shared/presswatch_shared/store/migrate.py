"""Brings the store's tables to this version's shape. Safe to call at every start, and from two processes at once."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from sqlalchemy import Connection, MetaData, inspect, text

from presswatch_shared.errors import BadInput
from presswatch_shared.store.database import Store, retryable
from presswatch_shared.store.metadata import metadata

__all__ = ["HEAD", "all_tables", "migrate", "revision_of"]

HEAD = "0010"
"""The newest migration; kept here so that a command need not import Alembic to see that all is well."""
MIGRATIONS = Path(__file__).with_name("migrations")
# Any number, as long as it is always the same one: who holds it is migrating.
POSTGRESQL_LOCK = 7_737_924


def migrate(store: Store) -> bool:
    """Whether anything was changed.

    Raises:
        BadInput: the store was made by a newer version of Presswatch.
    """
    with retryable(), store.engine.connect() as connection:
        if _revision(connection) == HEAD:
            return False
        connection.rollback()
        if store.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({POSTGRESQL_LOCK})"))
        if _revision(connection) == HEAD:
            connection.rollback()
            return False
        _upgrade(connection)
        connection.commit()
        return True


def all_tables() -> MetaData:
    """The catalogue with every table of the store package."""
    package = importlib.import_module("presswatch_shared.store")
    for module in pkgutil.iter_modules(package.__path__):
        if not module.ispkg:
            importlib.import_module(f"{package.__name__}.{module.name}")
    return metadata


def revision_of(store: Store) -> str | None:
    """The newest migration that the store has; None before the first."""
    with retryable(), store.engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise BadInput(
            f"the store was made by a newer version of Presswatch (its schema is {_revision(connection)}, "
            f"this version knows {HEAD}): upgrade Presswatch"
        ) from error
