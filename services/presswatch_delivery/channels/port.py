"""What a channel must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from presswatch_delivery.outcome import SendResult
from presswatch_shared.clock import Micros
from presswatch_shared.messages import OutboxMessage

__all__ = ["AlertSender", "Message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alert, or what else is told, on its way through one channel. The same on every try."""

    content: OutboxMessage
    id: str
    """Stays the same over all tries and replays."""
    queued_at: Micros
    channel_id: str
    watch_id: str
    target: str
    secret: str
    token: str = ""
    retired_secrets: tuple[tuple[str, Micros], ...] = ()
    language: str = ""
    """In which its reader reads; empty is English."""


class AlertSender(Protocol):
    """Sends alerts through one kind of channel."""

    async def send(self, message: Message) -> SendResult:
        """One try, within its own time limit. What the other side does is in the result, never raised."""
        ...

    async def close(self) -> None:
        """Let go of what is open between tries."""
        ...
