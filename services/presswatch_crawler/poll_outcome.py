"""What a poll means for its source: the next poll, its validators, its failures, its children. Pure."""

from __future__ import annotations

from dataclasses import replace

from presswatch_crawler.polling import (
    HARD,
    SOFT,
    TEMPORARY,
    Pace,
    cache_seconds,
    failure_delay,
    next_interval,
    outside_skipped,
)
from presswatch_crawler.settings import CrawlerSettings
from presswatch_crawler.source_fetch import PollFailed, Read
from presswatch_shared.clock import SECOND, Micros
from presswatch_shared.http.port import Response
from presswatch_shared.store.frontier import Added
from presswatch_shared.store.polls import PollResult
from presswatch_shared.store.sources import RETIRED, SITE, Source

__all__ = ["ERROR_LENGTH", "after_failure", "after_read", "after_unchanged"]

SOFT_REASONS = frozenset({"unreadable", "robots", "status_401", "status_403"})
ERROR_LENGTH = 300


def after_read(source: Source, read: Read, added: Added, settings: CrawlerSettings, *, now: Micros) -> PollResult:
    """The source was read, and its items saved."""
    listed = added.new + added.known + added.too_old
    fresh = added.new + added.changed
    missed = bool(source.items_last and listed and not added.known and source.last_success_at)
    pace = Pace(
        current=source.interval_seconds or settings.min_interval,
        known_share=added.known / listed if listed else None,
        new=fresh,
        silent=_silent(source, fresh, now),
        asked=_asked(read),
        missed=missed,
    )
    interval = next_interval(pace, minimum=settings.min_interval, maximum=settings.max_interval)
    if read.kind == SITE:
        interval = settings.max_interval
    due_at = now + round(interval * SECOND)
    headers = read.answer.headers
    etag = headers.get("etag", "")
    return replace(
        _unchanged_fields(source),
        kind=read.kind,
        due_at=outside_skipped(due_at, read.feed.skip_hours if read.feed else ()),
        interval_seconds=interval,
        etag=etag,
        last_modified=headers.get("last-modified", ""),
        body_hash=read.body_hash,
        validators_lie=int(source.validators_lie or _lies(source, read, etag)),
        last_outcome="lenient" if read.feed is not None and read.feed.lenient else "read",
        last_success_at=now,
        last_new_at=now if fresh else source.last_new_at,
        items_last=listed,
        items_new=fresh,
        gaps=source.gaps + missed,
        name=source.name or (read.feed.title if read.feed else ""),
    )


def after_unchanged(source: Source, answer: Response, settings: CrawlerSettings, *, now: Micros) -> PollResult:
    """Nothing new: 304, or the same bytes."""
    pace = Pace(
        current=source.interval_seconds or settings.min_interval,
        known_share=None,
        new=0,
        silent=_silent(source, 0, now),
        asked=cache_seconds(answer.headers),
    )
    interval = next_interval(pace, minimum=settings.min_interval, maximum=settings.max_interval)
    if source.kind == SITE:
        interval = settings.max_interval
    return replace(
        _unchanged_fields(source),
        due_at=now + round(interval * SECOND),
        interval_seconds=interval,
        etag=answer.headers.get("etag", source.etag),
        last_outcome="not_modified",
        last_success_at=now,
        items_new=0,
    )


def after_failure(source: Source, failed: PollFailed, settings: CrawlerSettings, *, now: Micros) -> PollResult:
    """It could not be read. 410 retires a source; nothing else ever does."""
    weight = TEMPORARY if failed.temporary else SOFT if failed.reason in SOFT_REASONS else HARD
    total = source.failure_weight + weight
    gone = failed.reason == "status_410"
    return replace(
        _unchanged_fields(source),
        state=RETIRED if gone else source.state,
        due_at=now + round(failure_delay(total, minimum=settings.min_interval) * SECOND),
        failure_weight=total,
        last_outcome=failed.reason[:32],
        last_error=str(failed)[:ERROR_LENGTH],
        items_new=0,
    )


def _unchanged_fields(source: Source) -> PollResult:
    return PollResult(
        kind=source.kind,
        state=source.state,
        due_at=source.due_at,
        interval_seconds=source.interval_seconds,
        etag=source.etag,
        last_modified=source.last_modified,
        body_hash=source.body_hash,
        validators_lie=source.validators_lie,
        moved_to=source.moved_to if source.fetch_url else "",
        moved_polls=source.moved_polls + 1 if source.fetch_url and source.moved_to == source.fetch_url else 0,
        failure_weight=0.0,
        last_outcome=source.last_outcome,
        last_success_at=source.last_success_at,
        last_new_at=source.last_new_at,
        items_last=source.items_last,
        items_new=source.items_new,
        gaps=source.gaps,
        name=source.name,
    )


def _lies(source: Source, read: Read, etag: str) -> bool:
    """A new body under an old validator: such a source would hide its news behind a 304."""
    changed = bool(source.body_hash) and read.body_hash != source.body_hash
    same_etag = bool(etag) and etag == source.etag
    last_modified = read.answer.headers.get("last-modified", "")
    same_date = not etag and bool(last_modified) and last_modified == source.last_modified
    return changed and (same_etag or same_date)


def _silent(source: Source, fresh: int, now: Micros) -> float:
    if fresh or not source.last_new_at:
        return 0.0 if fresh else (now - source.created_at) / SECOND
    return (now - source.last_new_at) / SECOND


def _asked(read: Read) -> float:
    return max(cache_seconds(read.answer.headers), float((read.feed.ttl_seconds if read.feed else 0) or 0))
