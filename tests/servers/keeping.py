"""Servers that several processes share: a keeper of their own holds them, and tells where they are.

The keeper of `make servers-up` stays until `make servers-down`; that of a test run ends with the run.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil

from tests.servers.addresses import Address
from tests.servers.errors import ServerUnavailable
from tests.servers.kinds import KINDS, SECURED
from tests.servers.prepared import locked

__all__ = ["found", "keep", "keepers", "shared"]

ROOT = Path(__file__).parents[2]
# The first time a server is downloaded.
START_SECONDS = 1800.0
OWNER_SECONDS = 0.5
# Referred to until we end: Python warns of a process that is let go while it runs, and these are meant to.
_started: list[subprocess.Popen[bytes]] = []


def shared(names: Sequence[str], folder: Path, *, owner: int | None) -> dict[str, Address]:
    """Where these servers are, started by a new keeper unless they run; it ends with the process `owner`, if named.

    Raises:
        ServerUnavailable: with the reason that the keeper gave.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "starting.lock"):
        missing = [name for name in names if found(name, folder) is None]
        if missing:
            _start_keeper(missing, folder, owner)
        addresses = {name: found(name, folder) for name in names}
    return {name: address for name, address in addresses.items() if address is not None}


def found(name: str, folder: Path) -> Address | None:
    """Where a kept server is; None if none is kept there."""
    ready = folder / name / "ready.json"
    if not ready.exists() or not keepers(folder):
        return None
    address: Address = msgspec.json.decode(ready.read_bytes(), type=Address)
    return address


def keepers(folder: Path) -> list[psutil.Process]:
    """The keepers at work in this folder."""
    return [keeper for file in (folder / "keepers").glob("*") if (keeper := _keeper(int(file.name)))]


def keep(names: Sequence[str], folder: Path, owner: int | None) -> None:
    """Start the servers, hold them until told to end (SIGTERM) or until the owner is gone."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    mine = folder / "keepers" / str(os.getpid())
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.touch()
    servers = {name: {**KINDS, **SECURED}[name](_empty(folder / name)) for name in names}
    try:
        with ThreadPoolExecutor(len(servers)) as starting:
            list(starting.map(lambda server: server.start(), servers.values()))
        for name, server in servers.items():
            _write(folder / name / "ready.json", msgspec.json.encode(server.address))
        while not ended.wait(OWNER_SECONDS) and (owner is None or psutil.pid_exists(owner)):
            pass
    except ServerUnavailable as error:
        _write(folder / f"{mine.name}.failed", str(error).encode())
        raise SystemExit(1) from error
    finally:
        for name, server in servers.items():
            (folder / name / "ready.json").unlink(missing_ok=True)
            server.stop()
        mine.unlink()


def _start_keeper(names: Sequence[str], folder: Path, owner: int | None) -> None:
    until = [] if owner is None else ["--owner", str(owner)]
    with (folder / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.servers", "keep", "--folder", str(folder), *until, *names],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _started.append(keeper)
    deadline = time.monotonic() + START_SECONDS
    while not all((folder / name / "ready.json").exists() for name in names):
        if keeper.poll() is not None or time.monotonic() > deadline:
            keeper.terminate()
            raise ServerUnavailable(_reason(folder, keeper.pid))
        time.sleep(0.05)


def _reason(folder: Path, keeper: int) -> str:
    failed = folder / f"{keeper}.failed"
    if failed.exists():
        return failed.read_text()
    return f"the keeper of the servers ended:\n{(folder / 'keeper.log').read_text(errors='replace')[-3000:]}"


def _empty(folder: Path) -> Path:
    """A server of a keeper begins with nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_bytes(content)
    draft.rename(path)


def _keeper(pid: int) -> psutil.Process | None:
    """The process of this number, if it is a keeper and not a stranger who got its number."""
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        if "tests.servers" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None
