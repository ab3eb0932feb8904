"""Verdicts on candidates that are worth keeping: the next page of a search asks the same again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from presswatch_query import Query
from presswatch_query.ast import And, Literal, Node, Not, Or
from presswatch_query.matcher.verify import compiled, run
from presswatch_query.matcher.view import ArticleView
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.hits import analysed
from presswatch_shared.index.port import EXACT_LIMIT

__all__ = ["STRIDE", "Verdicts", "Verifier", "condition"]

QUERIES = 8
STRIDE = 100
"""Candidates that are read at once, where it shows then which of them match."""
QUICK_LITERALS, QUICK_TOKENS = 400, 200
"""Candidates that are verified in about 50 ms: literals are looked for in the text as it is, all else in its tokens."""


def condition(tree: Node) -> Callable[[ArticleEnriched], bool]:
    """What the reference evaluator says, found by the matcher's quicker ways: without places."""
    program = compiled(tree)
    return lambda article: run(program, ArticleView(analysed(article)))


class Verifier:
    """Whether stored articles match one query; what it found out is kept. Several threads may ask."""

    def __init__(self, tree: Node, known: dict[int, bool], limit: int) -> None:
        self._matches = condition(tree)
        self._known = known
        self._quick_limit = min(limit, QUICK_LITERALS if _is_literal(tree) else QUICK_TOKENS)
        self._limit = limit

    def holds(self, article: ArticleEnriched, stored: int) -> bool:
        """Whether a candidate matches; `stored` is the hash of its stored form."""
        verdict = self._known.get(stored)
        if verdict is None:
            verdict = self._known[stored] = self._matches(article)
        return verdict

    def known(self, stored: int) -> bool | None:
        """The verdict on the article with this hash; None if it was not asked for yet."""
        return self._known.get(stored)

    def limit(self, *, quick: bool) -> int:
        """How many candidates are verified at most."""
        return self._quick_limit if quick else self._limit


class Verdicts:
    """Of the last few queries. Several threads may ask."""

    def __init__(self, limit: int = EXACT_LIMIT) -> None:
        self.limit = limit
        """How many candidates of a query are verified where time does not matter."""
        self._by_query: OrderedDict[str, dict[int, bool]] = OrderedDict()
        self._lock = Lock()

    def of(self, query: Query, tree: Node | None = None) -> Verifier:
        """For a query; `tree` is what of it the candidates leave open, by default all."""
        with self._lock:
            known = self._by_query.pop(query.canonical, {})
            if len(known) > 2 * self.limit:
                known = {}
            self._by_query[query.canonical] = known
            if len(self._by_query) > QUERIES:
                self._by_query.popitem(last=False)
        return Verifier(tree or query.tree, known, self.limit)


def _is_literal(tree: Node) -> bool:
    if isinstance(tree, (And, Or)):
        return all(map(_is_literal, tree.children))
    return _is_literal(tree.child) if isinstance(tree, Not) else isinstance(tree, Literal)
