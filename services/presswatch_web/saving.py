"""Saving a search: the one way for the API and the page. Functions of a transaction."""

from __future__ import annotations

from urllib.parse import urlencode

from presswatch_shared.clock import Micros
from presswatch_shared.store import saved_searches
from presswatch_shared.store.database import Tx
from presswatch_shared.store.saved_searches import SavedSearch
from presswatch_web.pages.links import state_of
from presswatch_web.problems import Problem
from presswatch_web.searching import Asked

__all__ = ["MOST_SAVED", "address_of", "look_up", "remove", "save"]

MOST_SAVED = 500
"""Searches that one owner may keep."""
LONGEST_NAME = 200
ALL = "All articles"
LOOKS = frozenset(("fold", "sort", "by", "share"))


def save(tx: Tx, asked: Asked, name: str, *, owner: str, now: Micros) -> SavedSearch:
    """The query is kept as it is written: an alias in it stays the alias, and a fault may be mended when it is run.

    Raises:
        Problem: 422, the owner has too many.
    """
    parameters = state_of(asked)
    told = [value for parameter, value in parameters if parameter not in LOOKS]
    if saved_searches.count_searches(tx, owner) >= MOST_SAVED:
        raise Problem(422, f"at most {MOST_SAVED} searches are kept: remove one first")
    named = (name.strip() or " ".join(told) or ALL)[:LONGEST_NAME]
    return saved_searches.add_search(tx, owner=owner, name=named, parameters=parameters, now=now)


def look_up(tx: Tx, search_id: str) -> SavedSearch:
    """Raises:
    Problem: 404.
    """
    found = saved_searches.get_search(tx, search_id)
    if found is None:
        raise Problem(404, "there is no such search")
    return found


def remove(tx: Tx, search_id: str) -> None:
    """Raises:
    Problem: 404.
    """
    if not saved_searches.remove_search(tx, search_id):
        raise Problem(404, "there is no such search")


def address_of(saved: SavedSearch) -> str:
    """Where the page shows it."""
    return "/?" + urlencode(list(saved.parameters))
