"""What a channel must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from presswatch_delivery.outcome import SendResult
from presswatch_shared.events import AlertFired

__all__ = ["AlertSender", "Message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alert on its way through one channel. The same on every try."""

    alert: AlertFired
    channel_id: str
    target: str
    secret: str


class AlertSender(Protocol):
    """Sends alerts through one kind of channel."""

    async def send(self, message: Message) -> SendResult:
        """One try, within its own time limit. What the other side does is in the result, never raised."""
        ...
