"""Query text of KQL, the Kibana Query Language: `and` binds tighter than `or`, in any case."""

from __future__ import annotations

import re

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
from presswatch_query.importers.scanner import Scanner
from presswatch_query.importers.translate import translate

__all__ = ["import_kql"]

AND = re.compile(r"and(?![^\s()\"])", re.IGNORECASE)
OR = re.compile(r"or(?![^\s()\"])", re.IGNORECASE)
NOT = re.compile(r"not(?![^\s()\"])", re.IGNORECASE)
WORD = r"(?:\\.|[^\s()\":<>{}\\])+"
FIELD = re.compile(rf"({WORD}|\"[^\"]*\")\s*:\s*(?!//)")
RANGE = re.compile(rf"{WORD}\s*[<>]=?\s*(?:\"[^\"]*\"|{WORD})")
PHRASE = re.compile(r'"((?:\\.|[^"\\])*)"', re.DOTALL)
VALUE = re.compile(r"(?:\\.|[^\s()\"<>{}\\])+")
NESTED = re.compile(r"\{[^{}]*\}")


def import_kql(text: str) -> Translated:
    """The query in the watch language.

    Raises:
        Unreadable: Kibana would not take it either, or it is too long or too deep.
    """
    reader = _Reader(Scanner(text, over_space=True))
    return translate(reader.read(), reader.remarks)


class _Reader:
    def __init__(self, text: Scanner) -> None:
        self._text = text
        self.remarks: list[Remark] = []

    def read(self) -> Foreign:
        tree = self._or("", 0)
        if self._text.next:
            raise Unreadable(f"{self._text.next} at character {self._text.at + 1} cannot be read")
        return tree

    def _or(self, field: str, level: int) -> Foreign:
        children = [self._and(field, level)]
        while self._text.take(OR):
            children.append(self._and(field, level))
        return children[0] if len(children) == 1 else Any(tuple(children))

    def _and(self, field: str, level: int) -> Foreign:
        children = [self._not(field, level)]
        while self._text.take(AND):
            children.append(self._not(field, level))
        return children[0] if len(children) == 1 else All(tuple(children))

    def _not(self, field: str, level: int) -> Foreign:
        if level > MOST_LEVELS:
            raise Unreadable(f"parentheses and nots are more than {MOST_LEVELS} deep")
        if self._text.take(NOT):
            return Without(self._not(field, level + 1))
        return self._expression(field, level)

    def _expression(self, field: str, level: int) -> Foreign:
        if not field and self._text.take(RANGE):
            return Lost(self._text.group(), "the watch language has no ranges")
        if not field and self._text.take(FIELD):
            field = re.sub(r"\\(.)", r"\1", self._text.group(1)).strip('"')
            if self._text.take(NESTED):
                return Lost(f"{field}:{self._text.group()}", "the watch language has no nested fields")
        return self._value(field, level)

    def _value(self, field: str, level: int) -> Foreign:
        if self._text.next == "(":
            self._text.at += 1
            node = self._or(field, level + 1)
            if self._text.next != ")":
                raise Unreadable("a parenthesis is never closed")
            self._text.at += 1
            return node
        if self._text.take(PHRASE):
            return quoted_leaf(self._text.group(1), field)
        return self._words(field)

    def _words(self, field: str) -> Foreign:
        """Words side by side are one value; any of them is enough."""
        found: list[Foreign] = []
        start = self._text.at
        while not self._at_operator() and self._text.take(VALUE):
            found.append(_word(self._text.group(), field))
        if not found:
            raise Unreadable(f"something to look for is missing at character {self._text.at + 1}")
        if len(found) > 1:
            words = self._text.since(start)
            self.remarks.append(
                Remark(words, "any of these words is enough, as in KQL; in quotes it would be a phrase")
            )
            return Any(tuple(found))
        return found[0]

    def _at_operator(self) -> bool:
        at = self._text.at
        met = any(self._text.take(operator) for operator in (AND, OR, NOT))
        self._text.at = at
        return met


def _word(written: str, field: str) -> Foreign:
    if written == "*":
        return Lost(f"{field}:*" if field else "*", "it asks only that there is one")
    return word_leaf(written, field, wildcards="*")
