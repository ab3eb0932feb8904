"""Pages go to workers one by one: whichever is free takes the next, and one that is killed costs its page alone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Protocol

import msgspec

from presswatch_enrichment.metadata.canonical import fetched_address
from presswatch_enrichment.page import Extracted, Page
from presswatch_enrichment.transform import HandOver, Transformed, work
from presswatch_shared.killable import WorkerKilled

__all__ = ["InProcess", "Pool", "in_order", "transform_pages"]

KILLED = {"timeout": "timeout", "memory": "memory"}
AHEAD = 8
"""Pages a worker that wait for it."""

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


async def transform_pages(pool: Pool, pages: Sequence[Page]) -> Sequence[Transformed]:
    """One answer a page, in order. As many pages are worked on at once as the pool has workers.

    The largest pages go first: a batch ends when its last page does, and a long one shall not be begun then.

    Raises:
        WorkerKilled: a worker crashed on a page, which is a fault of ours (too slow and too big are outcomes).
    """
    places = sorted(range(len(pages)), key=lambda place: -len(pages[place].body))
    tasks = {place: asyncio.create_task(_hand_over(pool, HandOver(pages=(pages[place],)))) for place in places}
    return await asyncio.gather(*(tasks[place] for place in range(len(pages))))


async def in_order(
    pool: Pool, pages: Iterable[Page], *, workers: int, extract_only: bool = False
) -> AsyncIterator[Transformed]:
    """One answer a page, in the order of the pages, reading only as far ahead as keeps the workers busy.

    A crash is an outcome here (`too_complex`, reason `crash`): one page shall not end a run over many.
    """
    pending: deque[asyncio.Task[Transformed]] = deque()
    try:
        for page in pages:
            job = HandOver(pages=(page,), extract_only=extract_only)
            pending.append(asyncio.create_task(_hand_over(pool, job, crash_outcome="too_complex")))
            if len(pending) > workers * AHEAD:
                yield await pending.popleft()
        while pending:
            yield await pending.popleft()
    finally:
        for task in pending:
            task.cancel()


async def _hand_over(pool: Pool, job: HandOver, *, crash_outcome: str = "") -> Transformed:
    try:
        return (await _ask(pool, job))[0]
    except WorkerKilled as killed:
        outcome = KILLED.get(killed.reason, crash_outcome)
        if not outcome:
            raise
        return await _killed(pool, job.pages[0], outcome, killed.reason)


async def _killed(pool: Pool, page: Page, outcome: str, reason: str) -> Transformed:
    """The outcome of a page that killed its worker, with the text that cheap means still find."""
    try:
        found = (await _ask(pool, HandOver(pages=(page,), text_only=True)))[0].extracted
    except WorkerKilled:
        found = Extracted(outcome=outcome, canonical_url=fetched_address(page.url))
    return Transformed(extracted=msgspec.structs.replace(found, outcome=outcome, reason=reason))


async def _ask(pool: Pool, job: HandOver) -> Sequence[Transformed]:
    return _decoder.decode(await pool.call(_encoder.encode(job)))
