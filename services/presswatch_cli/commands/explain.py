"""`presswatch explain WATCH (ARTICLE_ID|URL)` and `presswatch explain URL`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from presswatch_alerting.explain import WatchExplanation, alerts_of_story, explain_watch
from presswatch_cli.commands.watch import checked_query
from presswatch_shared.clock import iso
from presswatch_shared.errors import BadInput
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.ids import url_hash
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.store import articles, ledger, watches
from presswatch_shared.store.database import Store
from presswatch_shared.store.ledger import Visit
from presswatch_shared.urls import normalise

__all__ = ["explain_match", "page_history", "page_lines"]


async def explain_match(store: Store, index: ArticleIndex, watch_id: str, article: str) -> WatchExplanation:
    """Why a watch did or did not fire on an article, named by its id or its URL.

    Raises:
        BadInput: there is no such watch, or no such article in the index.
    """
    watch = store.read_now(watches.get_watch, watch_id)
    if watch is None:
        raise BadInput(f"there is no watch {watch_id!r}: `presswatch watch list` shows all")
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


def page_history(store: Store, url: str) -> Sequence[Mapping[str, Any]]:
    """What happened to a page, a visit each, newest first; for JSON.

    Raises:
        BadInput: not an address, or one that was never seen.
    """
    normal = normalise(url)
    visits = store.read_now(ledger.visits_of_url, url_hash(normal))
    if not visits:
        raise BadInput(f"{normal} was never seen: no source has named it")
    return [_visit(visit) for visit in sorted(visits, key=lambda visit: -visit.visit)]


def page_lines(history: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """For people: a visit each, stage by stage."""
    for visit in history:
        yield f"visit {visit['visit']} of {visit['url']} (source {visit['source']})"
        for step in visit["steps"]:
            reason = f" ({step['reason']})" if step["reason"] else ""
            yield f"  {step['at']}  {step['stage']}: {step['outcome']}{reason}"


def _visit(visit: Visit) -> Mapping[str, Any]:
    steps = [
        ("crawler", "found", visit.found_in, visit.opened_at),
        ("crawler", visit.fetch_outcome, visit.fetch_reason, visit.fetch_at),
        ("enrichment", visit.article_outcome, visit.article_reason or visit.article_id, visit.article_at),
        ("indexing", visit.index_outcome, "", visit.index_at),
        (visit.dead_letter_stage, "dead letter" if visit.dead_letter_stage else "", "", visit.dead_letter_at),
    ]
    return {
        "url": visit.url,
        "visit": visit.visit,
        "source": visit.source_id,
        "article": visit.article_id or None,
        "steps": [
            {"stage": stage, "outcome": outcome, "reason": reason, "at": iso(at)}
            for stage, outcome, reason, at in steps
            if outcome
        ],
    }
