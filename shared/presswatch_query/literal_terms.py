"""Which terms an article with a literal surely has.

A literal is looked for in the raw text, so its own tokens need not be the text's: an `s` in it may be a possessive
there, which is no token, and its first token may be the end of a longer one where a mark stands before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from presswatch_query.analyser import token_texts
from presswatch_query.characters import is_letter, is_mark, stands_alone
from presswatch_query.index_form import LOOSE, drops_marks
from presswatch_query.visible_text import visible_text

__all__ = ["LiteralTerms", "literal_terms"]

POSSESSIVE = "s"


@dataclass(frozen=True, slots=True)
class LiteralTerms:
    """The tokens that are surely there, side by side if `adjacent`, unless the article has the trait `unless`."""

    tokens: tuple[str, ...]
    adjacent: bool
    unless: str = LOOSE


def literal_terms(text: str) -> LiteralTerms:
    """What can be relied on for `text`; no tokens where nothing can."""
    visible = visible_text(text)
    tokens = list(token_texts(visible))
    if tokens and _may_begin_inside(visible[0]):
        del tokens[0]
    sure = tuple(token for token in tokens if token != POSSESSIVE)
    return LiteralTerms(sure, adjacent=len(sure) == len(tokens))


def _may_begin_inside(first: str) -> bool:
    """Whether the first token may be the end of a longer one even in articles without the trait LOOSE."""
    marks_are_common = is_letter(first) and not stands_alone(first) and not drops_marks(first)
    return is_mark(first) or marks_are_common
