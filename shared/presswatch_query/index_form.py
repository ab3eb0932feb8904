"""The form tokens take in an index of any backend: what is written for an article and what is asked for a query.

Tokens hold letters, marks and numbers only, so `_` is free for what an index needs besides: it cuts a long token off
(backends refuse or split terms of some hundred characters) and stands between the authors, so that no phrase crosses.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache

from presswatch_query import unicode_tables as tables
from presswatch_query.analyser import token_texts
from presswatch_query.characters import is_mark, is_number
from presswatch_query.visible_text import INVISIBLE, class_of, is_basic, visible_text

__all__ = ["LONG", "LOOSE", "TOKEN_LIMIT", "IndexForm", "drops_marks", "index_form", "indexed_token"]

TOKEN_LIMIT = 100
"""Code points; longer tokens are indexed as their first TOKEN_LIMIT, `_` and a hash."""
BETWEEN_TEXTS = "_"
LONG = "long"
"""Trait of an article with a token over TOKEN_LIMIT."""
LOOSE = "loose"
"""Trait of an article in which a literal may stand without its tokens being there (see `index_form`)."""


def indexed_token(token: str) -> str:
    """The term of a token."""
    if len(token) <= TOKEN_LIMIT:
        return token
    digest = hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return f"{token[:TOKEN_LIMIT]}_{digest}"


@dataclass(frozen=True, slots=True)
class IndexForm:
    """Terms joined by spaces, for a field that is split at white space and nowhere else; and the text's traits."""

    terms: str
    traits: frozenset[str]


def index_form(*texts: str) -> IndexForm:
    """The form of one text, or of several that are kept apart from each other.

    Traits: LONG, LOOSE, both or neither. A literal is looked for in the text without invisible characters, a token is
    cut from the text as it is. The two part where something invisible stands in a number or before a mark, where a
    mark is followed by a letter (the literal may begin inside the token), and at half-width voice marks.
    """
    tokens = [token_texts(text) for text in texts]
    terms = f" {BETWEEN_TEXTS} ".join(" ".join(map(indexed_token, part)) for part in tokens)
    is_long = any(len(token) > TOKEN_LIMIT for part in tokens for token in part)
    is_loose = any(_is_loose(text) for text in texts if not text.isascii())
    return IndexForm(terms, frozenset(name for name, holds in ((LONG, is_long), (LOOSE, is_loose)) if holds))


def drops_marks(letter: str) -> bool:
    """Whether it is a letter of a script whose marks make no difference: rare inside a word once it is composed."""
    return _patterns_for(letter).drops_marks.match(letter) is not None


def _is_loose(text: str) -> bool:
    patterns = _patterns_for(text)
    if patterns.voice_mark.search(text) or any(map(_parts_tokens, patterns.around_invisible.finditer(text))):
        return True
    return patterns.mark_inside.search(visible_text(text)) is not None


def _parts_tokens(found: re.Match[str]) -> bool:
    """Whether the tokens are others than if the invisible run between these two characters were not there."""
    before, after = found.string[max(0, found.start() - 1) : found.start()], found[1]
    return is_mark(after) or (is_number(after) and bool(before) and is_number(before))


@dataclass(frozen=True, slots=True)
class _Patterns:
    around_invisible: re.Pattern[str]
    drops_marks: re.Pattern[str]
    mark_inside: re.Pattern[str]
    voice_mark: re.Pattern[str]


def _patterns_for(text: str) -> _Patterns:
    return _patterns(basic=is_basic(text))


@cache
def _patterns(*, basic: bool) -> _Patterns:
    invisible, drops_marks, marks = (
        class_of(ranges, basic=basic) for ranges in (INVISIBLE, tables.MARK_DROPPING_LETTERS, tables.MARKS)
    )
    return _Patterns(
        around_invisible=re.compile(f"{invisible}++(.)", re.DOTALL),
        drops_marks=re.compile(drops_marks),
        mark_inside=re.compile(marks + drops_marks),
        voice_mark=re.compile("[\uff9e\uff9f]"),
    )
