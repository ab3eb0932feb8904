"""From an answer to the event: the body as it was sent, or packed where the server sent it plain."""

from __future__ import annotations

import zstandard

from presswatch_crawler.page_fetch import PageVisit
from presswatch_shared.events import PageFetched
from presswatch_shared.http.port import Response
from presswatch_shared.store.frontier import ClaimedPage
from presswatch_shared.store.sources import Source
from presswatch_shared.store.visits import Finished

__all__ = ["page_fetched"]

KEPT_HEADERS = ("content-language", "x-robots-tag", "tdm-reservation", "last-modified", "link")


def page_fetched(visit: PageVisit, source: Source | None) -> PageFetched | None:
    """The event of a visit that brought content; None for any other. `source` None: removed meanwhile."""
    done, answer = visit.result, visit.response
    if answer is None or not isinstance(done, Finished):
        return None
    page: ClaimedPage = done.page
    body, coding = _packed(answer)
    return PageFetched(
        url=page.url,
        url_hash=page.url_hash,
        version=done.version,
        visit=page.visit,
        final_url=answer.url,
        source_id=page.source_id,
        fetched_at=visit.fetched_at,
        status=answer.status,
        content_type=answer.headers.get("content-type", ""),
        content_encoding=coding,
        body=body,
        headers={name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers},
        country=source.country if source else "",
        collection=source.collection if source else "",
        feed_title=page.item_title,
        feed_published_at=page.item_published,
        feed_authors=page.authors,
    )


def _packed(answer: Response) -> tuple[bytes, str]:
    if answer.content_encoding:
        return answer.body, answer.content_encoding
    return zstandard.ZstdCompressor().compress(answer.body), "zstd"
