"""Numbers that processes which share a folder hold one each, by locks that end with the process."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from presswatch_shared.errors import BadInput

__all__ = ["Slot", "take_slot"]

SLOTS = 256


@dataclass(frozen=True, slots=True)
class Slot:
    """A number that nobody else has until it is given back."""

    number: int
    lock: int
    """File descriptor."""

    def give_back(self) -> None:
        os.close(self.lock)


def take_slot(folder: Path, name: str) -> Slot:
    """The first number of this name that is free in the folder.

    Raises:
        BadInput: as many processes as there may be have one each.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(SLOTS):
        lock = os.open(folder / f"{name}-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return Slot(number, lock)
    raise BadInput(
        f"{SLOTS} processes hold {name} in {folder} already: give this one a folder of its own (PRESSWATCH_DATA)"
    )
