"""Whose things are: a condition for rows that belong to a watch. A watch without an owner is everybody's."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, ColumnElement, String, column, select, table

__all__ = ["SHARED", "Owners", "belongs_to"]

# Not imported from its module, which imports those that ask here.
watches = table("watches", column("id", String), column("owner", String))

SHARED = ""
"""The owner of a watch that the whole team has."""

Owners = Collection[str] | None
"""Whose things are wanted; None for everybody's."""


def belongs_to(watch_id: Column[Any], owners: Owners) -> list[ColumnElement[bool]]:
    """Nothing more for None; else that the watch, removed or not, belongs to one of them."""
    if owners is None:
        return []
    return [watch_id.in_(select(watches.c.id).where(watches.c.owner.in_(sorted(owners))))]
