"""The values of exact fields under which an article is found, in their compared form."""

from __future__ import annotations

from collections.abc import Mapping

from presswatch_query.exact_values import exact_form
from presswatch_shared.events import ArticleEnriched

__all__ = ["stored_values"]


def stored_values(article: ArticleEnriched) -> Mapping[str, list[str]]:
    """The values a field; none where the field is empty, since an empty value is found by nothing."""
    single = {field: exact_form(field, getattr(article, field)) for field in ("lang", "country", "category")}
    return {
        "source": _host_and_parents(exact_form("source", article.source)),
        "entity": list(dict.fromkeys(entity.id for entity in article.entities if entity.id)),
        "story": [article.story_id] if article.story_id else [],
        **{field: [value] if value else [] for field, value in single.items()},
    }


def _host_and_parents(host: str) -> list[str]:
    """`news.example.com` counts for `news.example.com`, `example.com` and `com`."""
    labels = host.split(".")
    return [".".join(labels[first:]) for first in range(len(labels))] if host else []
