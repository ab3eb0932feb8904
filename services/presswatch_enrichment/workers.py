"""Pages go to worker processes several at a time; a page that kills its worker costs that page alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

import msgspec
from presswatch_shared.killable import WorkerKilled
from presswatch_shared.urls import normalise

from presswatch_enrichment.page import Extracted, Page
from presswatch_enrichment.transform import HandOver, Transformed, work

__all__ = ["InProcess", "Pool", "transform_pages"]

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Transformed])


class Pool(Protocol):
    """Where `transform.work` runs."""

    async def call(self, payload: bytes) -> bytes:
        """The answer to one hand-over.

        Raises:
            WorkerKilled: it took too long or too much memory, or its process died.
        """
        ...


class InProcess:
    """No containment: for one page at the command line and for tests."""

    async def call(self, payload: bytes) -> bytes:
        return work(payload)


async def transform_pages(
    pool: Pool, pages: Sequence[Page], *, pages_a_hand_over: int, extract_only: bool = False
) -> Sequence[Transformed]:
    """One answer a page, in order. As many hand-overs run at once as the pool has workers."""
    size = max(1, pages_a_hand_over)
    batches = [tuple(pages[i : i + size]) for i in range(0, len(pages), size)]
    answers = await asyncio.gather(*(_hand_over(pool, batch, extract_only) for batch in batches))
    return [answer for batch in answers for answer in batch]


async def _hand_over(pool: Pool, pages: tuple[Page, ...], extract_only: bool) -> Sequence[Transformed]:
    try:
        return await _ask(pool, HandOver(pages=pages, extract_only=extract_only))
    except WorkerKilled as killed:
        if len(pages) == 1:
            return [await _killed(pool, pages[0], killed.reason)]
    # One of them is the culprit: each by itself.
    return [(await _hand_over(pool, (page,), extract_only))[0] for page in pages]


async def _killed(pool: Pool, page: Page, reason: str) -> Transformed:
    """The outcome of a page that killed its worker, with the text that cheap means still find."""
    outcome = "timeout" if reason in ("deadline", "timeout") else "memory"
    try:
        found = (await _ask(pool, HandOver(pages=(page,), text_only=True)))[0].extracted
    except WorkerKilled:
        found = Extracted(outcome=outcome, canonical_url=normalise(page.url))
    return Transformed(extracted=msgspec.structs.replace(found, outcome=outcome, reason=reason))


async def _ask(pool: Pool, job: HandOver) -> Sequence[Transformed]:
    return _decoder.decode(await pool.call(_encoder.encode(job)))
