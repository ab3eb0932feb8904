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
from presswatch_query.characters import VARIATION_SELECTORS, class_body, is_mark, is_number
from presswatch_query.normal_forms import normal_form

__all__ = ["LONG", "LOOSE", "TOKEN_LIMIT", "IndexForm", "drops_marks", "index_form", "indexed_token", "visible_text"]

TOKEN_LIMIT = 100
"""Code points; longer tokens are indexed as their first TOKEN_LIMIT, `_` and a hash."""
BETWEEN_TEXTS = "_"
LONG = "long"
"""Trait of an article with a token over TOKEN_LIMIT."""
LOOSE = "loose"
"""Trait of an article in which a literal may stand without its tokens being there (see `index_form`)."""
BASIC_PLANE_DIGITS = 4
BEYOND_BASIC_PLANE = re.compile("[\U00010000-\U0010ffff]")


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


def visible_text(text: str) -> str:
    """The text as literals see it: composed, without format characters and variation selectors."""
    return normal_form("NFC", text if text.isascii() else _patterns_for(text).invisible.sub("", text))


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
    invisible: re.Pattern[str]
    mark_inside: re.Pattern[str]
    voice_mark: re.Pattern[str]


def _patterns_for(text: str) -> _Patterns:
    return _patterns(basic=BEYOND_BASIC_PLANE.search(text) is None)


@cache
def _patterns(*, basic: bool) -> _Patterns:
    """A class without characters beyond the basic plane is tens of times as fast, and mostly enough."""
    invisible = _class(f"{tables.FORMAT} {VARIATION_SELECTORS}", basic)
    drops_marks = _class(tables.MARK_DROPPING_LETTERS, basic)
    return _Patterns(
        around_invisible=re.compile(f"{invisible}++(.)", re.DOTALL),
        drops_marks=re.compile(drops_marks),
        invisible=re.compile(f"{invisible}++"),
        mark_inside=re.compile(_class(tables.MARKS, basic) + drops_marks),
        voice_mark=re.compile("[\uff9e\uff9f]"),
    )


def _class(ranges: str, basic: bool) -> str:
    kept = [word for word in ranges.split() if not basic or len(word.partition("-")[0]) <= BASIC_PLANE_DIGITS]
    return f"[{class_body(*kept)}]"
