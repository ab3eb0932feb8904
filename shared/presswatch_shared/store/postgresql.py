"""The engine of a store on PostgreSQL: one pool a process, connections that notice a dead server, text without NUL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, create_engine, event, make_url, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError

from presswatch_shared.errors import BadInput, ServerUnreachable

__all__ = ["postgresql_engine"]

CONNECT_SECONDS = 10
POOL_WAIT_SECONDS = 30
# Whoever waits longer for a lock gives up and tries again; a process that was stopped in the middle of a transaction
# must not hold its locks for ever. Statements are short and many: a compiler or parallel workers cost more than they
# save.
SESSION = (
    "-c timezone=UTC -c lock_timeout=15s -c idle_in_transaction_session_timeout=120s "
    "-c jit=off -c max_parallel_workers_per_gather=0"
)
# A server that vanished without a word (power, network) is noticed within half a minute.
KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
MENDS = (
    ("password", "check the user and PRESSWATCH_STORE_PASSWORD"),
    ("no pg_hba.conf entry", "allow this host and user in pg_hba.conf"),
    ("does not exist", "create it: createuser, createdb"),
)
START_IT = "start it, or set PRESSWATCH_STORE"


def postgresql_engine(address: str, password: str = "", *, connections: int = 6) -> Engine:
    """An engine whose server has answered once.

    Raises:
        BadInput: no address, or the driver is not installed.
        ServerUnreachable: the server does not answer or does not let us in; the text has its host and port, no secret.
    """
    url = _url(address, password)
    try:
        engine = create_engine(
            url,
            connect_args=_connect_arguments(url),
            pool_size=connections,
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS,
            pool_pre_ping=True,
            # What stands in a row may be a secret, and an error's text is logged.
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise BadInput("PRESSWATCH_STORE names PostgreSQL: pip install 'presswatch[postgresql]'") from error
    event.listen(engine, "connect", _replace_nul)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        engine.dispose()
        raise ServerUnreachable(_refusal(url, str(error.orig))) from error
    return engine


def _url(address: str, password: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise BadInput("PRESSWATCH_STORE is no address: write postgresql://user@host:5432/database") from error
    url = url.set(drivername="postgresql+psycopg")
    return url.set(password=password) if password else url


def _connect_arguments(url: URL) -> dict[str, Any]:
    given = url.query.get("options", "")
    own = f"{SESSION} {given if isinstance(given, str) else ' '.join(given)}".strip()
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "application_name": "presswatch", **KEEPALIVE}
    # What the operator wrote into the address wins.
    return {name: value for name, value in arguments.items() if name not in url.query} | {"options": own}


def _replace_nul(raw: Any, _: Any) -> None:
    """PostgreSQL takes no NUL in a text, and foreign pages have some: U+FFFD stands in its place."""
    from psycopg import DataError
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            try:
                return super().dump(obj)
            except DataError:
                return super().dump(obj.replace("\x00", "\ufffd"))

    raw.adapters.register_dumper(str, WithoutNul)


def _refusal(url: URL, reason: str) -> str:
    place = f"{url.host or 'localhost'}:{url.port or 5432}"
    # Of several lines the last is the newest try; the driver puts no password into any.
    said = reason.strip().splitlines()[-1].rpartition("FATAL:")[2].strip() if reason.strip() else "no reason given"
    mend = next((mend for word, mend in MENDS if word in said), START_IT)
    return f"PostgreSQL at {place} cannot be used ({said}): {mend}"
