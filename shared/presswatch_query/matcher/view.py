"""An article as the matcher sees it: the tokens of a field as a set, and quick ways to runs of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, cached_property

from presswatch_query import unicode_tables as tables
from presswatch_query.article import AnalysedArticle, AnalysedText
from presswatch_query.characters import VARIATION_SELECTORS, class_body
from presswatch_query.edit_distance import within_one_edit
from presswatch_query.leaf_matches import has_word_run
from presswatch_query.matcher.halves import Halves
from presswatch_query.normal_forms import normal_form

__all__ = ["ArticleView", "FieldAtoms"]

ALL_FIELDS = ("", "lead", "author", "url")


LONG_TEXT = 20_000
"""Tokens. In fewer, a run is found quicker by going through them all than by a table of where each one stands."""


class FieldAtoms:
    """The tokens of the texts of one field."""

    __slots__ = ("__dict__", "texts", "tokens")

    def __init__(self, texts: Sequence[AnalysedText]) -> None:
        self.texts = texts
        self.tokens: set[str] = set().union(*(text.tokens for text in texts))

    def has_run(self, tokens: Sequence[str]) -> bool:
        """Whether the tokens, each of which is there, stand one after the other."""
        if self._joined is None:
            return any(has_word_run(tokens, text) for text in self.texts)
        return f" {' '.join(tokens)} " in self._joined

    @cached_property
    def _joined(self) -> str | None:
        """All tokens between spaces; nothing reaches from one text to the next."""
        if sum(len(text.tokens) for text in self.texts) > LONG_TEXT:
            return None
        return " | ".join(("", *(" ".join(text.tokens) for text in self.texts), ""))

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
        return any(within_one_edit(token, other) for other in self._halves(len(token)).sharing_one_with(token))

    def _halves(self, length: int) -> Halves:
        """The tokens that may be one edit away from a word of this length, by their halves."""
        known = self._halves_by_length.get(length)
        if known is None:
            known = self._halves_by_length[length] = Halves(length)
            for near in (length - 1, length, length + 1):
                for token in self._by_length.get(near, ()):
                    known.add(token)
        return known

    @cached_property
    def _halves_by_length(self) -> dict[int, Halves]:
        return {}


class ArticleView:
    """One article; fields other than title and body are analysed when a watch looks into them."""

    __slots__ = ("__dict__", "_fields", "article")

    def __init__(self, article: AnalysedArticle) -> None:
        self.article = article
        self._fields: dict[str, FieldAtoms] = {}

    @cached_property
    def words(self) -> FieldAtoms:
        """Of title and body. A query of literals or of other fields does without."""
        return self.field("")

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
