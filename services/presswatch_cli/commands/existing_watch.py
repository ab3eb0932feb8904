"""The watch that a command names."""

from __future__ import annotations

from presswatch_shared.errors import BadInput
from presswatch_shared.store import watches
from presswatch_shared.store.database import Tx
from presswatch_shared.store.watches import Watch

__all__ = ["existing_watch", "no_such_watch"]


def existing_watch(tx: Tx, which: str) -> Watch:
    """The watch of this id or, failing that, of this name.

    Raises:
        BadInput: there is none, or several have the name.
    """
    found = watches.get_watch(tx, which)
    if found is not None:
        return found
    named = watches.watches_named(tx, which)
    if not named:
        raise no_such_watch(which)
    if len(named) > 1:
        raise BadInput(
            f"several watches are named {which!r}, such as {named[0].id} and {named[1].id}: name one by its id"
        )
    return named[0]


def no_such_watch(which: str) -> BadInput:
    """What is said where there is none, or none any more."""
    return BadInput(f"there is no watch {which!r}: `presswatch watch list` shows all")
