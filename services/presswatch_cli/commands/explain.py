"""`presswatch explain WATCH (ARTICLE_ID|URL)`: why a watch did or did not fire on an article."""

from __future__ import annotations

from presswatch_alerting.explain import WatchExplanation, alerts_of_story, explain_watch
from presswatch_cli.commands.existing_watch import existing_watch
from presswatch_cli.commands.watch import checked_query
from presswatch_shared.errors import BadInput
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.ids import url_hash
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.store import articles
from presswatch_shared.store.database import Store
from presswatch_shared.urls import normalise

__all__ = ["explain_match"]


async def explain_match(store: Store, index: ArticleIndex, which: str, article: str) -> WatchExplanation:
    """Why a watch (by id or name) did or did not fire on an article (by id or URL).

    Raises:
        BadInput: there is no such watch, several have the name, or no such article is in the index.
    """
    watch = store.read_now(existing_watch, which)
    found = await _article(store, index, article)
    records = store.read_now(alerts_of_story, watch.id, found.story_id)
    return explain_watch(watch, checked_query(store, watch.query), found, records)


async def _article(store: Store, index: ArticleIndex, named: str) -> ArticleEnriched:
    is_url = "://" in named
    row = store.read_now(articles.find_by_url, url_hash(normalise(named))) if is_url else None
    article_id = row.article_id if row else named
    found = None if is_url and row is None else await index.get(article_id)
    if found is None:
        hint = f"`presswatch explain {named}` says what happened to it" if is_url else "an id or a URL is needed"
        raise BadInput(f"no article {named!r} is indexed: {hint}")
    return found
