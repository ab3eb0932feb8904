"""Pages go to worker processes several at a time; a page that kills its worker costs that page alone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import islice
from typing import Protocol

import msgspec

from presswatch_enrichment.metadata.canonical import fetched_address
from presswatch_enrichment.page import Extracted, Page
from presswatch_enrichment.transform import HandOver, Transformed, work
from presswatch_shared.killable import WorkerKilled

__all__ = ["InProcess", "Pool", "in_order", "transform_pages"]

KILLED = {"timeout": "timeout", "memory": "memory"}
AHEAD = 3
"""Hand-overs a worker that wait for it."""

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


async def transform_pages(pool: Pool, pages: Sequence[Page], *, pages_a_hand_over: int) -> Sequence[Transformed]:
    """One answer a page, in order. As many hand-overs run at once as the pool has workers.

    Raises:
        WorkerKilled: a worker crashed on a page, which is a fault of ours (too slow and too big are outcomes).
    """
    size = max(1, pages_a_hand_over)
    batches = [tuple(pages[i : i + size]) for i in range(0, len(pages), size)]
    answers = await asyncio.gather(*(_hand_over(pool, HandOver(pages=batch)) for batch in batches))
    return [answer for batch in answers for answer in batch]


async def in_order(
    pool: Pool, pages: Iterable[Page], *, workers: int, pages_a_hand_over: int, extract_only: bool = False
) -> AsyncIterator[Transformed]:
    """One answer a page, in the order of the pages, reading only as far ahead as keeps the workers busy.

    A crash is an outcome here (`too_complex`, reason `crash`): one page shall not end a run over many.
    """
    pending: deque[asyncio.Task[Sequence[Transformed]]] = deque()
    remaining = iter(pages)
    try:
        while batch := tuple(islice(remaining, pages_a_hand_over)):
            job = HandOver(pages=batch, extract_only=extract_only)
            pending.append(asyncio.create_task(_hand_over(pool, job, crash_outcome="too_complex")))
            if len(pending) > workers * AHEAD:
                for answer in await pending.popleft():
                    yield answer
        while pending:
            for answer in await pending.popleft():
                yield answer
    finally:
        for task in pending:
            task.cancel()


async def _hand_over(pool: Pool, job: HandOver, *, crash_outcome: str = "") -> Sequence[Transformed]:
    try:
        return await _ask(pool, job)
    except WorkerKilled as killed:
        if len(job.pages) == 1:
            outcome = KILLED.get(killed.reason, crash_outcome)
            if not outcome:
                raise
            return [await _killed(pool, job.pages[0], outcome, killed.reason)]
    # One of them is the culprit: each by itself.
    alone = (msgspec.structs.replace(job, pages=(page,)) for page in job.pages)
    return [(await _hand_over(pool, one, crash_outcome=crash_outcome))[0] for one in alone]


async def _killed(pool: Pool, page: Page, outcome: str, reason: str) -> Transformed:
    """The outcome of a page that killed its worker, with the text that cheap means still find."""
    try:
        found = (await _ask(pool, HandOver(pages=(page,), text_only=True)))[0].extracted
    except WorkerKilled:
        found = Extracted(outcome=outcome, canonical_url=fetched_address(page.url))
    return Transformed(extracted=msgspec.structs.replace(found, outcome=outcome, reason=reason))


async def _ask(pool: Pool, job: HandOver) -> Sequence[Transformed]:
    return _decoder.decode(await pool.call(_encoder.encode(job)))
