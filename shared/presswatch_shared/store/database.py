"""The control state behind one URL: SQLite by default, PostgreSQL by changing the URL.

Work is done in plain functions `work(tx, …)`; `Store.run` gives them a transaction in a thread of its own, so that the
loop never waits for a disk.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import Connection, Table, create_engine, event, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput, Retry

__all__ = ["Store", "Tx", "count_rows", "database_now", "insert_if_absent", "open_store", "upsert"]

P = ParamSpec("P")
T = TypeVar("T")
Tx = Connection
"""An open transaction; services hand it on and never look inside."""

BUSY_TIMEOUT_SECONDS = 10.0
READERS = 2
ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
RETRY_SQLITE_CODES = frozenset(
    (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
)
# The same work again. Classes 40 (serialisation failure, deadlock), 53 (resources), 57 (shutdown), 58 (disk),
# 08 (connection); a lock that was not to be had, a session ended for idling, a server that is only a standby yet.
RETRY_SQLSTATES = ("40", "53", "57", "58", "08", "55P03", "25P03", "25006")


class Store:
    """Runs transactions. Writes of SQLite go through one thread (it has one writer anyway); reads have their own."""

    def __init__(self, engine: Engine, *, connections: int = READERS + 1) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        # Reads see one moment of the store, as SQLite's do by themselves.
        self._reading = engine if self.is_sqlite else engine.execution_options(**ONE_MOMENT)
        writers = 1 if self.is_sqlite else max(1, connections - READERS)
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(min(READERS, connections), thread_name_prefix="store-read")

    async def run(self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do `work(tx, …)` in one transaction: all of it or nothing.

        Raises:
            Retry: busy, deadlock, lost connection or disk full; nothing was changed. Of a connection lost while it
                commits nobody knows: what is done again must find out what is there.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writers, lambda: self.run_now(work, *args, **kwargs))

    async def read(self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Like `run`, for work that only reads: it never waits for a writer."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(work, *args, **kwargs))

    def run_now(self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`run` without a loop."""
        with retryable(), self.engine.connect() as connection:
            if self.is_sqlite:
                # Take the write lock first: a transaction that reads and then writes could else fail half-way.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            result = work(connection, *args, **kwargs)
            connection.commit()
            return result

    def read_now(self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` without a loop."""
        with retryable(), self._reading.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            result = work(connection, *args, **kwargs)
            connection.rollback()
            return result

    def close(self) -> None:
        self._writers.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self.engine.dispose()


def open_store(url: str, data: Path | None = None, *, password: str = "", connections: int = 6) -> Store:
    """The store at `url`: `sqlite` (a file `store.db` in `data`) or `postgresql://…`.

    `password` stands for the one in the address; `connections` to PostgreSQL are opened at most.

    Raises:
        BadInput: the folder or file cannot be used.
        ServerUnreachable: PostgreSQL does not answer.
    """
    if url == "sqlite":
        if data is None:
            raise BadInput("the embedded store needs a data folder: set PRESSWATCH_DATA")
        return Store(_sqlite_engine(data / "store.db"))
    if url.startswith(("postgresql://", "postgres://")):
        from presswatch_shared.store.postgresql import postgresql_engine

        return Store(postgresql_engine(url, password, connections=connections), connections=connections)
    raise BadInput("PRESSWATCH_STORE is no store: use sqlite or postgresql://user@host/database")


def _sqlite_engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        # What stands in a row may be a secret, and an error's text is logged.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _: Any) -> None:
        # Transactions are begun by hand (see run_now), so the driver must not begin its own.
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            raw.execute(f"PRAGMA {pragma}")

    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM sqlite_master"))
    except (sqlite3.DatabaseError, DBAPIError) as error:
        engine.dispose()
        raise BadInput(
            f"{path} cannot be opened as a database ({_reason(error)}): "
            "restore it from a backup, or move it away to begin anew"
        ) from error
    return engine


@contextmanager
def retryable() -> Iterator[None]:
    """Turn what passes by itself into `Retry`; a mistake of ours stays what it is."""
    try:
        yield
    except DBAPIError as error:
        if _passes_by_itself(error):
            raise Retry(f"store: {_reason(error)}") from error
        raise
    except PoolTimeout as error:
        raise Retry("store: all connections are in use (PRESSWATCH_STORE_CONNECTIONS)") from error


def _passes_by_itself(error: DBAPIError) -> bool:
    sqlite_code = getattr(error.orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return sqlite_code & 0xFF in RETRY_SQLITE_CODES
    sqlstate = getattr(error.orig, "sqlstate", None) or ""
    no_answer = not sqlstate and isinstance(error, InterfaceError | OperationalError)
    return error.connection_invalidated or no_answer or sqlstate.startswith(RETRY_SQLSTATES)


def _reason(error: Exception) -> str:
    original = error.orig if isinstance(error, DBAPIError) else error
    return str(original).splitlines()[0] if str(original) else type(original).__name__


def database_now(tx: Tx) -> Micros:
    """The database's clock in µs: leases of several machines are measured by it."""
    if tx.dialect.name == "postgresql":
        return cast(
            int, tx.execute(text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")).scalar_one()
        )
    return cast(
        int, tx.execute(text("SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)")).scalar_one()
    )


def _insert(tx: Tx, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def insert_if_absent(tx: Tx, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert rows whose key is not there yet; says how many were new. All rows have the same columns."""
    if not rows:
        return 0
    # Without the option the count is read after psycopg has closed the cursor, and is lost.
    statement = _insert(tx, table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return tx.execute(statement, list(rows)).rowcount


def upsert(tx: Tx, table: Table, rows: Sequence[dict[str, Any]], *, key: Sequence[str], update: Sequence[str]) -> None:
    """Insert rows, or change the columns `update` of those already there, found by the unique columns `key`."""
    if rows:
        statement = _insert(tx, table)
        changes = {name: statement.excluded[name] for name in update}
        tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changes), list(rows))


def count_rows(tx: Tx, table: Table) -> int:
    """How many rows there are."""
    return tx.execute(select(func.count()).select_from(table)).scalar_one()
