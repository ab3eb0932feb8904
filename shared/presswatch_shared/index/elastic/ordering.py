"""The two orders of a search: what to ask the server for, and the places of what comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.cursor import BEST, NEWEST, AfterKey, AfterRank, Cursor, read_cursor
from presswatch_shared.index.dates import sort_key
from presswatch_shared.index.pages import Ranked
from presswatch_shared.index.port import EXACT_LIMIT, SearchRequest, Sort

__all__ = ["BEST_FIRST", "NEWEST_FIRST", "Order", "order_of"]

LONGEST_PAGE = 9_000
"""Hits; the servers' limit is 10,000 with those that share the cursor's moment."""
NEWEST_FIRST = [{"search.order": {"order": "desc", "unmapped_type": "long"}}]
BEST_FIRST: Sequence[Any] = ["_score", *NEWEST_FIRST]


class Order(Protocol):
    """A walk through what a query finds, one article more than a page at a time."""

    is_done: bool
    """Whether nothing comes behind what was taken last."""

    @property
    def place(self) -> Cursor:
        """Where the walk stands."""
        ...

    def asked(self) -> dict[str, Any]:
        """What the next request asks for, besides its query."""
        ...

    def take(self, hits: Sequence[Any], articles: Sequence[ArticleEnriched]) -> Sequence[Ranked]:
        """The places of what came, which the walk then stands behind."""
        ...


def order_of(request: SearchRequest) -> Order:
    """Raises: BadInput: the cursor is not one of this order."""
    return _NewestFirst(request) if request.sort is Sort.NEWEST else _BestFirst(request)


class _NewestFirst:
    def __init__(self, request: SearchRequest) -> None:
        self.is_done = False
        self.place: AfterKey = read_cursor(request.cursor, NEWEST)
        self._more_than = min(request.limit, LONGEST_PAGE)

    @property
    def _size(self) -> int:
        return self._more_than + 1 + len(self.place.shown)

    def asked(self) -> dict[str, Any]:
        """Where the page begins does not narrow the counts: it is asked for after them."""
        asked: dict[str, Any] = {"sort": NEWEST_FIRST, "size": self._size, "track_total_hits": False}
        if self.place != NEWEST:
            asked["post_filter"] = {"range": {"search.order": {"lte": self.place.key}}}
        return asked

    def take(self, hits: Sequence[Any], articles: Sequence[ArticleEnriched]) -> Sequence[Ranked]:
        self.is_done = len(hits) < self._size
        ranked: list[Ranked] = []
        for article in articles:
            if article.article_id not in self.place.shown:
                self.place = self.place.behind(sort_key(article), article.article_id)
                ranked.append(Ranked(article, self.place))
        return ranked


class _BestFirst:
    def __init__(self, request: SearchRequest) -> None:
        self.is_done = False
        self._rank = read_cursor(request.cursor, BEST).rank
        self._more_than = request.limit

    @property
    def place(self) -> AfterRank:
        return AfterRank(self._rank)

    @property
    def _size(self) -> int:
        return max(0, min(self._more_than + 1, EXACT_LIMIT - self._rank))

    def asked(self) -> dict[str, Any]:
        size = self._size
        return {"sort": BEST_FIRST, "from_": self._rank if size else 0, "size": size, "track_scores": True}

    def take(self, hits: Sequence[Any], articles: Sequence[ArticleEnriched]) -> Sequence[Ranked]:
        begin, size = self._rank, self._size
        self._rank += len(hits)
        self.is_done = len(hits) < size or self._rank >= EXACT_LIMIT
        return [
            Ranked(article, AfterRank(rank), hit["_score"])
            for rank, (hit, article) in enumerate(zip(hits, articles, strict=True), begin + 1)
        ]
