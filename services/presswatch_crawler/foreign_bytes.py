"""Parsing what others wrote: small documents by strict parsers here, all else in a process that may be killed."""

from __future__ import annotations

import asyncio
from typing import Protocol

import msgspec

from presswatch_crawler.feeds.model import Feed, UnreadableFeed
from presswatch_crawler.feeds.parse import parse_any, parse_well_formed
from presswatch_crawler.feeds.strict import NotWellFormed
from presswatch_crawler.sitemaps import Sitemap, UnreadableSitemap, parse_sitemap, unpack
from presswatch_shared.killable import WorkerKilled

__all__ = ["WORKER_TARGET", "ForeignParser", "Pool", "work"]

WORKER_TARGET = "presswatch_crawler.foreign_bytes:work"
# Beyond this even the strict parser is not trusted with the loop's process.
IN_PROCESS_BYTES = 1024 * 1024


class Pool(Protocol):
    """Where `work` runs."""

    async def call(self, payload: bytes) -> bytes:
        """The answer to one job.

        Raises:
            WorkerKilled: it overran.
        """
        ...


class Job(msgspec.Struct, frozen=True):
    """A document for a worker: kind `feed` or `sitemap`."""

    kind: str
    body: bytes
    content_type: str
    url: str


class Parsed(msgspec.Struct, frozen=True):
    """What a worker found, or why nothing."""

    feed: Feed | None = None
    sitemap: Sitemap | None = None
    error: str = ""


class ForeignParser:
    """Parses feeds and sitemaps; holds no state but the pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def feed(self, body: bytes, content_type: str, url: str) -> Feed:
        """The feed in `body` (content coding undone).

        Raises:
            UnreadableFeed: no feed, or one that took its parser too long.
        """
        if len(body) <= IN_PROCESS_BYTES:
            try:
                return await asyncio.to_thread(parse_well_formed, body, content_type, url)
            except NotWellFormed:
                # A worker tries the lenient parser.
                pass
        parsed = await self._in_worker(Job("feed", body, content_type, url))
        if parsed.feed is None:
            raise UnreadableFeed(parsed.error)
        return parsed.feed

    async def sitemap(self, body: bytes, content_type: str, url: str) -> Sitemap:
        """The sitemap in `body` (content coding undone, though it may be a gzip file).

        Raises:
            UnreadableSitemap: no sitemap, or one that took its parser too long.
        """
        document = await asyncio.to_thread(unpack, body)
        if len(document) <= IN_PROCESS_BYTES:
            return await asyncio.to_thread(parse_sitemap, document, content_type, url)
        parsed = await self._in_worker(Job("sitemap", document, content_type, url))
        if parsed.sitemap is None:
            raise UnreadableSitemap(parsed.error)
        return parsed.sitemap

    async def _in_worker(self, job: Job) -> Parsed:
        try:
            return msgspec.msgpack.decode(await self._pool.call(msgspec.msgpack.encode(job)), type=Parsed)
        except WorkerKilled as killed:
            return Parsed(error=f"its parser was stopped: {killed.reason}")


def work(payload: bytes) -> bytes:
    """A worker's target: `Job` in, `Parsed` out."""
    job = msgspec.msgpack.decode(payload, type=Job)
    return msgspec.msgpack.encode(_parse(job))


def _parse(job: Job) -> Parsed:
    try:
        if job.kind == "sitemap":
            return Parsed(sitemap=parse_sitemap(job.body, job.content_type, job.url))
        return Parsed(feed=parse_any(job.body, job.content_type, job.url))
    except (UnreadableFeed, UnreadableSitemap) as error:
        return Parsed(error=str(error))
