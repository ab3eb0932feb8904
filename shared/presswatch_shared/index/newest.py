"""Newest version wins: what to write of a batch, and what became of each article in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.port import PutOutcome

__all__ = ["Decision", "decide"]


@dataclass(frozen=True, slots=True)
class Decision:
    """`write` has one article an id; `outcomes` one an article of the batch, in order."""

    write: tuple[ArticleEnriched, ...]
    outcomes: tuple[PutOutcome, ...]


class Versioned(Protocol):
    """What is known of a stored article: at least its version."""

    @property
    def version(self) -> int: ...


V = TypeVar("V", bound=Versioned)


def decide(
    batch: Sequence[ArticleEnriched],
    stored: Mapping[str, V],
    is_stored: Callable[[ArticleEnriched, V], bool] = lambda article, known: article == known,
) -> Decision:
    """Of each article the newest of batch and store; of equal versions the one that came last.

    `is_stored` tells whether an article of the stored version is what is stored.
    """
    newest: dict[str, ArticleEnriched] = {}
    for article in batch:
        rival = newest.get(article.article_id)
        if rival is None or article.version >= rival.version:
            newest[article.article_id] = article

    def is_news(article: ArticleEnriched) -> bool:
        known = stored.get(article.article_id)
        if known is None or article.version > known.version:
            return True
        return article.version == known.version and not is_stored(article, known)

    write = {key: article for key, article in newest.items() if is_news(article)}

    def outcome(article: ArticleEnriched) -> PutOutcome:
        key = article.article_id
        known = stored.get(key)
        winner = write.get(key) or known
        if winner is not None and article.version < winner.version:
            return PutOutcome.SUPERSEDED
        return PutOutcome.INDEXED if key in write else PutOutcome.UNCHANGED

    return Decision(tuple(write.values()), tuple(map(outcome, batch)))
