"""What is doubtful about a query that was accepted, said when its watch is made."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from presswatch_alerting.recent_share import recent_share
from presswatch_query import Aliases, Problem, Query, check, parse
from presswatch_shared.clock import Micros
from presswatch_shared.errors import Retry
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.store import aliases
from presswatch_shared.store.database import Store

__all__ = ["warning_lines", "warnings_of"]


def warnings_of(store: Store, index: ArticleIndex | None, query: str, *, now: Micros) -> Sequence[Problem]:
    """The warnings of a valid query; with an index also whether it is common among recent articles."""
    known = Aliases(store.read_now(aliases.all_aliases))
    share = 0.0 if index is None else _share(index, parse(query, known), now)
    return check(query, known, recent_share=lambda _: share).warnings


def _share(index: ArticleIndex, query: Query, now: Micros) -> float:
    try:
        return asyncio.run(recent_share(index, query, now=now))
    except Retry:
        # The watch is saved; that the index is busy is no reason to say it were not.
        return 0.0


def warning_lines(warnings: Sequence[Problem]) -> Sequence[str]:
    return [
        f"warning: {warning.message}" + (f" Try: {warning.suggestion}" if warning.suggestion else "")
        for warning in warnings
    ]
