"""Polls claimed sources: what was read and how it went are saved in one transaction, so that a validator never says
"nothing new" about items that were lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from presswatch_crawler.discovery import COMMON_PATHS
from presswatch_crawler.politeness import back_off_seconds, retry_after
from presswatch_crawler.poll_items import Usable, usable_items
from presswatch_crawler.poll_outcome import ERROR_LENGTH, after_failure, after_read, after_unchanged
from presswatch_crawler.settings import CrawlerSettings
from presswatch_crawler.sitemaps import MAX_DEPTH, NestedSitemap
from presswatch_crawler.source_fetch import NotNow, PollFailed, Read, Redirected, SourceFetcher, Unchanged
from presswatch_shared.clock import SECOND, Clock, Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.http.port import Response
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import hosts, polls
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.frontier import add_items
from presswatch_shared.store.polls import PollResult
from presswatch_shared.store.source_polls import SourcePoll, note_poll
from presswatch_shared.store.sources import (
    FEED,
    SITE,
    SITEMAP,
    UNKNOWN,
    Source,
    add_source,
    get_source,
    remove_source,
)
from presswatch_shared.urls import join

__all__ = ["Child", "Poller", "children_of"]

NESTED_SITEMAPS = 20
LASTING_POLLS = 3


@dataclass(frozen=True, slots=True)
class Child:
    """A source that another one names."""

    url: str
    kind: str
    name: str = ""


class Poller:
    """One a crawler."""

    def __init__(
        self,
        *,
        store: Store,
        fetcher: SourceFetcher,
        clock: Clock,
        metrics: Metrics,
        settings: CrawlerSettings,
        chance: Callable[[], float],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._metrics = metrics
        self._settings = settings
        self._chance = chance

    async def poll(self, source: Source) -> None:
        """One turn: fetch, read, save, and give the host back."""
        try:
            found = await self._fetcher.poll(source)
        except PollFailed as failed:
            await self._failed(source, failed)
            return
        now = self._clock.now()
        if isinstance(found, Read):
            await self._store.run(self._save_read, source, found, now=now)
            self._count("read")
        elif isinstance(found, Unchanged):
            result = after_unchanged(source, found.answer, self._settings, now=now)
            await self._store.run(self._save, source, result, found.answer, now=now)
            self._count("not_modified")
        elif isinstance(found, Redirected):
            await self._store.run(self._save_redirect, source, found, now=now)
            self._count("redirected")
        else:
            await self._store.run(self._save_not_now, source, found, now=now)

    def _count(self, outcome: str) -> None:
        self._metrics.feed_fetches.labels(outcome).inc()

    async def _failed(self, source: Source, failed: PollFailed) -> None:
        now = self._clock.now()
        self._count(failed.reason)
        if failed.answer is not None and failed.answer.status in (429, 503):
            await self._store.run(self._save_back_off, source, failed.answer, now=now)
        elif source.parent_id and source.kind == UNKNOWN and not failed.temporary:
            # A guess that was wrong: there is no feed at this common path.
            await self._store.run(self._forget, source, now=now)
        else:
            result = after_failure(source, failed, self._settings, now=now)
            await self._store.run(self._save, source, result, failed.answer, now=now)

    def _save_read(self, tx: Tx, source: Source, read: Read, *, now: Micros) -> None:
        if source.moved_to and source.moved_to == source.fetch_url and source.moved_polls + 1 >= LASTING_POLLS:
            polls.change_url(tx, source, source.moved_to)
            source = get_source(tx, source.id) or source
        added = add_items(tx, _items(source, read, self._settings, now).items, now=now)
        for child in children_of(source, read, oldest=_oldest(self._settings, now), depth=_depth(tx, source)):
            _add_child(tx, source, child, now)
        self._save(tx, source, after_read(source, read, added, self._settings, now=now), read.answer, now=now)

    def _save(self, tx: Tx, source: Source, result: PollResult, answer: Response | None, *, now: Micros) -> None:
        polls.finish_poll(tx, source, result, now=now)
        items, new = (0, 0) if result.last_error else (result.items_last, result.items_new)
        _note(tx, source, result.last_outcome, result.last_error, answer, now=now, items=items, items_new=new)
        self._return_host(tx, source, answer, now)

    def _save_redirect(self, tx: Tx, source: Source, found: Redirected, *, now: Micros) -> None:
        polls.move_poll(tx, source, found.url, lasting=found.lasting, due_at=now)
        _note(tx, source, "redirected", f"to {found.url}", found.answer, now=now)
        self._return_host(tx, source, found.answer, now)

    def _save_not_now(self, tx: Tx, source: Source, found: NotNow, *, now: Micros) -> None:
        outcome, error = ("robots_unreachable", "robots.txt cannot be had") if found.until else ("", "")
        polls.postpone_poll(tx, source, due_at=found.until or source.due_at, outcome=outcome, error=error)
        if outcome:
            _note(tx, source, outcome, error, None, now=now)
        self._return_host(tx, source, None, now)

    def _save_back_off(self, tx: Tx, source: Source, answer: Response, *, now: Micros) -> None:
        asked = retry_after(answer.headers.get("retry-after", ""), now=now)
        incidents = hosts.get_host(tx, source.politeness_key).recent_incidents(now)
        until = now + round(back_off_seconds(asked=asked, incidents=incidents, chance=self._chance()) * SECOND)
        reason = f"status_{answer.status}"
        hosts.back_off(tx, source.politeness_key, until=until, reason=reason, now=now)
        error = f"it answers {answer.status}"
        polls.postpone_poll(tx, source, due_at=until, outcome=reason, error=error)
        _note(tx, source, reason, error, answer, now=now)
        self._return_host(tx, source, answer, now)

    def _forget(self, tx: Tx, source: Source, *, now: Micros) -> None:
        remove_source(tx, source.id)
        self._return_host(tx, source, None, now)

    def _return_host(self, tx: Tx, source: Source, answer: Response | None, now: Micros) -> None:
        key = source.politeness_key
        if answer is not None:
            hosts.note_answer(tx, key, seconds=answer.seconds)
        hosts.release(tx, [key], setting=self._settings.host_delay, now=now)


def children_of(source: Source, read: Read, *, oldest: Micros, depth: int) -> Sequence[Child]:
    """Sources that this one names: the feeds of a site (else its sitemaps, and common paths to be tried), the newest
    sitemaps of an index."""
    if read.sitemap is not None:
        return _nested(read.sitemap.nested, oldest) if depth < MAX_DEPTH else []
    if read.kind != SITE:
        return []
    announced = [Child(feed.url, FEED, feed.title) for feed in read.feeds]
    news = [Child(url, SITEMAP) for url in read.sitemaps if "news" in url.lower()]
    if announced:
        return [*announced, *news]
    guesses = [Child(join(source.target, path), UNKNOWN) for path in COMMON_PATHS]
    return [*(Child(url, SITEMAP) for url in read.sitemaps), *guesses]


def _nested(found: Sequence[NestedSitemap], oldest: Micros) -> Sequence[Child]:
    fresh = [place for place in found if place.changed is None or place.changed >= oldest]
    newest = sorted(fresh, key=lambda place: -(place.changed or 0))[:NESTED_SITEMAPS]
    return [Child(place.url, SITEMAP) for place in newest]


def _items(source: Source, read: Read, settings: CrawlerSettings, now: Micros) -> Usable:
    listed = read.feed.items if read.feed is not None else read.sitemap.items if read.sitemap is not None else ()
    return usable_items(
        listed,
        source_id=source.id,
        found_in=source.url,
        now=now,
        max_age=settings.max_item_age,
        drop_too_old=read.sitemap is not None,
    )


def _oldest(settings: CrawlerSettings, now: Micros) -> Micros:
    return now - round(settings.max_item_age * SECOND) if settings.max_item_age else 0


def _note(
    tx: Tx, source: Source, outcome: str, detail: str, answer: Response | None, *, now: Micros, **listed: int
) -> None:
    """Remember the poll, for whoever asks why a source brings nothing."""
    poll = SourcePoll(source_id=source.id, at=now, outcome=outcome[:32], detail=detail[:ERROR_LENGTH], **listed)
    if answer is not None:
        poll = replace(poll, status=answer.status, seconds=answer.seconds)
    note_poll(tx, poll)


def _depth(tx: Tx, source: Source) -> int:
    """How many sources stand above this one."""
    depth = 0
    parent = source.parent_id
    while parent and depth <= MAX_DEPTH:
        above = get_source(tx, parent)
        parent = above.parent_id if above is not None else ""
        depth += 1
    return depth


def _add_child(tx: Tx, source: Source, child: Child, now: Micros) -> None:
    try:
        add_source(
            tx,
            url=child.url,
            kind=child.kind,
            name=child.name or source.name,
            country=source.country,
            collection=source.collection,
            parent_id=source.id,
            now=now,
        )
    except BadInput:
        # A page may name anything as its feed; what cannot be fetched is none.
        return
