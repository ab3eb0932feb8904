"""Query text to lexemes, from left to right; what cannot be read becomes a lexeme that carries its error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from presswatch_query.ast import EXACT_FIELDS, TEXT_FIELDS

__all__ = ["FIELDS", "Kind", "Lexeme", "lex", "read_as_ascii"]

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


def lex(text: str) -> Iterator[Lexeme]:
    """The lexemes of a query, in order; `text` is as given."""
    signs = read_as_ascii(text)
    at = _skip_space(signs, 0)
    after_url = False
    while at < len(signs):
        found = _read(text, signs, at, plain=after_url)
        yield from found
        last = found[-1]
        after_url = last.kind is Kind.FIELD and last.value == "url"
        at = _skip_space(signs, last.end)


def _skip_space(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at


def _read(text: str, signs: str, at: int, *, plain: bool) -> list[Lexeme]:
    sign = signs[at]
    if sign in "()":
        return [Lexeme(Kind.OPEN if sign == "(" else Kind.CLOSE, at, at + 1, sign)]
    if sign == '"':
        return [_phrase(text, signs, at)]
    if sign == "=" and not plain and signs[at + 1 : at + 2] == '"':
        return [_quoted_literal(text, signs, at)]
    return _run(text, signs, at, plain=plain)


def _phrase(text: str, signs: str, at: int) -> Lexeme:
    close = signs.find('"', at + 1)
    if close < 0:
        return Lexeme(Kind.BROKEN, at, len(signs), "unbalanced-quote")
    tail = _tail(signs, close + 1)
    return Lexeme(Kind.PHRASE, at, close + 1 + len(tail), text[at + 1 : close], tail)


def _quoted_literal(text: str, signs: str, at: int) -> Lexeme:
    close = signs.find('"', at + 2)
    if close < 0:
        return Lexeme(Kind.BROKEN, at, len(signs), "unbalanced-quote")
    tail = _tail(signs, close + 1)
    return Lexeme(Kind.LITERAL, at, close + 1 + len(tail), text[at + 2 : close], tail, plain=True)


def _tail(signs: str, at: int) -> str:
    """What hangs on a closing quote: `~n`, or a `*` that must not be there."""
    if signs[at : at + 1] not in ("~", "*"):
        return ""
    found = RUN.match(signs, at)
    return found[0] if found else ""


def _run(text: str, signs: str, at: int, *, plain: bool) -> list[Lexeme]:
    found = RUN.match(signs, at)
    end = found.end() if found else at + 1
    run = signs[at:end]
    operator = OPERATOR.fullmatch(run)
    if operator:
        return [Lexeme(Kind.OPERATOR, at, end, run.partition("/")[0], operator[1])]
    if plain:
        return [Lexeme(Kind.TERM, at, end, run, plain=True)]
    if run[0] in "-+":
        return [Lexeme(Kind.BROKEN, at, end, "minus")]
    if run[0] == "=":
        return [Lexeme(Kind.LITERAL, at, end, text[at + 1 : end])]
    if run[0] == "@":
        return [Lexeme(Kind.ALIAS, at, end, run[1:])]
    return _field(signs, at, end) if ":" in run else [Lexeme(Kind.TERM, at, end, run)]


def _field(signs: str, at: int, end: int) -> list[Lexeme]:
    """A field; what follows the colon is read next, but what follows an unknown one is plain text."""
    colon = signs.index(":", at)
    name = signs[at:colon].lower()
    if name in FIELDS:
        return [Lexeme(Kind.FIELD, at, colon + 1, name)]
    field = Lexeme(Kind.FIELD, at, colon + 1, name, plain=True)
    return (
        [field, Lexeme(Kind.TERM, colon + 1, end, signs[colon + 1 : end], plain=True)] if colon + 1 < end else [field]
    )
