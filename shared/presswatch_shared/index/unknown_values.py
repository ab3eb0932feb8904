"""Filters that find nothing because no article has their value: a typing error, mostly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from presswatch_shared.index.port import ArticleIndex, Filters, SearchRequest

__all__ = ["unknown_values"]

MOST_ASKED = 20


async def unknown_values(index: ArticleIndex, filters: Filters) -> Sequence[tuple[str, str]]:
    """Field and value, in the order given, for each value of source, language, country and category that none has."""
    found = []
    for field, value, alone in list(_each(filters))[:MOST_ASKED]:
        if not (await index.search(SearchRequest(filters=alone, limit=0))).total:
            found.append((field, value))
    return found


def _each(filters: Filters) -> Iterator[tuple[str, str, Filters]]:
    yield from (("source", value, Filters(sources=(value,))) for value in filters.sources)
    yield from (("lang", value, Filters(langs=(value,))) for value in filters.langs)
    yield from (("country", value, Filters(countries=(value,))) for value in filters.countries)
    yield from (("category", value, Filters(categories=(value,))) for value in filters.categories)
