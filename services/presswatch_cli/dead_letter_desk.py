"""Dead letters as the pages and the API see and handle them: `presswatch dlq` for a running web service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from presswatch_cli.commands.dlq import (
    Chosen,
    discard_chosen,
    list_document,
    replay_chosen,
    resume,
    show_document,
)
from presswatch_shared.clock import Clock
from presswatch_shared.stream.port import Stream

__all__ = ["DeadLetterDesk"]


class DeadLetterDesk:
    """A `presswatch_web.ports.DeadLetters`. `folder` holds the marks of paused stages."""

    def __init__(self, stream: Stream, folder: Path, clock: Clock) -> None:
        self._stream = stream
        self._folder = folder
        self._clock = clock

    async def listed(self, *, stage: str = "", reason: str = "", limit: int) -> Mapping[str, Any]:
        chosen = Chosen(stage=stage or None, reason=reason or None)
        return await list_document(self._stream, self._folder, chosen, limit=limit)

    async def one(self, letter_id: str) -> Mapping[str, Any]:
        return await show_document(self._stream, letter_id)

    async def replay(self, ids: Sequence[str], *, stage: str = "", reason: str = "") -> int:
        chosen = Chosen(ids=ids, stage=stage or None, reason=reason or None)
        return (await replay_chosen(self._stream, chosen, clock=self._clock)).replayed

    async def discard(self, ids: Sequence[str], *, stage: str = "", reason: str = "") -> int:
        chosen = Chosen(ids=ids, stage=stage or None, reason=reason or None)
        return await discard_chosen(self._stream, chosen, clock=self._clock)

    def resume(self, stage: str) -> None:
        resume(self._folder, stage)
