"""What can come of a try. A closed set: it labels metrics."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Outcome", "SendResult"]


class Outcome(StrEnum):
    DELIVERED = "delivered"
    GONE = "gone"
    """410: the receiver wants nothing more, ever."""
    REJECTED = "rejected"
    """Another answer than 2xx."""
    REDIRECTED = "redirected"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """No connection: name, network or TLS."""
    BLOCKED = "blocked"
    """The guard does not let us go there."""
    FAILED = "failed"
    """An answer that is none, or a fault of our own."""
    BOUNCED = "bounced"
    """The mail server will never take this mail for this receiver."""
    DEFERRED = "deferred"
    """The mail server will take it, but not now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """What came of a try."""

    outcome: Outcome
    status: int | None = None
    detail: str = ""
    retry_after: float | None = None
    seconds: float = 0.0
    final: bool = False
    """Trying again is of no use."""
    disable: str = ""
    """Why nothing more may go through this channel."""

    @property
    def blames_endpoint(self) -> bool:
        """Whether the endpoint as a whole seems to be at fault, and not one receiver or one message."""
        return self.outcome not in (Outcome.DELIVERED, Outcome.GONE, Outcome.BOUNCED, Outcome.DEFERRED)
