"""Newest version wins: what to write of a batch, and what became of each article in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.port import PutOutcome

__all__ = ["Decision", "decide"]


@dataclass(frozen=True, slots=True)
class Decision:
    """`write` has one article an id; `outcomes` one an article of the batch, in order."""

    write: tuple[ArticleEnriched, ...]
    outcomes: tuple[PutOutcome, ...]


def decide(batch: Sequence[ArticleEnriched], stored: Mapping[str, ArticleEnriched]) -> Decision:
    """Of each article the newest of batch and store; of equal versions the one that came last."""
    newest: dict[str, ArticleEnriched] = {}
    for article in batch:
        rival = newest.get(article.article_id)
        if rival is None or article.version >= rival.version:
            newest[article.article_id] = article
    write = {key: article for key, article in newest.items() if _is_news(article, stored.get(key))}

    def outcome(article: ArticleEnriched) -> PutOutcome:
        key = article.article_id
        known = stored.get(key)
        winner = write.get(key) or known
        if winner is not None and article.version < winner.version:
            return PutOutcome.SUPERSEDED
        return PutOutcome.INDEXED if key in write else PutOutcome.UNCHANGED

    return Decision(tuple(write.values()), tuple(map(outcome, batch)))


def _is_news(article: ArticleEnriched, known: ArticleEnriched | None) -> bool:
    return known is None or article.version > known.version or (article.version == known.version and article != known)
