"""Queries as users write them: parsed with the aliases of the store, refused with what is wrong and where."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_query import Query, QueryRejected, parse
from presswatch_query.problems import Problem as QueryFault
from presswatch_shared.store import aliases
from presswatch_shared.store.database import Tx
from presswatch_shared.texts import gettext
from presswatch_web.dependencies import WebDependencies
from presswatch_web.problems import Problem, ProblemItem

__all__ = ["parse_query", "parsed_in", "query_items"]


async def parse_query(dependencies: WebDependencies, text: str) -> Query:
    """Raises:
    Problem: 400 with each fault of the query.
    """
    return await dependencies.store.read(parsed_in, text)


def parsed_in(tx: Tx, text: str) -> Query:
    """`parse_query` inside a transaction that goes on to use it."""
    try:
        return parse(text, aliases.all_aliases(tx))
    except QueryRejected as error:
        items = query_items(error.errors)
        said = gettext("the query cannot be used: %(fault)s", fault=items[0].message)
        raise Problem(400, said, errors=items) from error


def query_items(found: Sequence[QueryFault]) -> list[ProblemItem]:
    return [
        ProblemItem(
            code=fault.code,
            message=fault.message,
            start=fault.start,
            end=fault.end,
            suggestion=fault.suggestion,
            suggestions=list(fault.suggestions) if len(fault.suggestions) > 1 else None,
        )
        for fault in found
    ]
