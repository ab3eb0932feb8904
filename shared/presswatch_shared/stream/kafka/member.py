"""A static member id for each replica: who is killed and comes back under the same id goes on at once, without a
rebalance and without waiting for the session to end.

Replicas on one machine tell themselves apart by locks in the data folder, which the kernel lets go of when a process
ends, however it ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Membership", "take_member"]

REPLICAS_A_FOLDER = 256
NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Membership:
    """An id that nobody else of this machine has until it is given back."""

    id: str
    _lock: int

    def give_back(self) -> None:
        os.close(self._lock)


def take_member(folder: Path, group: str, replica: str = "") -> Membership:
    """The first id of this folder and group that is free."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(REPLICAS_A_FOLDER):
        lock = os.open(folder / f"{group}.member-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return Membership(f"{NOT_IN_AN_ID.sub('-', replica or _replica(folder))}-{group}-{number}", lock)
    raise RuntimeError(f"{REPLICAS_A_FOLDER} replicas of {group} run on {folder}")


def _replica(folder: Path) -> str:
    """The machine's name, and the folder, since two installations may share a machine."""
    return f"{socket.gethostname()}-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]}"
