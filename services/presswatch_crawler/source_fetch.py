"""One poll of a source, from the request to what was read: a feed, a sitemap, or a page that names feeds."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from presswatch_crawler.discovery import FoundFeed, kind_of, links_to_feeds
from presswatch_crawler.feeds.model import Feed, UnreadableFeed
from presswatch_crawler.foreign_bytes import ForeignParser
from presswatch_crawler.robots_gate import Consulted, RobotsGate
from presswatch_crawler.sitemaps import DECODED_BYTES, Sitemap, UnreadableSitemap
from presswatch_shared.http.decoding import decode_body
from presswatch_shared.http.port import Blocked, FetchFailed, HttpClient, Limits, Response
from presswatch_shared.store.sources import FEED, SITE, SITEMAP, UNKNOWN, Source
from presswatch_shared.urls import UnusableUrl, join, politeness_key

__all__ = ["NotNow", "PollFailed", "Read", "Redirected", "SourceFetcher", "Unchanged", "read_answer"]

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    "text/html;q=0.8, */*;q=0.5"
)
# Every so many polls the whole is asked for, to see whether the validators tell the truth.
TRUST_CHECK_EVERY = 10
MAX_HOPS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a source says now."""

    kind: str
    answer: Response
    body_hash: str
    feed: Feed | None = None
    sitemap: Sitemap | None = None
    feeds: Sequence[FoundFeed] = ()
    sitemaps: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """304, or the same bytes as last time."""

    answer: Response


@dataclass(frozen=True, slots=True)
class Redirected:
    """The poll goes on elsewhere."""

    url: str
    lasting: bool
    answer: Response


@dataclass(frozen=True, slots=True)
class NotNow:
    """robots.txt took this turn, or cannot be had; `until` 0: the next turn on the host will do."""

    until: int = 0


class PollFailed(Exception):
    """Nothing could be read. `reason` is short and for counting; `answer` is there where the server answered."""

    def __init__(self, reason: str, text: str, *, temporary: bool = False, answer: Response | None = None) -> None:
        super().__init__(text)
        self.reason = reason
        self.temporary = temporary
        self.answer = answer


class SourceFetcher:
    """Fetches sources that were claimed."""

    def __init__(
        self, *, client: HttpClient, gate: RobotsGate, parser: ForeignParser, limits: Limits, host_delay: float
    ) -> None:
        self._client = client
        self._gate = gate
        self._parser = parser
        self._limits = limits
        self._host_delay = host_delay

    async def poll(self, source: Source) -> Read | Unchanged | Redirected | NotNow:
        """One turn on the host.

        Raises:
            PollFailed: nothing could be read.
        """
        url = source.target
        consulted = await self._gate.consult(url)
        delay = max(consulted.policy.delay if consulted.policy else 0.0, self._host_delay)
        if consulted.fetched and delay:
            return NotNow()
        if consulted.policy is None:
            return NotNow(consulted.expires_at)
        if not consulted.allows(url):
            raise PollFailed("robots", "robots.txt forbids it")
        answer = await self._get(url, source)
        if answer.location is not None:
            return self._redirect(source, url, answer)
        return await self._read(source, answer, consulted)

    async def _get(self, url: str, source: Source) -> Response:
        try:
            return await self._client.get(url, headers={"Accept": ACCEPT, **conditions(source)}, limits=self._limits)
        except Blocked as blocked:
            raise PollFailed(f"guard_{blocked.reason}", str(blocked)) from blocked
        except FetchFailed as failed:
            raise PollFailed(failed.reason, str(failed), temporary=failed.reason != "too_large") from failed

    def _redirect(self, source: Source, url: str, answer: Response) -> Redirected:
        try:
            target = join(url, answer.location or "").partition("#")[0]
            politeness_key(target)
        except UnusableUrl as error:
            raise PollFailed("redirects", "it is redirected to no address", answer=answer) from error
        if source.hops >= MAX_HOPS:
            raise PollFailed("redirects", f"more than {MAX_HOPS} redirects", answer=answer)
        return Redirected(target, answer.status in (301, 308), answer)

    async def _read(self, source: Source, answer: Response, consulted: Consulted) -> Read | Unchanged:
        if answer.status == 304:
            return Unchanged(answer)
        if not 200 <= answer.status < 300:
            temporary = answer.status >= 500 or answer.status in (408, 425, 429)
            raise PollFailed(
                f"status_{answer.status}", f"it answers {answer.status}", temporary=temporary, answer=answer
            )
        read = await read_answer(self._parser, answer, source.kind, source.target)
        if read.body_hash == source.body_hash and source.kind == read.kind:
            return Unchanged(answer)
        sitemaps = consulted.policy.sitemaps if read.kind == SITE and consulted.policy else ()
        return Read(
            kind=read.kind,
            answer=answer,
            body_hash=read.body_hash,
            feed=read.feed,
            sitemap=read.sitemap,
            feeds=read.feeds,
            sitemaps=sitemaps,
        )


def conditions(source: Source) -> dict[str, str]:
    """Validators, unless they have lied or it is time to look whether they do."""
    if source.validators_lie or source.fetch_url or (source.polls and source.polls % TRUST_CHECK_EVERY == 0):
        return {}
    headers: dict[str, str] = {}
    if source.etag:
        headers["If-None-Match"] = source.etag
    if source.last_modified:
        headers["If-Modified-Since"] = source.last_modified
    return headers


async def read_answer(parser: ForeignParser, answer: Response, kind: str, url: str) -> Read:
    """What is in an answer; `kind` is what the source is known to be.

    Raises:
        PollFailed: nothing that could be crawled.
    """
    decoded = await asyncio.to_thread(decode_body, answer.body, answer.content_encoding, limit=DECODED_BYTES)
    if not decoded.complete and decoded.reason != "truncated":
        raise PollFailed(f"coding_{decoded.reason}", f"its content coding is {decoded.reason}", answer=answer)
    content_type = answer.headers.get("content-type", "")
    digest = hashlib.blake2b(decoded.body, digest_size=16).hexdigest()
    found = kind_of(decoded.body, content_type) or (kind if kind != UNKNOWN else "")
    try:
        if found == SITE and kind in (UNKNOWN, SITE):
            feeds = await asyncio.to_thread(links_to_feeds, decoded.body, content_type, answer.url)
            return Read(kind=SITE, answer=answer, body_hash=digest, feeds=feeds)
        if found == SITEMAP:
            sitemap = await parser.sitemap(decoded.body, content_type, url)
            return Read(kind=SITEMAP, answer=answer, body_hash=digest, sitemap=sitemap)
        if found == FEED or (found == "" and "xml" in content_type):
            feed = await parser.feed(decoded.body, content_type, url)
            return Read(kind=FEED, answer=answer, body_hash=digest, feed=feed)
    except (UnreadableFeed, UnreadableSitemap) as error:
        raise PollFailed("unreadable", str(error), answer=answer) from error
    raise PollFailed("unreadable", "it is no feed, no sitemap and no page with feeds", answer=answer)
