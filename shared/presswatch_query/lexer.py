"""Query text to lexemes, from left to right; what cannot be read becomes a lexeme that carries its error."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from presswatch_query.ast import EXACT_FIELDS, TEXT_FIELDS
from presswatch_query.characters import class_body
from presswatch_query.unicode_tables import FORMAT

__all__ = ["FIELDS", "OPERATORS", "Kind", "Lexeme", "Lexemes", "read_as_ascii"]

FIELDS = frozenset(TEXT_FIELDS + EXACT_FIELDS)
READ_AS = str.maketrans("\u201c\u201d\u201e\u201f\uff08\uff09\uff1a\uff0a\uff5e\uff1d\uff02", '""""():*~="')
NEXT = re.compile(r'\s*(?:([^\s()"]+)|([()"]))')
TAIL = re.compile(r'[~*][^\s()"]*')
INVISIBLE_AROUND = re.compile(rf"""(?<![^\s()"])[{class_body(FORMAT)}]++|[{class_body(FORMAT)}]++(?![^\s()"])""")
"""Format characters before and after a run: they come with copied text and must not turn `AND` into a word."""
OPERATORS = frozenset(("AND", "OR", "NOT", "NEAR", "ONEAR", "ATLEAST"))
NUMBERED_OPERATOR = re.compile(r"(NEAR|ONEAR|ATLEAST)/(.*)", re.DOTALL)
CAPITALS = "NOA"
READ_AT_ONCE = 32
"""Lexemes: reading one at a time takes longer, and a query that breaks early need not be read to its end."""
LOWERCASE_OPERATOR = re.compile(r"and|or|not|o?near(?:/.*)?", re.IGNORECASE | re.DOTALL)


class Kind(Enum):
    OPEN = auto()
    CLOSE = auto()
    OPERATOR = auto()
    FIELD = auto()
    TERM = auto()
    PHRASE = auto()
    LITERAL = auto()
    ALIAS = auto()
    BROKEN = auto()


class Lexeme(NamedTuple):
    """A piece of the query.

    `value` is the operator's name, the field's name (lower case), the term, the words of a phrase or literal, the
    alias's name, or the code of the error. `tail` is what follows: the number of an operator (None without a slash)
    or what hangs on a closing quote. `plain`: a term without signs (after `url:`), a quoted literal, an unknown field.
    """

    kind: Kind
    start: int
    end: int
    value: str
    tail: str | None = None
    plain: bool = False

    @property
    def is_lowercase_operator(self) -> bool:
        return self.kind is Kind.TERM and not self.plain and LOWERCASE_OPERATOR.fullmatch(self.value) is not None


def read_as_ascii(text: str) -> str:
    """Curly quotes and the full-width signs of the grammar as ASCII, character by character."""
    return text if text.isascii() else text.translate(READ_AS)


def _as_signs(text: str) -> str:
    """What the grammar reads, character by character: signs as ASCII; around words what nobody sees as blanks."""
    if text.isascii():
        return text
    return INVISIBLE_AROUND.sub(lambda found: " " * len(found[0]), text.translate(READ_AS))


class Lexemes:
    """The lexemes of a query by index, read as far as somebody looks: a query that breaks early costs little."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._signs = _as_signs(text)
        self._read: list[Lexeme] = []
        self._at = 0
        self._run_end = 0
        self._plain = False

    def at(self, index: int) -> Lexeme | None:
        """The lexeme at an index; None after the last."""
        read = self._read
        if index < len(read):
            return read[index]
        for _ in range(READ_AT_ONCE):
            if not self._read_on():
                break
        return read[index] if index < len(read) else None

    def known(self, index: int) -> Lexeme:
        """A lexeme that has been looked at."""
        return self._read[index]

    def all(self) -> list[Lexeme]:
        """All of them."""
        while self._read_on():
            pass
        return self._read

    def _read_on(self) -> bool:
        """Reads one or two more; whether there was anything."""
        found = NEXT.match(self._signs, self._at) if self._at >= self._run_end else None
        if found is None and self._at >= self._run_end:
            return False
        start, end = found.span(1) if found else (self._at, self._run_end)
        plain, self._plain = self._plain, False
        if start < 0:
            self._sign(found.start(2) if found else self._at)
        else:
            self._run_end = end
            self._run(start, end, plain=plain)
        self._at = self._read[-1].end
        return True

    def _sign(self, at: int) -> None:
        sign = self._signs[at]
        if sign == '"':
            self._read.append(self._quoted(Kind.PHRASE, at, at + 1))
        else:
            self._read.append(Lexeme(Kind.OPEN if sign == "(" else Kind.CLOSE, at, at + 1, sign))

    def _quoted(self, kind: Kind, at: int, inside: int) -> Lexeme:
        """A phrase or a quoted literal; its words as given."""
        close = self._signs.find('"', inside)
        if close < 0:
            return Lexeme(Kind.BROKEN, at, len(self._signs), "unbalanced-quote")
        tail = self._tail(close + 1)
        return Lexeme(kind, at, close + 1 + len(tail), self._text[inside:close], tail, plain=kind is Kind.LITERAL)

    def _tail(self, at: int) -> str:
        """What hangs on a closing quote: `~n`, or a `*` that must not be there."""
        found = TAIL.match(self._signs, at)
        return found[0] if found else ""

    def _run(self, start: int, end: int, *, plain: bool) -> None:
        run = self._signs[start:end]
        if run.isalnum() and run not in OPERATORS:
            self._read.append(Lexeme(Kind.TERM, start, end, run, None, plain))
        elif run in OPERATORS:
            self._read.append(Lexeme(Kind.OPERATOR, start, end, run))
        elif run[0] in CAPITALS and (operator := NUMBERED_OPERATOR.fullmatch(run)):
            self._read.append(Lexeme(Kind.OPERATOR, start, end, operator[1], operator[2]))
        elif plain:
            self._read.append(Lexeme(Kind.TERM, start, end, run, plain=True))
        elif run[0] in "-+":
            self._read.append(Lexeme(Kind.BROKEN, start, end, "minus"))
        elif run[0] == "=":
            self._literal(start, end)
        elif run[0] == "@":
            self._read.append(Lexeme(Kind.ALIAS, start, end, run[1:]))
        elif ":" in run:
            self._field(start, end)
        else:
            self._read.append(Lexeme(Kind.TERM, start, end, run))

    def _literal(self, start: int, end: int) -> None:
        if end == start + 1 and self._signs[end : end + 1] == '"':
            self._read.append(self._quoted(Kind.LITERAL, start, start + 2))
        else:
            self._read.append(Lexeme(Kind.LITERAL, start, end, self._text[start + 1 : end]))

    def _field(self, start: int, end: int) -> None:
        """A field; what follows the colon is read next, but what follows an unknown one is plain text."""
        colon = self._signs.index(":", start)
        name = self._signs[start:colon].lower()
        if name in FIELDS:
            self._read.append(Lexeme(Kind.FIELD, start, colon + 1, name))
            self._plain = name == "url"
            return
        self._read.append(Lexeme(Kind.FIELD, start, colon + 1, name, plain=True))
        if colon + 1 < end:
            self._read.append(Lexeme(Kind.TERM, colon + 1, end, self._signs[colon + 1 : end], plain=True))
