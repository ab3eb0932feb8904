"""Looks at an address before it becomes a source: what it is, what it lists, which feeds it names. Saves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from presswatch_crawler.feeds.model import FeedItem
from presswatch_crawler.foreign_bytes import WORKER_TARGET, ForeignParser
from presswatch_crawler.robots import RobotsPolicy, judge_answer, parse_robots
from presswatch_crawler.settings import CrawlerSettings
from presswatch_crawler.source_fetch import PollFailed, Read, read_answer
from presswatch_shared.errors import BadInput
from presswatch_shared.http.decoding import decode_body
from presswatch_shared.http.port import Blocked, FetchFailed, HttpClient, Limits, Response
from presswatch_shared.killable import KillablePool
from presswatch_shared.store.sources import UNKNOWN
from presswatch_shared.urls import UnusableUrl, join, normalise, origin_of

__all__ = ["Preview", "preview", "preview_source"]

MAX_HOPS = 5
SHOWN = 10
PARSER_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`ok` False: `problem` says in one sentence why this can be no source."""

    url: str
    final_url: str = ""
    ok: bool = False
    problem: str = ""
    kind: str = ""
    title: str = ""
    items: int = 0
    newest: Sequence[FeedItem] = ()
    feeds: Sequence[str] = ()
    sitemaps: Sequence[str] = ()
    crawl_delay: float = 0.0
    lenient: bool = False


async def preview(url: str, *, client: HttpClient, parser: ForeignParser, limits: Limits) -> Preview:
    """Fetch robots.txt and the address, and read it. Of a refused answer nothing is shown.

    Raises:
        UnusableUrl (a BadInput): no address that could be fetched.
    """
    wanted = normalise(url.strip())
    try:
        policy = await _robots(wanted, client, limits)
        if policy is not None and not policy.allows(wanted):
            return Preview(url=wanted, problem="its robots.txt does not allow it to be fetched")
        answer = await _follow(wanted, client, limits)
        if not 200 <= answer.status < 300:
            return Preview(url=wanted, final_url=answer.url, problem=f"it answers with status {answer.status}")
        read = await read_answer(parser, answer, UNKNOWN, answer.url)
    except (Blocked, FetchFailed, PollFailed) as error:
        return Preview(url=wanted, problem=str(error))
    return _seen(wanted, read, policy)


async def preview_source(client: HttpClient, url: str) -> Mapping[str, Any]:
    """`preview` as a mapping: url, kind, title, items (title, url), feeds. A feed that is broken or hostile is read in
    a process of this call alone.

    Raises:
        BadInput: it can be no source; the sentence says why.
    """
    pool = KillablePool(WORKER_TARGET, deadline_seconds=PARSER_SECONDS)
    try:
        found = await preview(url, client=client, parser=ForeignParser(pool), limits=CrawlerSettings().feed_limits)
    finally:
        await pool.close()
    if not found.ok:
        raise BadInput(f"{found.url} can be no source: {found.problem}")
    return {
        "url": found.url,
        "kind": found.kind,
        "title": found.title,
        "items": [{"title": item.title, "url": item.link} for item in found.newest],
        "feeds": [*found.feeds, *found.sitemaps],
    }


async def _follow(url: str, client: HttpClient, limits: Limits) -> Response:
    for _ in range(MAX_HOPS + 1):
        answer = await client.get(url, limits=limits)
        if answer.location is None:
            return answer
        try:
            url = join(url, answer.location)
        except UnusableUrl as error:
            raise FetchFailed("it is redirected to no address", reason="redirects") from error
    raise FetchFailed(f"it is redirected more than {MAX_HOPS} times", reason="redirects")


async def _robots(url: str, client: HttpClient, limits: Limits) -> RobotsPolicy | None:
    try:
        answer = await _follow(f"{origin_of(url)}/robots.txt", client, limits)
    except FetchFailed:
        # The crawler would wait for it; a preview shows what there is.
        return None
    verdict = judge_answer(answer.status, decode_body(answer.body, answer.content_encoding).body, answer.headers)
    return parse_robots(verdict.text) if verdict.text is not None else None


def _seen(url: str, read: Read, policy: RobotsPolicy | None) -> Preview:
    listed = read.feed.items if read.feed is not None else read.sitemap.items if read.sitemap is not None else ()
    nested = [place.url for place in read.sitemap.nested] if read.sitemap is not None else []
    newest = sorted(listed, key=lambda item: -(item.published or item.updated or 0))[:SHOWN]
    return Preview(
        url=url,
        final_url=read.answer.url,
        ok=True,
        kind=read.kind,
        title=read.feed.title if read.feed is not None else "",
        items=len(listed),
        newest=newest,
        feeds=[feed.url for feed in read.feeds],
        sitemaps=[*nested, *(policy.sitemaps if policy else ())],
        crawl_delay=policy.delay if policy else 0.0,
        lenient=read.feed is not None and read.feed.lenient,
    )
