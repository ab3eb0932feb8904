"""An article as the watch language sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from presswatch_query.analyser import token_places, token_texts
from presswatch_query.exact_values import article_values
from presswatch_query.literals import LiteralText

__all__ = ["AnalysedArticle", "AnalysedText", "Article", "analyse_article"]

MOST_ASKED = 40
"""Tokens that a text is gone through for, one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Raw values of the fields; `lead` may be empty (then the first line of the body that is not blank counts)."""

    id: str = ""
    title: str = ""
    body: str = ""
    lead: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    source: str = ""
    lang: str = ""
    country: str = ""
    category: str = ""


class AnalysedText:
    """One text of an article: a field, or one author. Everything is worked out when first asked for."""

    def __init__(self, name: str, raw: str) -> None:
        self.name = name
        self.raw = raw

    @cached_property
    def tokens(self) -> list[str]:
        return token_texts(self.raw)

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Start and end of each token in the raw text."""
        return token_places(self.raw)

    @cached_property
    def positions(self) -> Mapping[str, Sequence[int]]:
        """Where each token stands, in order."""
        found: dict[str, list[int]] = defaultdict(list)
        for position, token in enumerate(self.tokens):
            found[token].append(position)
        return dict(found)

    def positions_of(self, token: str) -> Sequence[int]:
        """Where one token stands, in order. The table of all of them is only made once many are asked for."""
        if token in self._asked or len(self._asked) >= MOST_ASKED:
            return self._asked[token] if token in self._asked else self.positions.get(token, ())
        self._asked[token] = found = _indexes(self.tokens, token)
        return found

    @cached_property
    def _asked(self) -> dict[str, Sequence[int]]:
        return {}

    @cached_property
    def literal(self) -> LiteralText:
        return LiteralText(self.raw)


def _indexes(tokens: list[str], token: str) -> Sequence[int]:
    found: list[int] = []
    at = -1
    for _ in range(tokens.count(token)):
        at = tokens.index(token, at + 1)
        found.append(at)
    return found


class AnalysedArticle:
    """An article with its texts analysed; cheap to make, each text is analysed when first asked for."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self._texts: dict[str, tuple[AnalysedText, ...]] = {}

    def texts(self, field: str) -> tuple[AnalysedText, ...]:
        """The texts of a field: one, or one an author. Of no field: title and body."""
        known = self._texts.get(field)
        if known is None:
            known = self._texts[field] = self._make(field)
        return known

    def _make(self, field: str) -> tuple[AnalysedText, ...]:
        article = self.article
        if not field:
            return self.texts("title") + self.texts("body")
        if field == "author":
            return tuple(AnalysedText(f"author.{number}", name) for number, name in enumerate(article.authors))
        raw = {"title": article.title, "body": article.body, "url": article.url}
        return (AnalysedText(field, raw[field] if field in raw else lead_of(article)),)

    @cached_property
    def exact(self) -> Mapping[str, str]:
        """The values of the exact fields in the form they are compared in."""
        article = self.article
        return article_values(article.source, article.lang, article.country, article.category)


def analyse_article(article: Article) -> AnalysedArticle:
    """The article, ready for evaluation."""
    return AnalysedArticle(article)


def lead_of(article: Article) -> str:
    """The article's own lead unless it is blank, else the first line of the body that is not blank, as it stands."""
    if article.lead.strip():
        return article.lead
    return next((line for line in article.body.split("\n") if line.strip()), "")
