"""In which languages the owners of watches read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from presswatch_shared.store.database import Tx
from presswatch_shared.store.users import users
from presswatch_shared.store.watches import watches

__all__ = ["languages_of"]


def languages_of(tx: Tx, watch_ids: Iterable[str]) -> Mapping[str, str]:
    """By watch, the language its owner chose; watches whose owner chose none, or that have none, are left out."""
    chosen = select(watches.c.id, users.c.language).join(users, users.c.id == watches.c.owner)
    rows = tx.execute(chosen.where(watches.c.id.in_(sorted(set(watch_ids))), users.c.language != ""))
    return {row.id: row.language for row in rows}
