"""`presswatch explain URL`: what happened to a page, why it was or was not fetched, and when it is due next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from presswatch_shared.clock import Micros, iso
from presswatch_shared.errors import BadInput
from presswatch_shared.store.database import Store
from presswatch_shared.store.explain_url import UrlStory, explain_url
from presswatch_shared.store.frontier import DUE
from presswatch_shared.store.hosts import Host
from presswatch_shared.store.ledger import Visit

__all__ = ["page_story", "story_lines"]


def page_story(store: Store, url: str, *, now: Micros) -> Mapping[str, Any]:
    """All that is known of the address, for JSON; visits newest first.

    Raises:
        BadInput: not an address, or one that no source has named.
    """
    story = store.read_now(explain_url, url)
    if story.row is None and not story.visits and story.source is None:
        raise BadInput(f"{story.url} was never seen: no source has named it")
    return {
        "url": story.url,
        "source": None if story.source is None else {"id": story.source.id, "url": story.source.url},
        "state": _state(story),
        "due_at": _due(story),
        "host": _host(story.host, now),
        "robots": _robots(story),
        "visits": [_visit(visit) for visit in sorted(story.visits, key=lambda visit: -visit.visit)],
    }


def story_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """For people: what it is, when it is due, and a visit each, stage by stage."""
    yield document["url"]
    if document["source"]:
        yield f"  source: {document['source']['url']} ({document['source']['id']})"
    due = f", due {document['due_at']}" if document["due_at"] else ""
    yield f"  state: {document['state']}{due}"
    for name in ("host", "robots"):
        if document[name]:
            yield f"  {name}: {document[name]}"
    for visit in document["visits"]:
        yield f"visit {visit['visit']}"
        for step in visit["steps"]:
            reason = f" ({step['reason']})" if step["reason"] else ""
            yield f"  {step['at']}  {step['stage']}: {step['outcome']}{reason}"


def _state(story: UrlStory) -> str:
    if story.row is not None:
        moved = f", moved to {story.row.fetch_url}" if story.row.fetch_url else ""
        return f"{story.row.state}{moved}"
    return f"a source, {story.source.state}" if story.source is not None else "not in the frontier"


def _due(story: UrlStory) -> str | None:
    if story.row is not None:
        return iso(story.row.due_at) if story.row.state == DUE else None
    return iso(story.source.due_at) if story.source is not None else None


def _host(host: Host, now: Micros) -> str:
    if host.blocked_until > now:
        return f"{host.key} is left alone until {iso(host.blocked_until)} ({host.block_reason or 'it asked for it'})"
    if host.next_allowed_at > now:
        return f"{host.key} is next fetched from at {iso(host.next_allowed_at)}"
    return ""


def _robots(story: UrlStory) -> str:
    if story.robots is None or story.robots.text is not None:
        return ""
    return f"robots.txt of {story.robots.origin} could not be had ({story.robots.reason}), so nothing is fetched there"


def _visit(visit: Visit) -> Mapping[str, Any]:
    steps: Sequence[tuple[str, str, str, Micros]] = (
        ("crawler", "found", visit.found_in, visit.opened_at),
        ("crawler", visit.fetch_outcome, visit.fetch_reason, visit.fetch_at),
        ("enrichment", visit.article_outcome, visit.article_reason or visit.article_id, visit.article_at),
        ("indexing", visit.index_outcome, "", visit.index_at),
        (visit.dead_letter_stage, "dead letter" if visit.dead_letter_stage else "", "", visit.dead_letter_at),
    )
    return {
        "visit": visit.visit,
        "article": visit.article_id or None,
        "steps": [
            {"stage": stage, "outcome": outcome, "reason": reason, "at": iso(at)}
            for stage, outcome, reason, at in steps
            if outcome
        ],
    }
