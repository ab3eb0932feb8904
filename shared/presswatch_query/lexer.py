"""Query text to lexemes, from left to right; what cannot be read becomes a lexeme that carries its error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from presswatch_query.ast import EXACT_FIELDS, TEXT_FIELDS
from presswatch_query.characters import WITHOUT_INVISIBLE, class_body
from presswatch_query.unicode_tables import FORMAT

__all__ = [
    "ALIAS",
    "BROKEN",
    "CLOSE",
    "FIELD",
    "FIELDS",
    "LITERAL",
    "OPEN",
    "OPERATOR",
    "OPERATORS",
    "PHRASE",
    "QUOTES",
    "STARS",
    "TERM",
    "Kind",
    "Lexeme",
    "Lexemes",
    "read_as_ascii",
]

FIELDS = frozenset(TEXT_FIELDS + EXACT_FIELDS)
QUOTES = '"\u201c\u201d\u201e\u201f\uff02'
STARS = "*\uff0a"
READ_AS = str.maketrans("\u201c\u201d\u201e\u201f\uff02\uff0a\uff08\uff09\uff1a\uff5e\uff1d", '"""""*():~=')
OTHER_THAN_ASCII = re.compile("[\u201c-\u201f\uff02-\uff5e]")
"""All that is read as ASCII is among these."""
INVISIBLE = frozenset(map(chr, WITHOUT_INVISIBLE))
INVISIBLE_AROUND = re.compile(rf"""(?<![^\s()"])[{class_body(FORMAT)}]++|[{class_body(FORMAT)}]++(?![^\s()"])""")
"""Format characters before and after a run: they come with copied text and must not turn `AND` into a word."""
NEXT = re.compile(
    r"""\s*(?:
        ([^\W_][^\s()":/]*+)(?![:/])  # a term or an operator, without a doubt
        | ([^\W_][^\s()":/]*+):
        | (NEAR|ONEAR|ATLEAST)/([^\s()"]*)
        | ([()])
        | "([^"]*)"([~*][^\s()"]*)?
        | (")  # and no other
        | ([^\s()"]+)
    )""",
    re.VERBOSE,
)
WORD, NAME, NUMBERED, NUMBER, PARENTHESIS, QUOTED, TAIL, QUOTE, RUN = range(1, 10)
"""The groups of NEXT."""
RUN_END = re.compile(r'[\s()"]')
OPERATORS = frozenset(("AND", "OR", "NOT", "NEAR", "ONEAR", "ATLEAST"))
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


OPEN, CLOSE, OPERATOR, FIELD, TERM, PHRASE, LITERAL, ALIAS, BROKEN = Kind
"""Named once more: Python 3.11 looks a member of an Enum up slowly."""


