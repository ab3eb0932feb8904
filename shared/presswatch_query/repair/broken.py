"""A query with one of its errors, as what mends it wants to see it."""

from __future__ import annotations

from functools import cached_property

from presswatch_query.aliases import Aliases
from presswatch_query.lexer import Kind, Lexeme, Lexemes, read_as_ascii
from presswatch_query.problems import Problem

__all__ = ["Broken"]


class Broken:
    """`at` is the index of the first lexeme of the error."""

    def __init__(self, text: str, error: Problem, aliases: Aliases) -> None:
        self.text = text
        self.error = error
        self.aliases = aliases

    @cached_property
    def lexemes(self) -> list[Lexeme]:
        return Lexemes(self.text).all()

    @cached_property
    def at(self) -> int:
        return next((n for n, lexeme in enumerate(self.lexemes) if lexeme.start >= self.error.start), 0)

    @property
    def part(self) -> str:
        """The text of the error, signs as ASCII."""
        return read_as_ascii(self.text[self.error.start : self.error.end])

    def lexeme(self, index: int) -> Lexeme | None:
        return self.lexemes[index] if 0 <= index < len(self.lexemes) else None

    def replaced(self, new: str, start: int | None = None, end: int | None = None) -> str:
        """The query with another text in place of the error, or of a part of the query."""
        first = self.error.start if start is None else start
        last = self.error.end if end is None else end
        return f"{self.text[:first]}{new}{self.text[last:]}"

    def without(self, start: int, end: int) -> str:
        """The query without a part and the white space before it."""
        before = self.text[:start].rstrip()
        after = self.text[end:]
        return (before + after if before and not before.endswith("(") else before + after.lstrip()).strip()

    def is_operand_end(self, index: int) -> bool:
        """Whether a primary may end with this lexeme."""
        lexeme = self.lexeme(index)
        return lexeme is not None and lexeme.kind in (Kind.CLOSE, Kind.TERM, Kind.PHRASE, Kind.LITERAL, Kind.ALIAS)

    def is_operand_start(self, index: int) -> bool:
        """Whether a primary may begin with this lexeme."""
        lexeme = self.lexeme(index)
        return lexeme is not None and lexeme.kind not in (Kind.CLOSE, Kind.OPERATOR, Kind.BROKEN)
