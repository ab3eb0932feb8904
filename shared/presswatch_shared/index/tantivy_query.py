"""Plans and filters as tantivy queries, built of its query objects: its query parser never sees a text.

Where tantivy would give up (a prefix with too many continuations) the query finds more than the plan says, or less
under a NOT, and the result is no longer exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from presswatch_query.clauses import (
    NOTHING,
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
from presswatch_query.plan import Plan
from presswatch_shared.index.filters import wanted_values
from presswatch_shared.index.port import Filters

if TYPE_CHECKING:
    import tantivy

__all__ = ["QueryBuilder"]

LONGEST_EXPANSION = 2_000
"""Continuations of a prefix at the end of a phrase up to which the phrase is looked for as one."""


class QueryBuilder:
    """Builds queries for one state of the index.

    `exact` tells whether all built so far find what was asked, `as_planned` whether they find what was planned.
    """

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        import tantivy

        self._schema = schema
        self._searcher = searcher
        self._query = tantivy.Query
        self._occur = tantivy.Occur
        self._number = tantivy.FieldType.Integer
        self.exact = True
        self.as_planned = True

    def plan(self, plan: Plan) -> tantivy.Query:
        """What finds at least the candidates of the plan."""
        self.exact = self.exact and plan.exact
        return self._clause(plan.candidates, at_most=True)

    def sure(self, plan: Plan) -> tantivy.Query | None:
        """What finds some of the candidates, all of which match; None where nothing is sure."""
        return None if plan.sure == NOTHING else self._clause(plan.sure, at_most=False)

    def filters(self, filters: Filters) -> list[tantivy.Query]:
        """Queries of which all must hold; they do not add to the score."""
        queries = [
            self._query.term_set_query(self._schema, field, sorted(values))
            for field, values in wanted_values(filters).items()
        ]
        if filters.since is not None:
            queries.append(self.number_range("date", lowest=filters.since))
        if filters.until is not None:
            queries.append(self.number_range("date", highest=filters.until - 1))
        return [self._query.const_score_query(query, 0.0) for query in queries]

    def number_range(self, field: str, *, lowest: int | None = None, highest: int | None = None) -> tantivy.Query:
        """Documents whose number is within the bounds, both inclusive."""
        return self._query.range_query(self._schema, field, self._number, lower_bound=lowest, upper_bound=highest)

    def all_of(self, queries: Iterable[tantivy.Query]) -> tantivy.Query:
        """Documents that every query finds; all where there is none."""
        parts = list(queries)
        if len(parts) <= 1:
            return parts[0] if parts else self._query.all_query()
        return self._query.boolean_query([(self._occur.Must, query) for query in parts])

    def _clause(self, clause: Clause, *, at_most: bool) -> tantivy.Query:
        match clause:
            case AllOf(clauses):
                return self.all_of(self._clause(part, at_most=at_most) for part in clauses)
            case AnyOf(clauses):
                return self._any_of([self._clause(part, at_most=at_most) for part in clauses])
            case Except(inner):
                return self._query.boolean_query(
                    [
                        (self._occur.Must, self._query.const_score_query(self._query.all_query(), 0.0)),
                        (self._occur.MustNot, self._clause(inner, at_most=not at_most)),
                    ]
                )
            case PrefixPhrase(field, head, prefix):
                return self._prefix_phrase(field, head, prefix, at_most=at_most)
            case _:
                return self._leaf(clause)

    def _any_of(self, queries: list[tantivy.Query]) -> tantivy.Query:
        if len(queries) <= 1:
            return queries[0] if queries else self._query.empty_query()
        return self._query.boolean_query([(self._occur.Should, query) for query in queries])

    def _leaf(self, leaf: Term | Phrase | SlopPair | FuzzyTerm | Value) -> tantivy.Query:
        match leaf:
            case Term(field, term):
                return self._query.term_query(self._schema, field, term)
            case Phrase(field, terms):
                return self._query.phrase_query(self._schema, field, list(terms))
            case SlopPair(field, first, second, slop):
                return self._query.phrase_query(self._schema, field, [first, second], slop=slop)
            case FuzzyTerm(field, term):
                return self._query.fuzzy_term_query(self._schema, field, term, distance=1, transposition_cost_one=True)
            case Value(field, value):
                return self._query.term_query(self._schema, field, value, index_option="basic")

    def _prefix_phrase(self, field: str, head: tuple[str, ...], prefix: str, *, at_most: bool) -> tantivy.Query:
        pattern = f"{re.escape(prefix)}.*"
        last = self._query.regex_query(self._schema, field, pattern)
        if not head:
            return last
        known = self._searcher.terms_with_prefix(field, prefix, limit=LONGEST_EXPANSION + 1)
        if len(known) <= LONGEST_EXPANSION:
            return self._query.regex_phrase_query(self._schema, field, [*map(re.escape, head), pattern])
        self.exact = self.as_planned = False
        if not at_most:
            return self._query.empty_query()
        beginning = Term(field, head[0]) if len(head) == 1 else Phrase(field, head)
        return self.all_of((self._leaf(beginning), last))
