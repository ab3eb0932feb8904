"""The data folder: made when missing, refused where it cannot be used, held by one running product."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from presswatch_shared.errors import BadInput

__all__ = ["RESTORING", "hold", "hold_for_restore", "prepare"]

RESTORING = "restore.part"
"""Where a restore copies to; as long as it is there, the folder is not whole."""


def prepare(folder: Path) -> Path:
    """The folder, made if it was not there.

    Raises:
        BadInput: it cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".write-test-{os.getpid()}"
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(
            f"the data folder {folder} cannot be used ({reason}): "
            "mend that or set PRESSWATCH_DATA to a folder you may write to"
        ) from error
    return folder


@contextmanager
def hold(folder: Path, role: str) -> Iterator[None]:
    """Hold the folder for as long as the block runs: `run` alone, or any number of different single services.

    The kernel lets go of the lock when the process ends, however it ends.

    Raises:
        BadInput: another process holds it in a way that does not go together with this, or a restore was cut off.
    """
    if (folder / RESTORING).exists():
        raise BadInput(f"a restore into {folder} was cut off: run `presswatch admin restore` again")
    with _locked(folder, "lock", folder / "lock", exclusive=role == "run"):
        if role == "run":
            yield
        else:
            with _locked(folder, role, folder / f"lock.{role}", exclusive=True):
                yield


@contextmanager
def hold_for_restore(folder: Path) -> Iterator[None]:
    """Hold the folder alone, although a restore may have been cut off in it.

    Raises:
        BadInput: another process holds it.
    """
    with _locked(folder, "lock", folder / "lock", exclusive=True):
        yield


@contextmanager
def _locked(folder: Path, name: str, path: Path, *, exclusive: bool) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 64, 0).decode("ascii", "replace").strip()
            who = f"process {holder}" if holder else "another process"
            what = "Presswatch" if name == "lock" else f"the {name} service"
            raise BadInput(
                f"{what} already runs on the data folder {folder} ({who}): stop it first, or set PRESSWATCH_DATA"
            ) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
