"""What changed among the watches since a matcher looked last, in one consistent view of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from presswatch_shared.store import aliases, counters, watches
from presswatch_shared.store.database import Tx
from presswatch_shared.store.watches import CHANGES, Watch

__all__ = ["Changes", "changes_since"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Changed watches, tombstones among them, with all aliases; `seq` is where to go on."""

    seq: int
    watches: Sequence[Watch] = ()
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)


def changes_since(tx: Tx, seq: int) -> Changes:
    """Cheap where nothing changed: one row is read."""
    newest = counters.current(tx, CHANGES)
    if newest == seq:
        return Changes(seq=seq)
    found: list[Watch] = []
    last = seq
    while page := watches.watches_changed_since(tx, last):
        found += page
        last = page[-1].seq
    return Changes(seq=newest, watches=found, aliases=aliases.all_aliases(tx))
