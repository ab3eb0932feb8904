"""`presswatch alias set|list|remove`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.store import aliases
from presswatch_shared.store.database import Store

__all__ = ["all_entries", "remove_alias", "set_alias"]


def set_alias(store: Store, name: str, entries: Sequence[str], *, now: Micros) -> int:
    """How many watches follow the change.

    Raises:
        BadInput: no entries, a name or an entry that cannot be, or a watch that would no longer be understood.
    """
    if not entries:
        raise BadInput(f"@{name} needs at least one entry")
    return len(store.run_now(aliases.save_alias, name, entries, now=now))


def all_entries(store: Store) -> Mapping[str, Sequence[str]]:
    return store.read_now(aliases.all_aliases)


def remove_alias(store: Store, name: str, *, now: Micros) -> None:
    """Raises: BadInput: there is no such alias, or it is in use."""
    if not store.run_now(aliases.remove_alias, name, now=now):
        raise BadInput(f"there is no alias {name!r}: `presswatch alias list` shows all")
