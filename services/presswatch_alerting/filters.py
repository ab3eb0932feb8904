"""Why a watch that matches an article does not fire. Pure rules; the reasons label a metric."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from presswatch_shared.clock import SECOND, Micros
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.store.watches import Watch

__all__ = ["Withheld", "age_seconds", "from_source", "withheld"]


class Withheld(StrEnum):
    """Reasons. A closed set."""

    REPROCESSED = "reprocessed"
    BEFORE_WATCH = "before_watch"
    """The article came before this version of the watch."""
    TOO_OLD = "too_old"
    SOURCE = "source"
    OLD_VERSION = "old_version"
    """A newer version of the article was matched before."""
    SAME_STORY = "same_story"
    """The story has its alert, by another copy."""
    NOT_MATERIAL = "not_material"
    """A newer version of the article that fired, with nothing new for the watch."""
    UPDATED_BEFORE = "updated_before"


def withheld(watch: Watch, article: ArticleEnriched, at: Micros) -> Withheld | None:
    """The reason that lies in the article or the watch; None where the watch may fire. `at` is the event's moment."""
    if article.reprocessed:
        return Withheld.REPROCESSED
    if at < watch.active_from:
        return Withheld.BEFORE_WATCH
    if watch.max_age_seconds and age_seconds(article) > watch.max_age_seconds:
        return Withheld.TOO_OLD
    if (watch.include_sources or watch.exclude_sources) and not _wanted(watch, article.source):
        return Withheld.SOURCE
    return None


def age_seconds(article: ArticleEnriched) -> float:
    """How old the article was when it was first seen; 0 where it has no date."""
    return 0.0 if article.published_at is None else (article.first_seen_at - article.published_at) / SECOND


def _wanted(watch: Watch, host: str) -> bool:
    included = not watch.include_sources or from_source(host, watch.include_sources)
    return included and not from_source(host, watch.exclude_sources)


def from_source(host: str, sources: Iterable[str]) -> bool:
    """Whether a host is one of these or lies below one."""
    return any(host == source or host.endswith("." + source) for source in sources)
