"""What the stream has and the index has not: counted, and put again where asked."""

from __future__ import annotations

from dataclasses import dataclass

from presswatch_indexing.rebuild import Progress, ReadableLog, articles_in, put_each, read_all
from presswatch_indexing.settings import IndexingSettings
from presswatch_shared.index.port import ArticleIndex

__all__ = ["Reconciled", "reconcile"]

SHOWN = 20
"""Examples that a report names."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Of the articles of the stream, each at its newest version."""

    articles: int
    missing: int
    """Not in the index at all."""
    outdated: int
    """There at an older version."""
    examples: tuple[str, ...]
    """Ids of some of these."""
    repaired: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to be done."""
        return self.missing + self.outdated == self.repaired


async def reconcile(
    log: ReadableLog,
    index: ArticleIndex,
    settings: IndexingSettings,
    *,
    repair: bool,
    progress: Progress = lambda done, total: None,
) -> Reconciled:
    """Compare every article of the stream with the index.

    Articles that come in meanwhile do not count. One that is missing is looked for once more at the end, when an index
    that shows articles a little late has had time to. The stream keeps the text: only ids and versions are held here.
    """
    newest: dict[str, int] = {}
    suspects: dict[str, int] = {}
    async for records in read_all(log, settings.batch, progress):
        articles = articles_in(records)
        for article in articles:
            newest[article.article_id] = max(article.version, newest.get(article.article_id, 0))
        stored = await index.versions(list({article.article_id for article in articles}))
        for article in articles:
            if stored.get(article.article_id, -1) < article.version:
                suspects[article.article_id] = article.version
    missing, outdated = await _still_wanting(index, suspects, settings.batch)
    wanting = missing | outdated
    repaired = await _repair(log, index, settings, wanting) if repair and wanting else 0
    examples = tuple(sorted(wanting)[:SHOWN])
    return Reconciled(len(newest), len(missing), len(outdated), examples, repaired)


async def _still_wanting(index: ArticleIndex, suspects: dict[str, int], size: int) -> tuple[set[str], set[str]]:
    missing, outdated = set[str](), set[str]()
    ids = list(suspects)
    for first in range(0, len(ids), size):
        chunk = ids[first : first + size]
        stored = await index.versions(chunk)
        for key in chunk:
            if key not in stored:
                missing.add(key)
            elif stored[key] < suspects[key]:
                outdated.add(key)
    return missing, outdated


async def _repair(log: ReadableLog, index: ArticleIndex, settings: IndexingSettings, wanting: set[str]) -> int:
    """How many of the articles are whole now: all but those that the index refuses."""
    refused = set[str]()
    async for records in read_all(log, settings.batch):
        chosen = [article for article in articles_in(records) if article.article_id in wanting]
        done = {article.article_id for article, _ in await put_each(index, chosen)}
        refused |= {article.article_id for article in chosen} - done
    return len(wanting - refused)
