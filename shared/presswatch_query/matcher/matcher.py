"""Which of many watches match an article."""

from __future__ import annotations

from presswatch_query.article import AnalysedArticle
from presswatch_query.evaluation import evaluate
from presswatch_query.parsing import Query

__all__ = ["Matcher"]


class Matcher:
    """Holds watches by id; every change is seen by the next article."""

    def __init__(self) -> None:
        self._queries: dict[str, Query] = {}

    def __len__(self) -> int:
        return len(self._queries)

    def __contains__(self, watch_id: str) -> bool:
        return watch_id in self._queries

    def add(self, watch_id: str, query: Query) -> None:
        """Adds a watch, or changes the one with this id."""
        self._queries[watch_id] = query

    def remove(self, watch_id: str) -> None:
        """Removes a watch; one that is not there is no error."""
        self._queries.pop(watch_id, None)

    def match(self, article: AnalysedArticle) -> list[str]:
        """The ids of the watches that match, sorted."""
        return sorted(watch_id for watch_id, query in self._queries.items() if evaluate(query, article).matched)
