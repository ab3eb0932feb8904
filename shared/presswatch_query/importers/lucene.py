"""Query text of Lucene's classic parser, as Kibana's Lucene syntax and `query_string` take it.

Words side by side are alternatives there, and AND does not bind: it makes both its neighbours required, and what is
merely optional beside something required only changes the order. So it is read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from presswatch_query.importers.escapes import quoted_leaf, word_leaf
from presswatch_query.importers.foreign import (
    MOST_LEVELS,
    All,
    Any,
    Foreign,
    Lost,
    Remark,
    Translated,
    Unreadable,
    Without,
)
from presswatch_query.importers.scanner import SPACE, Scanner
from presswatch_query.importers.translate import translate

__all__ = ["import_lucene"]

CONJUNCTION = re.compile(r"(?:(AND|OR)(?![^\s()\"])|(&&|\|\|))\s*")
MODIFIER = re.compile(r"(?:NOT(?![^\s()\"])|[!+-])\s*")
FIELD = re.compile(r"((?:\\.|[^\s()\[\]{}\"^~:\\/])+):(?!//)\s*")
PHRASE = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
RANGE = re.compile(r"[\[{][^\[\]{}]*[\]}]|[<>]=?\s*(?:\"[^\"]*\"|[^\s()]+)")
REGEX = re.compile(r"/(?:\\.|[^/\\])*/", re.DOTALL)
TERM = re.compile(r"(?:\\.|[^\s()\"\[\]{}^~\\])+")
TILDE = re.compile(r"~(\d*(?:\.\d+)?)")
BOOST = re.compile(r"\^\d+(?:\.\d+)?")
OPERATORS = ("AND", "OR", "NOT")
DEFAULT_EDITS = 2


class Occur(Enum):
    MUST = auto()
    SHOULD = auto()
    MUST_NOT = auto()


@dataclass(slots=True)
class _Clause:
    occur: Occur
    node: Foreign
    written: str
    side_by_side: bool
    """Nothing joins it to the clause before it."""


def import_lucene(text: str) -> Translated:
    """The query in the watch language.

    Raises:
        Unreadable: Lucene would not take it either, or it is too long or too deep.
    """
    reader = _Reader(Scanner(text))
    return translate(reader.read(), reader.remarks)


class _Reader:
    def __init__(self, text: Scanner) -> None:
        self._text = text
        self.remarks: list[Remark] = []

    def read(self) -> Foreign:
        tree = self._query("", 0)
        if self._text.next:
            raise Unreadable(f"a parenthesis at character {self._text.at + 1} closes nothing")
        return tree

    def _query(self, field: str, level: int) -> Foreign:
        """Clauses up to a closing parenthesis or the end."""
        clauses: list[_Clause] = []
        self._text.take(SPACE)
        while self._text.next not in ("", ")"):
            self._add_clause(clauses, field, level)
            self._text.take(SPACE)
        if not clauses:
            raise Unreadable("there is nothing to look for" if not level else "there is nothing in the parentheses")
        return self._joined(clauses)

    def _add_clause(self, clauses: list[_Clause], field: str, level: int) -> None:
        conjunction = (self._text.group(1) or self._text.group(2)) if self._text.take(CONJUNCTION) else ""
        if conjunction and not clauses:
            raise Unreadable(f"{conjunction} has nothing before it")
        modifier = self._text.group().strip() if self._text.take(MODIFIER) else ""
        start = self._text.at
        node = self._clause(field, level)
        is_and = conjunction in ("AND", "&&")
        if is_and and clauses[-1].occur is not Occur.MUST_NOT:
            clauses[-1].occur = Occur.MUST
        side_by_side = bool(clauses) and not conjunction
        written = self._text.since(start)
        clauses.append(_Clause(_occur(modifier, is_and=is_and), node, written, side_by_side))

    def _joined(self, clauses: list[_Clause]) -> Foreign:
        """What the clauses of one level ask for."""
        by_occur = {occur: [clause for clause in clauses if clause.occur is occur] for occur in Occur}
        needed = [clause.node for clause in by_occur[Occur.MUST]]
        optional = by_occur[Occur.SHOULD]
        if needed:
            why = "it is optional beside what is required: in Lucene it only changes the order"
            self.remarks += [Remark(clause.written, why) for clause in optional]
        elif optional:
            needed = [_one_or(Any, [clause.node for clause in optional])]
            if any(clause.side_by_side for clause in optional[1:]):
                words = " ".join(clause.written for clause in optional)
                self.remarks.append(
                    Remark(words, "any of these is enough, as in Lucene; in quotes it would be a phrase")
                )
        without = [Without(clause.node) for clause in by_occur[Occur.MUST_NOT]]
        return _one_or(All, [*needed, *without])

    def _clause(self, field: str, level: int) -> Foreign:
        if self._text.take(FIELD):
            field = re.sub(r"\\(.)", r"\1", self._text.group(1))
        if self._text.next == "(":
            return self._parenthesised(field, level)
        shown = f"{field}:" if field else ""
        if self._text.take(PHRASE):
            return self._phrase(self._text.group(1), field)
        if self._text.take(RANGE):
            return self._unboosted(Lost(shown + self._text.group(), "the watch language has no ranges"))
        if self._text.take(REGEX):
            return self._unboosted(Lost(shown + self._text.group(), "the watch language has no regular expressions"))
        if self._text.take(TERM):
            return self._term(self._text.group(), field)
        found = self._text.next
        raise Unreadable(
            f"{found} at character {self._text.at + 1} cannot be read" if found else "something is missing"
        )

    def _parenthesised(self, field: str, level: int) -> Foreign:
        if level >= MOST_LEVELS:
            raise Unreadable(f"parentheses are more than {MOST_LEVELS} deep")
        self._text.at += 1
        node = self._query(field, level + 1)
        if not self._text.next:
            raise Unreadable("a parenthesis is never closed")
        self._text.at += 1
        return self._unboosted(node)

    def _phrase(self, inside: str, field: str) -> Foreign:
        slop = self._tilde()
        tail = f"~{slop}" if slop else ""
        leaf = quoted_leaf(inside, field, slop=int(float(slop or 0)), tail=tail)
        return self._unboosted(leaf)

    def _term(self, written: str, field: str) -> Foreign:
        if written in OPERATORS:
            raise Unreadable(f"{written} has nothing to work on")
        if field == "_exists_" or written == "*":
            return self._unboosted(Lost(f"{field}:{written}" if field else written, "it asks only that there is one"))
        edits, tail = 0, ""
        number = self._tilde()
        if number is not None:
            tail = f"~{number}"
            # A fraction is the similarity of old versions: anything below 1 allowed edits.
            edits = DEFAULT_EDITS if not number or "." in number else min(int(number), DEFAULT_EDITS)
        return self._unboosted(word_leaf(written, field, wildcards="*?", edits=edits, tail=tail))

    def _tilde(self) -> str | None:
        return self._text.group(1)[:6] if self._text.take(TILDE) else None

    def _unboosted(self, node: Foreign) -> Foreign:
        if self._text.take(BOOST):
            self.remarks.append(Remark(self._text.group(), "watches do not rank, so a boost has no meaning"))
        return node


def _occur(modifier: str, *, is_and: bool) -> Occur:
    if modifier in ("NOT", "!", "-"):
        return Occur.MUST_NOT
    return Occur.MUST if modifier == "+" or is_and else Occur.SHOULD


def _one_or(kind: type[All] | type[Any], children: list[Foreign]) -> Foreign:
    return children[0] if len(children) == 1 else kind(tuple(children))
