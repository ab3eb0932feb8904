"""The topics. Each knows its event, so that the type checker refuses the wrong one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from presswatch_shared.events import AlertFired, ArticleEnriched, Event, PageFetched

__all__ = [
    "ALERTS_FIRED",
    "ARTICLES_ENRICHED",
    "DEAD_LETTERS",
    "DEAD_LETTER_SECONDS",
    "PAGES_FETCHED",
    "Topic",
    "dead_letter_topic",
    "holds_failures",
    "retry_topic",
]

E = TypeVar("E", bound=Event, covariant=True)


@dataclass(frozen=True)
class Topic(Generic[E]):
    """A named flow of one type of event (and heartbeats)."""

    name: str
    event: type[E]


PAGES_FETCHED = Topic("pages.fetched", PageFetched)
ARTICLES_ENRICHED = Topic("articles.enriched", ArticleEnriched)
ALERTS_FIRED = Topic("alerts.fired", AlertFired)
DEAD_LETTER_SECONDS = 30 * 86_400.0
"""How long dead letters, and messages put back, are kept."""
DEAD_LETTERS, PUT_BACK = ".dlq.", ".retry."


def dead_letter_topic(topic: str, stage: str) -> str:
    """Where messages of `topic` go that `stage` could not handle."""
    return f"{topic}{DEAD_LETTERS}{stage}"


def retry_topic(topic: str, stage: str) -> str:
    """Where `dlq replay` puts messages again, read by `stage` alone."""
    return f"{topic}{PUT_BACK}{stage}"


def holds_failures(name: str) -> bool:
    """Whether a topic of this name holds dead letters, or messages put back."""
    return DEAD_LETTERS in name or PUT_BACK in name
