"""Addresses of Kibana's Discover that show what a page here shows: its query, where Kibana's language can say it. Pure.

The documents hold the tokens of the watch language (`search.title` and others), so that a quoted text of KQL on them is
the phrase of ours. NEAR, literals, `~1` words, slop, ATLEAST and a phrase that ends in `*` have no equal in KQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from presswatch_query import Query
from presswatch_query.clauses import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Clause,
    Except,
    Phrase,
    PrefixPhrase,
    Term,
    Value,
)
from presswatch_query.index_form import indexed_token
from presswatch_query.plan import make_plan
from presswatch_shared.clock import Micros, from_micros
from presswatch_shared.index.filters import wanted_values
from presswatch_shared.index.port import Filters

__all__ = ["ALERTS", "ARTICLES", "KibanaLink", "discover", "kql_of", "one_document"]

ARTICLES, ALERTS = "presswatch-articles", "presswatch-alerts"
"""Ids of the data views that `presswatch admin kibana` makes."""
LONGEST = 6_000
"""Characters of a query that an address can carry."""
COLUMNS = {ARTICLES: ("source", "title", "lang"), ALERTS: ("watch_name", "source", "title")}
BEGINNING = "1970-01-01T00:00:00.000Z"
MILLISECOND = 1_000


class _HasNoEqual(Exception):
    """KQL cannot say it; it never leaves this module."""


@dataclass(frozen=True, slots=True)
class KibanaLink:
    """Shows the same articles; more of them, unless `exact`: what KQL cannot say is left out."""

    address: str
    exact: bool


def discover(root: str, query: Query | None, filters: Filters, *, first: Micros | None = None) -> KibanaLink:
    """What a search shows; `first` is where its oldest article lies, for a search without a beginning."""
    said, exact = kql_of(query) if query else ("", True)
    narrowing = [
        _any(f'search.{field}: "{_escaped(indexed_token(value))}"' for value in sorted(values))
        for field, values in wanted_values(filters).items()
    ]
    kql = " and ".join([*filter(None, [said]), *narrowing])
    since = filters.since if filters.since is not None else first
    return KibanaLink(_address(root, ARTICLES, kql, since, filters.until), exact)


def one_document(root: str, view: str, field: str, value: str) -> str:
    """The documents of a view that have this value; empty without a Kibana."""
    return root and _address(root, view, f'{field}: "{_escaped(value)}"', None, None)


def kql_of(query: Query) -> tuple[str, bool]:
    """The query in KQL, and whether it finds the same; else those of its parts that must hold and can be said."""
    plan = make_plan(query.tree)
    wanted = plan.candidates
    try:
        said = _said(wanted)
        if plan.exact and len(said) <= LONGEST:
            return said, True
    except _HasNoEqual:
        pass
    parts = wanted.clauses if isinstance(wanted, AllOf) else (wanted,)
    kept = [said for part in parts if (said := _said_or_nothing(part))]
    text = " and ".join(kept)
    return (text if len(text) <= LONGEST else ""), False


def _said_or_nothing(clause: Clause) -> str:
    try:
        return _said(clause)
    except _HasNoEqual:
        return ""


def _said(clause: Clause) -> str:
    if clause in (EVERYTHING, NOTHING):
        raise _HasNoEqual
    match clause:
        case AllOf(clauses):
            return f"({' and '.join(map(_said, clauses))})"
        case AnyOf(clauses):
            return _any(map(_said, clauses))
        case Except(inner):
            return f"(not {_said(inner)})"
        case Term(field, term):
            return f'search.{field}: "{_escaped(term)}"'
        case Phrase(field, terms):
            return f'search.{field}: "{_escaped(" ".join(terms))}"'
        case Value(field, value):
            return f'search.{field}: "{_escaped(indexed_token(value))}"'
        case PrefixPhrase(field, (), prefix):
            return f"search.{field}: {prefix}*"
        case _:
            raise _HasNoEqual


def _any(said: Iterable[str]) -> str:
    parts = list(said)
    return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"


def _escaped(text: str) -> str:
    """For between the quotes of KQL."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _address(root: str, view: str, kql: str, since: Micros | None, until: Micros | None) -> str:
    begin = BEGINNING if since is None else _moment(since)
    end = "now" if until is None else _moment(until - MILLISECOND)
    time = f"(time:(from:{_rison(begin)},to:{_rison(end)}))"
    columns = ",".join(COLUMNS[view])
    state = (
        f"(columns:!({columns}),dataSource:(dataViewId:{_rison(view)},type:dataView),index:{_rison(view)},"
        f"query:(language:kuery,query:{_rison(kql)}))"
    )
    return f"{root}/app/discover#/?_g={quote(time, safe='():!,')}&_a={quote(state, safe='():!,')}"


def _moment(moment: Micros) -> str:
    return from_micros(moment).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _rison(text: str) -> str:
    """A string of Rison, the notation of Kibana's addresses."""
    return "'" + text.replace("!", "!!").replace("'", "!'") + "'"
