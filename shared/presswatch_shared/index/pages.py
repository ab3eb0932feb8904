"""One page of articles that come in their order, near-duplicates folded where that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.cursor import Cursor, write_cursor
from presswatch_shared.index.dates import sort_key

__all__ = ["Batch", "NewestOf", "Ranked", "Shown", "StoryFound", "newest_of_articles", "take_page"]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article at its place in the order; `behind` is where the next page begins if this is the last one shown."""

    article: ArticleEnriched
    behind: Cursor
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The next articles of a walk; `stopped` is where it was given up, though there may be more."""

    ranked: Sequence[Ranked]
    stopped: Cursor | None = None


@dataclass(frozen=True, slots=True)
class StoryFound:
    """Of the articles of a story that a search finds: the newest one's sort key, and how many there are."""

    newest: int
    count: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An article of a page, with the number of others that it stands for."""

    ranked: Ranked
    folded: int = 0


NewestOf = Callable[[Collection[str]], Mapping[str, StoryFound]]
"""What a search finds of each of these stories."""


def take_page(batches: Iterable[Batch], limit: int, newest_of: NewestOf | None) -> tuple[Sequence[Shown], str]:
    """The first `limit` of the articles, or less where the walk was given up, and the cursor behind them, empty where
    there is no more.

    With `newest_of` a story is shown by its newest article alone, at that one's place.
    """
    page: list[Shown] = []
    stopped: Cursor | None = None
    for batch in batches if limit > 0 else ():
        stopped = batch.stopped
        stories = {ranked.article.story_id for ranked in batch.ranked} - {""}
        found = newest_of(stories) if newest_of and stories else {}
        for ranked in batch.ranked:
            story = found.get(ranked.article.story_id)
            if story is not None and sort_key(ranked.article) < story.newest:
                continue
            if len(page) == limit:
                return page, write_cursor(page[-1].ranked.behind)
            page.append(Shown(ranked, story.count - 1 if story else 0))
    return page, write_cursor(stopped) if stopped else ""


def newest_of_articles(articles: Iterable[ArticleEnriched]) -> Mapping[str, StoryFound]:
    """By story, of articles at hand."""
    found: dict[str, StoryFound] = {}
    for article in articles:
        key, known = sort_key(article), found.get(article.story_id)
        found[article.story_id] = StoryFound(max(key, known.newest), known.count + 1) if known else StoryFound(key, 1)
    return found
