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


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """What came of a try."""

    outcome: Outcome
    status: int | None = None
    detail: str = ""
    retry_after: float | None = None
    seconds: float = 0.0
