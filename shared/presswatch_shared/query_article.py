"""An enriched article as the watch language sees it: one view for matching, search and back-test."""

from __future__ import annotations

from presswatch_query.article import Article
from presswatch_shared.events import ArticleEnriched

__all__ = ["query_article"]


def query_article(article: ArticleEnriched) -> Article:
    """The fields of the language; `url:` is looked for in the address the page was fetched at."""
    return Article(
        id=article.article_id,
        title=article.title,
        body=article.body,
        lead=article.lead,
        authors=article.authors,
        url=article.url,
        source=article.source,
        lang=article.lang,
        country=article.country,
        category=article.category,
    )
