"""The watch that a command names."""

from __future__ import annotations

from presswatch_shared.errors import BadInput
from presswatch_shared.store import watches
from presswatch_shared.store.database import Tx
from presswatch_shared.store.watches import Watch

__all__ = ["existing_watch", "no_such_watch"]


def existing_watch(tx: Tx, watch_id: str) -> Watch:
    """Raises: BadInput: there is none."""
    watch = watches.get_watch(tx, watch_id)
    if watch is None:
        raise no_such_watch(watch_id)
    return watch


def no_such_watch(named: str) -> BadInput:
    """What is said where there is none of this id or name."""
    return BadInput(f"there is no watch {named!r}: `presswatch watch list` shows all")
