"""Aliases: named sets of entries that queries read as a parenthesised OR. Names are kept casefolded.

Aliases take their numbers from the counter of watches, so that a matcher watches one number. Editing one makes a new
version of every watch that reaches it, directly or through other aliases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Row, Select, String, Table, select

from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.store import counters
from presswatch_shared.store.database import Tx, upsert
from presswatch_shared.store.metadata import metadata, micros
from presswatch_shared.store.watches import CHANGES, REMOVED, get_watch, touch_watches, watches

__all__ = [
    "LONGEST_NAME",
    "Alias",
    "AliasInUse",
    "all_aliases",
    "get_alias",
    "list_aliases",
    "remove_alias",
    "save_alias",
    "watches_using",
]

ALIAS_NAME = re.compile(r"@([\w-]+)")
ACTIVE = "active"
LONGEST_NAME = 64

aliases = Table(
    "aliases",
    metadata,
    Column("name", String(LONGEST_NAME), primary_key=True),
    Column("entries", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    micros("changed_at"),
    Column("seq", BigInteger, nullable=False, unique=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A named set of entries."""

    name: str
    entries: tuple[str, ...]
    changed_at: Micros
    seq: int


class AliasInUse(BadInput):
    """A watch would no longer be understood. The text names the watch; `owner` is whose it is."""

    def __init__(self, message: str, *, owner: str) -> None:
        super().__init__(message)
        self.owner = owner


def save_alias(tx: Tx, name: str, entries: Sequence[str], *, now: Micros) -> Sequence[str]:
    """Make or replace an alias; gives the ids of the watches that got a new version by it.

    Raises:
        BadInput: the name or an entry cannot be.
        AliasInUse: a watch would no longer be understood.
    """
    from presswatch_query.aliases import check_alias
    from presswatch_query.problems import BadAlias

    try:
        check_alias(name, entries)
    except BadAlias as error:
        raise BadInput(str(error)) from error
    # Folded, a letter can become three.
    if len(name.casefold()) > LONGEST_NAME:
        raise BadInput(f"“{name}” cannot be the name of an alias: at most {LONGEST_NAME} characters are allowed.")
    users = watches_using(tx, name)
    _refuse_breaking(tx, users, {**all_aliases(tx), name.casefold(): tuple(entries)})
    _write(tx, name.casefold(), entries, ACTIVE, now)
    touch_watches(tx, users, now=now)
    return users


def remove_alias(tx: Tx, name: str, *, now: Micros) -> bool:
    """Leave a tombstone; False where there is no such alias.

    Raises:
        AliasInUse: a watch needs it.
    """
    known = dict(all_aliases(tx))
    if known.pop(name.casefold(), None) is None:
        return False
    _refuse_breaking(tx, watches_using(tx, name), known)
    _write(tx, name.casefold(), (), REMOVED, now)
    return True


def get_alias(tx: Tx, name: str) -> Alias | None:
    row = tx.execute(_active().where(aliases.c.name == name.casefold())).first()
    return None if row is None else _alias(row)


def list_aliases(tx: Tx, *, after: str = "", limit: int | None = None) -> Sequence[Alias]:
    """By name, those behind `after`; all of them without a limit."""
    statement = _active().where(aliases.c.name > after).order_by(aliases.c.name).limit(limit)
    return [_alias(row) for row in tx.execute(statement)]


def all_aliases(tx: Tx) -> Mapping[str, Sequence[str]]:
    """Name → entries, as the watch language takes them."""
    return {alias.name: alias.entries for alias in list_aliases(tx)}


def watches_using(tx: Tx, name: str) -> Sequence[str]:
    """Ids of the watches that name the alias or one that reaches it. A mention inside quotes counts, too."""
    reaching = _reaching(name.casefold(), all_aliases(tx))
    statement = select(watches.c.id, watches.c.query).where(watches.c.state != REMOVED, watches.c.query.contains("@"))
    return [watch_id for watch_id, query in tx.execute(statement) if reaching & _named_in(query)]


def _refuse_breaking(tx: Tx, users: Sequence[str], future: Mapping[str, Sequence[str]]) -> None:
    from presswatch_query import Aliases, QueryRejected, parse

    aliases_then = Aliases(future)
    for watch in filter(None, (get_watch(tx, watch_id) for watch_id in users)):
        try:
            parse(watch.query, aliases_then)
        except QueryRejected as error:
            reason = f"watch {watch.id} ({watch.name}) needs the alias: {error.errors[0].message}"
            raise AliasInUse(reason, owner=watch.owner) from error


def _active() -> Select[Any]:
    columns = (aliases.c.name, aliases.c.entries, aliases.c.changed_at, aliases.c.seq)
    return select(*columns).where(aliases.c.state == ACTIVE)


def _alias(row: Row[Any]) -> Alias:
    return Alias(name=row.name, entries=tuple(row.entries), changed_at=row.changed_at, seq=row.seq)


def _write(tx: Tx, name: str, entries: Sequence[str], state: str, now: Micros) -> None:
    row = {
        "name": name,
        "entries": list(entries),
        "state": state,
        "changed_at": now,
        "seq": counters.next_value(tx, CHANGES),
    }
    upsert(tx, aliases, [row], key=["name"], update=["entries", "state", "changed_at", "seq"])


def _reaching(name: str, known: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The alias and all whose entries lead to it."""
    reaching = {name}
    while True:
        more = {other for other, entries in known.items() if reaching & _named_in(*entries)} - reaching
        if not more:
            return frozenset(reaching)
        reaching |= more


def _named_in(*texts: str) -> frozenset[str]:
    return frozenset(found.casefold() for text in texts for found in ALIAS_NAME.findall(text))
