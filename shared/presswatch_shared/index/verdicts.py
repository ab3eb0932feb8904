"""Verdicts on candidates that are worth keeping: the next page of a search asks the same again."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from presswatch_query import Query
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.hits import matches
from presswatch_shared.index.port import EXACT_LIMIT

__all__ = ["Verdicts"]

QUERIES = 8


class Verdicts:
    """For the last few queries, which stored articles match. Several threads may ask."""

    def __init__(self, limit: int = EXACT_LIMIT) -> None:
        self.limit = limit
        """How many candidates of a query are asked about."""
        self._by_query: OrderedDict[str, dict[int, bool]] = OrderedDict()
        self._lock = Lock()

    def matches(self, query: Query, article: ArticleEnriched, stored: int) -> bool:
        """Whether the article matches; `stored` is the hash of its stored form."""
        known = self._of(query)
        verdict = known.get(stored)
        if verdict is None:
            verdict = known[stored] = matches(query, article)
        return verdict

    def known(self, query: Query, stored: int) -> bool | None:
        """The verdict on the article with this hash; None if it was not asked for yet."""
        return self._of(query).get(stored)

    def _of(self, query: Query) -> dict[int, bool]:
        with self._lock:
            known = self._by_query.pop(query.canonical, {})
            if len(known) > 2 * self.limit:
                known = {}
            self._by_query[query.canonical] = known
            if len(self._by_query) > QUERIES:
                self._by_query.popitem(last=False)
            return known
