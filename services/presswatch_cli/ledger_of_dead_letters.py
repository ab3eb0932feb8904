"""Tells the ledger of a message that was set aside, before its offset is committed."""

from __future__ import annotations

from presswatch_shared.clock import Clock
from presswatch_shared.envelope import Envelope
from presswatch_shared.events import ArticleEnriched, PageFetched
from presswatch_shared.store.database import Store
from presswatch_shared.store.ledger import set_dead_letter
from presswatch_shared.stream.engine import OnDeadLetter

__all__ = ["note_dead_letter"]


def note_dead_letter(store: Store, clock: Clock) -> OnDeadLetter:
    """For the engine. What belongs to no visit of a page, or could not be decoded, has no row in the ledger."""

    async def note(envelope: Envelope | None, stage: str) -> None:
        event = envelope.event if envelope else None
        if isinstance(event, PageFetched | ArticleEnriched):
            await store.run(set_dead_letter, event.url_hash, event.visit, stage=stage, now=clock.now())

    return note