@dataclass(slots=True)
class Lexeme:
    """A piece of the query. Not frozen: a query has thousands, and a frozen one takes thrice as long to make.

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
        return self.kind is TERM and not self.plain and LOWERCASE_OPERATOR.fullmatch(self.value) is not None


def read_as_ascii(text: str) -> str:
    """Curly quotes and the full-width signs of the grammar as ASCII, character by character."""
    return text.translate(READ_AS) if OTHER_THAN_ASCII.search(text) else text


def _as_signs(text: str) -> str:
    """What the grammar reads, character by character: signs as ASCII; around words what nobody sees as blanks."""
    if text.isascii():
        return text
    signs = read_as_ascii(text)
    if INVISIBLE.isdisjoint(signs):
        return signs
    return INVISIBLE_AROUND.sub(lambda found: " " * len(found[0]), signs)


class Lexemes:
    """The lexemes of a query by index, read as far as somebody looks: a query that breaks early costs little."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._signs = _as_signs(text)
        self._read: list[Lexeme] = []
        self._at = 0
        self._plain = False
        """Whether `url:` has just been read."""

    def at(self, index: int) -> Lexeme | None:
        """The lexeme at an index; None after the last."""
        read = self._read
        while index >= len(read):
            if not self._read_on(READ_AT_ONCE):
                return None
        return read[index]

    def known(self, index: int) -> Lexeme:
        """A lexeme that has been looked at."""
        return self._read[index]

    def all(self) -> list[Lexeme]:
        """All of them."""
        self._read_on(len(self._text))
        return self._read

    def _read_on(self, most: int) -> bool:
        """Reads about so many more; whether there were any. The frequent ones are read here, without a call."""
        signs, read, at = self._signs, self._read, self._at
        for _ in range(most):
            found = NEXT.match(signs, at)
            if found is None:
                break
            group = found.lastindex
            if group == WORD:
                start, at = found.span(WORD)
                word = found[WORD]
                if word in OPERATORS:
                    read.append(Lexeme(OPERATOR, start, at, word))
                else:
                    read.append(Lexeme(TERM, start, at, word, None, self._plain))
                self._plain = False
            elif group == PARENTHESIS:
                start, at = found.span(PARENTHESIS)
                sign = found[PARENTHESIS]
                read.append(Lexeme(OPEN if sign == "(" else CLOSE, start, at, sign))
                self._plain = False
            else:
                self._read_other(found)
                at = read[-1].end
        some, self._at = at > self._at, at
        return some

    def _read_other(self, found: re.Match[str]) -> None:
        plain, self._plain = self._plain, False
        group = found.lastindex or 0
        if group == QUOTE:
            self._read.append(self._unbalanced(found.start(QUOTE)))
        elif group in (QUOTED, TAIL):
            self._read.append(self._quoted(PHRASE, found, found.start(QUOTED) - 1))
        elif group == NUMBER:
            operator = Lexeme(OPERATOR, found.start(NUMBERED), found.end(NUMBER), found[NUMBERED], found[NUMBER])
            self._read.append(operator)
        elif group == NAME and not plain:
            self._field(*found.span(NAME))
        else:
            self._run(found.start(group), plain=plain)

    def _quoted(self, kind: Kind, found: re.Match[str], start: int) -> Lexeme:
        """A phrase or a quoted literal; its words as given."""
        inside, end = found.span(QUOTED)
        words = self._text[inside:end]
        tail = found[TAIL] or ""
        return Lexeme(kind, start, end + 1 + len(tail), words, tail, plain=kind is LITERAL)

    def _unbalanced(self, at: int) -> Lexeme:
        return Lexeme(BROKEN, at, len(self._signs), "unbalanced-quote")

    def _run(self, start: int, *, plain: bool) -> None:
        """A run of characters whose signs say what it is."""
        end = self._run_end(start)
        run = self._signs[start:end]
        if plain:
            self._read.append(Lexeme(TERM, start, end, run, plain=True))
        elif run[0] in "-+":
            self._read.append(Lexeme(BROKEN, start, end, "minus"))
        elif run[0] == "=":
            self._read.append(self._literal(start, end))
        elif run[0] == "@":
            self._read.append(Lexeme(ALIAS, start, end, run[1:]))
        elif ":" in run:
            self._field(start, start + run.index(":"))
        else:
            self._read.append(Lexeme(TERM, start, end, run))

    def _run_end(self, start: int) -> int:
        found = RUN_END.search(self._signs, start)
        return found.start() if found else len(self._signs)

    def _literal(self, start: int, end: int) -> Lexeme:
        if end > start + 1 or self._signs[end : end + 1] != '"':
            return Lexeme(LITERAL, start, end, self._text[start + 1 : end])
        found = NEXT.match(self._signs, end)
        if found is None or found.lastindex == QUOTE:
            return self._unbalanced(start)
        return self._quoted(LITERAL, found, start)

    def _field(self, start: int, colon: int) -> None:
        """A field; what follows the colon is read next, but what follows an unknown one is plain text."""
        name = self._signs[start:colon].lower()
        if name in FIELDS:
            self._read.append(Lexeme(FIELD, start, colon + 1, name))
            self._plain = name == "url"
            return
        self._read.append(Lexeme(FIELD, start, colon + 1, name, plain=True))
        end = self._run_end(colon)
        if colon + 1 < end:
            self._read.append(Lexeme(TERM, colon + 1, end, self._signs[colon + 1 : end], plain=True))
