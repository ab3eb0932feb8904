"""A static member id for each replica: who is killed and comes back under the same id goes on at once, without a
rebalance and without waiting for the session to end.

Replicas on one machine tell themselves apart by locks in the data folder, which the kernel lets go of when a process
ends, however it ends.
"""

from __future__ import annotations

import hashlib
import re
import socket
from dataclasses import dataclass
from pathlib import Path

from presswatch_shared.stream.slots import Slot, take_slot

__all__ = ["Membership", "take_member"]

NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Membership:
    """An id that nobody else of this machine has until it is given back."""

    id: str
    _slot: Slot

    def give_back(self) -> None:
        self._slot.give_back()


def take_member(folder: Path, group: str, replica: str = "") -> Membership:
    """The first id of this folder and group that is free."""
    slot = take_slot(folder, f"{group}.member")
    return Membership(f"{NOT_IN_AN_ID.sub('-', replica or _replica(folder))}-{group}-{slot.number}", slot)


def _replica(folder: Path) -> str:
    """The machine's name, and the folder, since two installations may share a machine."""
    return f"{socket.gethostname()}-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:8]}"
