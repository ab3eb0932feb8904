"""The file of the SQLite log: opened with the pragmas it needs, its tables, and what its errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from presswatch_shared.errors import BadInput, Retry

__all__ = ["connect", "create_file", "translated"]

APPLICATION_ID = 0x50574C47
SCHEMA_VERSION = 1
BUSY_SECONDS = 10.0
PAGE_BYTES = 8192
WAL_KEPT_BYTES = 64 * 2**20

RETRY_CODES = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
    )
)
DAMAGE_CODES = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))

# `value` stands last, so that reading the other columns never touches the overflow pages of a large message.
# `tp` is topic << 8 | partition; `log.id` is tp << 40 | offset. `partitions.next_offset` outlives the messages.
SCHEMA = """
CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL);
CREATE TABLE partitions (tp INTEGER PRIMARY KEY, next_offset INTEGER NOT NULL, compacted_to INTEGER NOT NULL);
CREATE TABLE log (id INTEGER PRIMARY KEY, appended_at INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL);
CREATE TABLE newest (tp INTEGER NOT NULL, key TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tp, key)) WITHOUT ROWID;
CREATE TABLE groups (name TEXT PRIMARY KEY, seen_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE offsets (
    grp TEXT NOT NULL, tp INTEGER NOT NULL, next_offset INTEGER NOT NULL, PRIMARY KEY (grp, tp)
) WITHOUT ROWID;
CREATE TABLE members (
    grp TEXT NOT NULL, owner TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (grp, owner)
) WITHOUT ROWID;
CREATE TABLE leases (
    grp TEXT NOT NULL, tp INTEGER NOT NULL, owner TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (grp, tp)
) WITHOUT ROWID;
"""


def create_file(path: Path) -> None:
    """Make the file and its tables where they are missing; check that it is one of ours.

    Raises:
        BadInput: it cannot be opened, is damaged, is something else, or was written by a newer version.
        Retry: another process holds it for long.
    """
    try:
        with translated(path):
            connection = connect(path)
            try:
                _create_tables(connection, path)
            finally:
                connection.close()
    except sqlite3.Error as error:
        raise BadInput(
            f"the stream log {path} cannot be opened ({error}): see that its folder can be written"
        ) from error
    except Retry as error:
        if isinstance(error.__cause__, sqlite3.Error) and _code(error.__cause__) == sqlite3.SQLITE_BUSY:
            raise
        raise BadInput(f"{error}: see that there is room and that its folder can be written") from error


def connect(path: Path) -> sqlite3.Connection:
    """A connection that begins no transaction by itself."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in (
            f"page_size={PAGE_BYTES}",
            "journal_mode=WAL",
            # NORMAL would survive kill -9, but lose acknowledged messages when the power fails.
            "synchronous=FULL",
            f"journal_size_limit={WAL_KEPT_BYTES}",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _create_tables(connection: sqlite3.Connection, path: Path) -> None:
    # Look first: whoever opens a file that is ready must not wait for its writer.
    if _is_ready(connection, path):
        return
    connection.execute("BEGIN IMMEDIATE")
    if not _is_ready(connection, path):
        for statement in filter(str.strip, SCHEMA.split(";")):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _is_ready(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the tables are there."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != APPLICATION_ID:
        raise BadInput(
            f"{path} is a database of something else: move it away, or set PRESSWATCH_DATA to another folder"
        )
    if version > SCHEMA_VERSION:
        raise BadInput(
            f"{path} was written by a newer Presswatch: use that version, or move the file away to begin anew"
        )
    return bool(tables)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as what the loop does next; a mistake of ours stays what it is."""
    try:
        yield
    except sqlite3.Error as error:
        if _code(error) in RETRY_CODES:
            raise Retry(f"the stream log {path}: {error}") from error
        if _code(error) in DAMAGE_CODES:
            raise BadInput(
                f"the stream log {path} is damaged ({error}): restore it from a backup, or move it away to begin anew"
            ) from error
        raise


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
