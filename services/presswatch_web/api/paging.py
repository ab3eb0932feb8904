"""Cursors: where the next page begins, in a form that the API's document can describe exactly."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

__all__ = ["AfterId", "AfterPlace", "BeforeNumber", "number_in", "place", "place_in"]

DESCRIPTION = "`next` of the page before."
# 18 digits always fit the 64 bits of a database.
BeforeNumber = Annotated[str, Query(pattern=r"^([1-9][0-9]{0,17})?$", description=DESCRIPTION)]
AfterId = Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]{0,64}$", description=DESCRIPTION)]
AfterPlace = Annotated[str, Query(pattern=r"^([1-9][0-9]{0,17}\.[A-Za-z0-9_-]{1,64})?$", description=DESCRIPTION)]


def number_in(cursor: str) -> int | None:
    """None for the first page."""
    return int(cursor) if cursor else None


def place(moment: int, item_id: str) -> str:
    return f"{moment}.{item_id}"


def place_in(cursor: str) -> tuple[int, str] | None:
    """None for the first page."""
    moment, _, item_id = cursor.partition(".")
    return (int(moment), item_id) if cursor else None
