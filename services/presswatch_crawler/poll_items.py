"""From what a source lists to what the frontier takes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from presswatch_crawler.feeds.model import FeedItem
from presswatch_shared.clock import DAY, SECOND, Micros
from presswatch_shared.store.frontier import FrontierItem
from presswatch_shared.urls import UnusableUrl, normalise

__all__ = ["MAX_ITEMS", "Usable", "usable_items"]

MAX_ITEMS = 5_000


@dataclass(frozen=True, slots=True)
class Usable:
    """Items for the frontier, the newest first, and how many were left out."""

    items: Sequence[FrontierItem]
    bad_links: int
    too_many: int


def usable_items(
    found: Iterable[FeedItem],
    *,
    source_id: str,
    found_in: str,
    now: Micros,
    max_age: float,
    drop_too_old: bool = False,
) -> Usable:
    """Each page once, under its normalised address. `max_age` seconds, 0 = off; items without a date are taken.

    Too old ones are marked, or left out (`drop_too_old`: a sitemap lists all that ever was).
    """
    oldest = now - round(max_age * SECOND) if max_age else 0
    by_url: dict[str, FrontierItem] = {}
    bad_links = 0
    for item in found:
        try:
            url = normalise(item.link)
        except UnusableUrl:
            bad_links += 1
            continue
        published, updated = _believable(item.published, now), _believable(item.updated, now)
        newest = max(published or 0, updated or 0)
        too_old = bool(newest) and newest < oldest
        if url not in by_url and not (too_old and drop_too_old):
            by_url[url] = FrontierItem(
                url=url,
                source_id=source_id,
                found_in=found_in,
                title=item.title,
                authors=item.authors,
                published=published,
                updated=updated,
                too_old=too_old,
            )
    ordered = sorted(by_url.values(), key=lambda item: -(item.published or item.updated or now))
    return Usable(ordered[:MAX_ITEMS], bad_links, max(0, len(ordered) - MAX_ITEMS))


def _believable(moment: Micros | None, now: Micros) -> Micros | None:
    """A date of tomorrow or later is a mistake of its feed."""
    return moment if moment is not None and moment <= now + DAY else None
