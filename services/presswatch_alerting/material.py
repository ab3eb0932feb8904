"""Whether a newer version of an article says something new to a watch that it fired.

New is a title with other words, or a clause that matches more often, or matches other words, than in the version that
fired. Moved paragraphs, mended commas and text the watch does not look for are not new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from presswatch_alerting.places import Place
from presswatch_query.analyser import token_texts
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.store.alerts import AlertRow

__all__ = ["found_words", "is_material"]

MOST_KEYS = 500


def found_words(places: Iterable[Place]) -> Mapping[str, int]:
    """How often each clause matched which words. Clauses are named by their place in the query."""
    counts = Counter(f"{place.clause}:{place.words.casefold()}" for place in places)
    return dict(counts.most_common(MOST_KEYS))


def is_material(fired: AlertRow, article: ArticleEnriched, found: Mapping[str, int], watch_version: int) -> bool:
    """Whether a newer version of the article that fired is worth one more alert.

    By another extractor, a difference is the extractor's; by another version of the watch, clauses cannot be compared.
    """
    if fired.extractor != article.extractor:
        return False
    if _words(fired.title) != _words(article.title):
        return True
    return fired.watch_version == watch_version and any(
        count > fired.found.get(words, 0) for words, count in found.items()
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(token_texts(text))
