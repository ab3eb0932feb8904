"""An article as the matcher sees it: its tokens and pairs of tokens as sets, worked out once an article."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence, Set
from functools import cache, cached_property
from itertools import pairwise

from presswatch_query import unicode_tables as tables
from presswatch_query.article import AnalysedArticle, AnalysedText
from presswatch_query.characters import VARIATION_SELECTORS, class_body
from presswatch_query.edit_distance import within_one_edit
from presswatch_query.normal_forms import normal_form

__all__ = ["ArticleView", "FieldAtoms"]

ALL_FIELDS = ("", "lead", "author", "url")


class FieldAtoms:
    """The atoms of the texts of one field: tokens, and pairs of neighbours joined by a space."""

    __slots__ = ("__dict__", "_in_order", "pairs", "texts", "tokens")

    def __init__(self, texts: Sequence[AnalysedText]) -> None:
        self.texts = texts
        self._in_order = [list(map(" ".join, pairwise(text.tokens))) for text in texts]
        self.tokens: set[str] = set().union(*(text.tokens for text in texts))
        self.pairs: set[str] = set().union(*self._in_order)

    @cached_property
    def sorted_tokens(self) -> list[str]:
        return sorted(self.tokens)

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for token in self.tokens:
            found.setdefault(len(token), []).append(token)
        return found

    def has_prefix(self, beginning: str) -> bool:
        at = bisect_left(self.sorted_tokens, beginning)
        return at < len(self.sorted_tokens) and self.sorted_tokens[at].startswith(beginning)

    def has_near(self, token: str) -> bool:
        """Whether a token at distance ≤ 1 is there."""
        lengths = (len(token) - 1, len(token), len(token) + 1)
        return any(within_one_edit(token, other) for length in lengths for other in self._by_length.get(length, ()))

    def triples(self, stems: Set[str]) -> set[str]:
        """Triples that begin with one of the pairs in `stems`."""
        return {
            f"{pair} {text.tokens[at + 2]}"
            for text, pairs in zip(self.texts, self._in_order, strict=True)
            for at, pair in enumerate(pairs[:-1])
            if pair in stems
        }


class ArticleView:
    """One article; fields other than title and body are analysed when a watch looks into them."""

    __slots__ = ("__dict__", "_fields", "article", "words")

    def __init__(self, article: AnalysedArticle) -> None:
        self.article = article
        self.words = FieldAtoms(article.texts(""))
        """Of title and body."""
        self._fields: dict[str, FieldAtoms] = {"": self.words}

    def field(self, name: str) -> FieldAtoms:
        """The atoms of a field; of no field: title and body."""
        known = self._fields.get(name)
        if known is None:
            known = self._fields[name] = FieldAtoms(self.article.texts(name))
        return known

    @cached_property
    def is_loose(self) -> bool:
        """Whether a literal may stand somewhere without its own tokens being tokens of the article."""
        return any(_is_loose(text.raw) for field in ALL_FIELDS for text in self.article.texts(field))


def _is_loose(text: str) -> bool:
    """Invisible characters and half-width voice marks part tokens; a mark before a letter may stand inside one."""
    if text.isascii():
        return False
    return _loose().search(normal_form("NFC", text)) is not None


@cache
def _loose() -> re.Pattern[str]:
    parting = f"[{class_body(tables.FORMAT, VARIATION_SELECTORS)}\uff9e\uff9f]"
    inside = f"[{class_body(tables.MARKS)}][{class_body(tables.MARK_DROPPING_LETTERS)}]"
    return re.compile(f"{parting}|{inside}")
