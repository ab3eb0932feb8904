"""How far a primary reaches, as far as one can tell without parsing it."""

from __future__ import annotations

from collections.abc import Sequence

from presswatch_query.lexer import Kind, Lexeme

__all__ = ["closing", "extent"]


def extent(lexemes: Sequence[Lexeme], index: int) -> int:
    """The end, in the query, of the primary (or NOT with its operand) that begins at a lexeme."""
    while index + 1 < len(lexemes) and _leads_on(lexemes[index], lexemes[index + 1]):
        index += 1
    if lexemes[index].kind is Kind.OPEN:
        index = closing(lexemes, index)
    return lexemes[index].end


def _leads_on(lexeme: Lexeme, following: Lexeme) -> bool:
    is_lead = lexeme.kind is Kind.FIELD or (lexeme.kind is Kind.OPERATOR and lexeme.value in ("NOT", "ATLEAST"))
    return (
        is_lead
        and following.kind is not Kind.CLOSE
        and (following.kind is not Kind.OPERATOR or following.value not in ("AND", "OR"))
    )


def closing(lexemes: Sequence[Lexeme], opening: int) -> int:
    """The index of the parenthesis that closes the one at `opening`; the last lexeme where none does."""
    depth = 0
    for index in range(opening, len(lexemes)):
        kind = lexemes[index].kind
        depth += (kind is Kind.OPEN) - (kind is Kind.CLOSE)
        if depth == 0:
            return index
    return len(lexemes) - 1
