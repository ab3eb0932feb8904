"""Verdicts on candidates that are worth keeping: the next page of a search asks the same again."""

from __future__ import annotations

from collections import OrderedDict

from presswatch_query import Query
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.hits import matches
from presswatch_shared.index.port import EXACT_LIMIT

__all__ = ["Verdicts"]

QUERIES = 8


class Verdicts:
    """For the last few queries, which stored articles match. Not safe for use from two threads."""

    def __init__(self, limit: int = EXACT_LIMIT) -> None:
        self.limit = limit
        """How many candidates of a query are asked about."""
        self._by_query: OrderedDict[str, dict[int, bool]] = OrderedDict()

    def matches(self, query: Query, article: ArticleEnriched, stored: int) -> bool:
        """Whether the article matches; `stored` is the hash of its stored form."""
        known = self._of(query)
        if stored not in known:
            if len(known) >= 2 * self.limit:
                known.clear()
            known[stored] = matches(query, article)
        return known[stored]

    def _of(self, query: Query) -> dict[int, bool]:
        known = self._by_query.setdefault(query.canonical, {})
        self._by_query.move_to_end(query.canonical)
        if len(self._by_query) > QUERIES:
            self._by_query.popitem(last=False)
        return known
