"""The filters of a request in the compared form of the exact fields."""

from __future__ import annotations

from collections.abc import Mapping

from presswatch_query.exact_values import exact_form
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.dates import article_date
from presswatch_shared.index.exact_values import stored_values
from presswatch_shared.index.port import Filters

__all__ = ["passes", "wanted_values"]


def wanted_values(filters: Filters) -> Mapping[str, frozenset[str]]:
    """Field → values of which an article needs one; only the fields that narrow."""
    exact = {
        "source": filters.sources,
        "lang": filters.langs,
        "country": filters.countries,
        "category": filters.categories,
    }
    wanted = {field: frozenset(exact_form(field, value) for value in values) for field, values in exact.items()}
    wanted["entity"] = frozenset(filters.entities)
    wanted["story"] = frozenset((filters.story,) if filters.story else ())
    return {field: values for field, values in wanted.items() if values}


def passes(article: ArticleEnriched, filters: Filters) -> bool:
    """Whether an article is within the filters."""
    moment = article_date(article)
    if filters.since is not None and moment < filters.since:
        return False
    if filters.until is not None and moment >= filters.until:
        return False
    stored = stored_values(article)
    return all(not values.isdisjoint(stored[field]) for field, values in wanted_values(filters).items())
