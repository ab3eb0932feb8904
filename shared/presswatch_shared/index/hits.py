"""What an article matches, and a hit with its marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from presswatch_query import AnalysedArticle, Evaluation, Query, analyse_article, evaluate
from presswatch_query.snippet import make_snippet, marks_in
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.dates import article_date
from presswatch_shared.index.pages import Shown
from presswatch_shared.index.port import Hit, SearchRequest
from presswatch_shared.query_article import query_article

__all__ = ["analysed", "evaluation", "make_hit", "make_hits"]


def analysed(article: ArticleEnriched) -> AnalysedArticle:
    return analyse_article(query_article(article))


def evaluation(query: Query, article: ArticleEnriched) -> Evaluation:
    """What the reference evaluator says."""
    return evaluate(query, analysed(article))


def make_hit(article: ArticleEnriched, query: Query | None, *, marked: bool, score: float | None = None) -> Hit:
    """The hit; with marks and a snippet if `marked`."""
    if not marked:
        return Hit(article=article, date=article_date(article), score=score)
    spans = evaluation(query, article).spans if query else ()
    return Hit(
        article=article,
        date=article_date(article),
        title_marks=marks_in(spans, "title"),
        snippet=make_snippet(query_article(article), spans),
        score=score,
    )


def make_hits(page: Sequence[Shown], request: SearchRequest) -> tuple[Hit, ...]:
    """The hits of a page."""
    return tuple(_shown(shown, request) for shown in page)


def _shown(shown: Shown, request: SearchRequest) -> Hit:
    ranked = shown.ranked
    hit = make_hit(ranked.article, request.query, marked=request.snippets, score=ranked.score)
    return replace(hit, folded=shown.folded) if shown.folded else hit
