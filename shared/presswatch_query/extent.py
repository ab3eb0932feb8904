"""How far a primary reaches, as far as one can tell without parsing it."""

from __future__ import annotations

from presswatch_query.lexer import CLOSE, FIELD, OPEN, OPERATOR, Lexeme, Lexemes

__all__ = ["closing", "extent"]


def extent(lexemes: Lexemes, index: int) -> int:
    """The end, in the query, of the primary (or NOT with its operand) that begins at a lexeme."""
    lexeme = lexemes.known(index)
    while (following := lexemes.at(index + 1)) is not None and _leads_on(lexeme, following):
        index, lexeme = index + 1, following
    if lexeme.kind is OPEN:
        lexeme = lexemes.known(closing(lexemes, index))
    return lexeme.end


def _leads_on(lexeme: Lexeme, following: Lexeme) -> bool:
    is_lead = lexeme.kind is FIELD or (lexeme.kind is OPERATOR and lexeme.value in ("NOT", "ATLEAST"))
    ends_here = following.kind is CLOSE or (following.kind is OPERATOR and following.value in ("AND", "OR"))
    return is_lead and not ends_here


def closing(lexemes: Lexemes, opening: int) -> int:
    """The index of the parenthesis that closes the one at `opening`; of the last lexeme where none does."""
    depth = 0
    index = opening
    while (lexeme := lexemes.at(index)) is not None:
        depth += (lexeme.kind is OPEN) - (lexeme.kind is CLOSE)
        if depth == 0:
            return index
        index += 1
    return index - 1
