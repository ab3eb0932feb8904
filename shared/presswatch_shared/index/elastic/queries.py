"""Plans and filters in the server's query DSL, built of terms: its query parser never sees a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from presswatch_query.clauses import NOTHING as CLAUSE_OF_NOTHING
from presswatch_query.clauses import (
    AllOf,
    AnyOf,
    Clause,
    Except,
    FuzzyTerm,
    Phrase,
    PrefixPhrase,
    SlopPair,
    Term,
    Value,
)
from presswatch_query.index_form import indexed_token
from presswatch_query.plan import Plan
from presswatch_shared.index.filters import wanted_values
from presswatch_shared.index.port import Filters

__all__ = ["Query", "QueryCompiler", "all_of"]

Query = dict[str, Any]
EVERYTHING: Query = {"match_all": {}}
NOTHING: Query = {"match_none": {}}
LARGE = 64
"""Alternatives of one kind from which on they are asked for as one set, without a score each."""


def all_of(queries: Iterable[Query]) -> Query:
    """Documents that every query finds; all where there is none."""
    parts = list(queries)
    if len(parts) <= 1:
        return parts[0] if parts else EVERYTHING
    return {"bool": {"must": parts}}


class QueryCompiler:
    """`exact` tells whether all compiled so far find what was asked, no more and no less; `as_planned` whether they
    find what was planned.

    `loose`: of phrases that the server would expand into too many terms ask for their parts, of a large set of phrases
    for their longest word.
    """

    def __init__(self, *, loose: bool) -> None:
        self._loose = loose
        self.exact = True
        self.as_planned = True

    def plan(self, plan: Plan) -> Query:
        """What finds at least the candidates of the plan."""
        self.exact = self.exact and plan.exact
        return self._clause(plan.candidates, at_most=True)

    def sure(self, plan: Plan) -> Query | None:
        """What finds some of the candidates, all of which match; None where nothing is sure."""
        return None if plan.sure == CLAUSE_OF_NOTHING else self._clause(plan.sure, at_most=False)

    def filters(self, filters: Filters) -> list[Query]:
        """Queries of which all must hold."""
        queries: list[Query] = [
            {"terms": {f"search.{field}": sorted(map(indexed_token, values))}}
            for field, values in wanted_values(filters).items()
        ]
        bounds = {"gte": filters.since, "lt": filters.until}
        if narrowing := {name: bound for name, bound in bounds.items() if bound is not None}:
            queries.append({"range": {"search.date": narrowing}})
        return queries

    def _clause(self, clause: Clause, *, at_most: bool) -> Query:
        match clause:
            case AllOf(clauses):
                return all_of(self._clause(part, at_most=at_most) for part in clauses)
            case AnyOf(clauses):
                return self._any_of(clauses, at_most=at_most)
            case Except(inner):
                return {"bool": {"must_not": [self._clause(inner, at_most=not at_most)]}}
            case PrefixPhrase(field, head, prefix) if head and self._loose:
                return self._parts(field, head, prefix, at_most=at_most)
            case _:
                return _leaf(clause)

    def _any_of(self, clauses: Sequence[Clause], *, at_most: bool) -> Query:
        terms: dict[str, list[str]] = {}
        rest: list[Query] = []
        large = len(clauses) > LARGE
        for clause in clauses:
            if large and isinstance(clause, Term):
                terms.setdefault(clause.field, []).append(clause.term)
            elif large and self._loose and isinstance(clause, Phrase):
                self.exact = self.as_planned = False
                if at_most:
                    terms.setdefault(clause.field, []).append(max(clause.terms, key=len))
            else:
                rest.append(self._clause(clause, at_most=at_most))
        sets: list[Query] = [{"terms": {f"search.{field}": wanted}} for field, wanted in terms.items()]
        queries = [*sets, *rest]
        if len(queries) <= 1:
            return queries[0] if queries else NOTHING
        return {"bool": {"should": queries, "minimum_should_match": 1}}

    def _parts(self, field: str, head: tuple[str, ...], prefix: str, *, at_most: bool) -> Query:
        self.exact = self.as_planned = False
        if not at_most:
            return NOTHING
        beginning = Term(field, head[0]) if len(head) == 1 else Phrase(field, head)
        return all_of((_leaf(beginning), _leaf(PrefixPhrase(field, (), prefix))))


def _leaf(leaf: Term | Phrase | PrefixPhrase | SlopPair | FuzzyTerm | Value) -> Query:
    match leaf:
        case Term(field, term):
            return {"term": {f"search.{field}": {"value": term}}}
        case Phrase(field, terms):
            return _phrase(field, terms, slop=0)
        case SlopPair(field, first, second, slop):
            return _phrase(field, (first, second), slop=slop)
        case PrefixPhrase(field, (), prefix):
            return {"prefix": {f"search.{field}": {"value": prefix, "rewrite": "constant_score"}}}
        case PrefixPhrase(field, head, prefix):
            return _prefix_phrase(field, head, prefix)
        case FuzzyTerm(field, term):
            # With constant_score every term within the distance counts, not only the 50 best.
            asked = {"value": term, "fuzziness": "1", "transpositions": True, "rewrite": "constant_score"}
            return {"fuzzy": {f"search.{field}": asked}}
        case Value(field, value):
            return {"term": {f"search.{field}": {"value": indexed_token(value)}}}


def _phrase(field: str, terms: tuple[str, ...], *, slop: int) -> Query:
    return {"match_phrase": {f"search.{field}": {"query": " ".join(terms), "slop": slop}}}


def _prefix_phrase(field: str, head: tuple[str, ...], prefix: str) -> Query:
    beginning = {"match": {"query": " ".join(head), "max_gaps": 0, "ordered": True}}
    sides = [beginning, {"prefix": {"prefix": prefix}}]
    return {"intervals": {f"search.{field}": {"all_of": {"intervals": sides, "max_gaps": 0, "ordered": True}}}}
