"""Query text to lexemes, from left to right; what cannot be read becomes a lexeme that carries its error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from presswatch_query.ast import EXACT_FIELDS, TEXT_FIELDS

__all__ = ["FIELDS", "Kind", "Lexeme", "Lexemes", "lex", "read_as_ascii"]

FIELDS = frozenset(TEXT_FIELDS + EXACT_FIELDS)
READ_AS = str.maketrans("\u201c\u201d\u201e\u201f\uff08\uff09\uff1a\uff0a\uff5e\uff1d\uff02", '""""():*~="')
SPACE = re.compile(r"\s*")
RUN = re.compile(r'[^\s()"]+')
OPERATOR = re.compile(r"AND|OR|NOT|(?:NEAR|ONEAR|ATLEAST)(?:/(.*))?", re.DOTALL)
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


class Lexemes:
    """The lexemes of a query by index, read as far as somebody looks: a query that breaks early costs little."""

    def __init__(self, text: str) -> None:
        self._read: list[Lexeme] = []
        self._source = lex(text)

    def at(self, index: int) -> Lexeme | None:
        """The lexeme at an index; None after the last."""
        while len(self._read) <= index:
            lexeme = next(self._source, None)
            if lexeme is None:
                return None
            self._read.append(lexeme)
        return self._read[index]

    def known(self, index: int) -> Lexeme:
        """A lexeme that has been looked at."""
        return self._read[index]


def lex(text: str) -> Iterator[Lexeme]:
    """The lexemes of a query, in order; `text` is as given."""
    return _Reader(text).lexemes()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._signs = read_as_ascii(text)
        self._run_end = 0

    def lexemes(self) -> Iterator[Lexeme]:
        at = self._skip_space(0)
        after_url = False
        while at < len(self._signs):
            for lexeme in self._read(at, plain=after_url):
                yield lexeme
                at = lexeme.end
            after_url = lexeme.kind is Kind.FIELD and lexeme.value == "url"
            at = self._skip_space(at)

    def _skip_space(self, at: int) -> int:
        found = SPACE.match(self._signs, at)
        return found.end() if found else at

    def _read(self, at: int, *, plain: bool) -> tuple[Lexeme, ...]:
        sign = self._signs[at]
        if sign in "()":
            return (Lexeme(Kind.OPEN if sign == "(" else Kind.CLOSE, at, at + 1, sign),)
        if sign == '"':
            return (self._quoted(Kind.PHRASE, at, at + 1),)
        if sign == "=" and not plain and self._signs[at + 1 : at + 2] == '"':
            return (self._quoted(Kind.LITERAL, at, at + 2),)
        return self._run(at, plain=plain)

    def _quoted(self, kind: Kind, at: int, inside: int) -> Lexeme:
        """A phrase or a quoted literal; its words as given."""
        close = self._signs.find('"', inside)
        if close < 0:
            return Lexeme(Kind.BROKEN, at, len(self._signs), "unbalanced-quote")
        tail = self._tail(close + 1)
        return Lexeme(kind, at, close + 1 + len(tail), self._text[inside:close], tail, plain=kind is Kind.LITERAL)

    def _tail(self, at: int) -> str:
        """What hangs on a closing quote: `~n`, or a `*` that must not be there."""
        if self._signs[at : at + 1] not in ("~", "*"):
            return ""
        found = RUN.match(self._signs, at)
        return found[0] if found else ""

    def _run(self, at: int, *, plain: bool) -> tuple[Lexeme, ...]:
        end = self._end_of_run(at)
        run = self._signs[at:end]
        operator = OPERATOR.fullmatch(run)
        if operator:
            return (Lexeme(Kind.OPERATOR, at, end, run.partition("/")[0], operator[1]),)
        if plain:
            return (Lexeme(Kind.TERM, at, end, run, plain=True),)
        if run[0] in "-+":
            return (Lexeme(Kind.BROKEN, at, end, "minus"),)
        if run[0] == "=":
            return (Lexeme(Kind.LITERAL, at, end, self._text[at + 1 : end]),)
        if run[0] == "@":
            return (Lexeme(Kind.ALIAS, at, end, run[1:]),)
        return self._field(at, end) if ":" in run else (Lexeme(Kind.TERM, at, end, run),)

    def _end_of_run(self, at: int) -> int:
        """Where the run ends; known already if it goes on after a field."""
        if at >= self._run_end:
            found = RUN.match(self._signs, at)
            self._run_end = found.end() if found else at + 1
        return self._run_end

    def _field(self, at: int, end: int) -> tuple[Lexeme, ...]:
        """A field; what follows the colon is read next, but what follows an unknown one is plain text."""
        colon = self._signs.index(":", at)
        name = self._signs[at:colon].lower()
        if name in FIELDS:
            return (Lexeme(Kind.FIELD, at, colon + 1, name),)
        field = Lexeme(Kind.FIELD, at, colon + 1, name, plain=True)
        rest = Lexeme(Kind.TERM, colon + 1, end, self._signs[colon + 1 : end], plain=True)
        return (field, rest) if colon + 1 < end else (field,)
