"""What delivery needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field

from presswatch_shared.http.port import Limits
from presswatch_shared.smtp_settings import SmtpSettings

__all__ = ["DeliverySettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySettings:
    """Seconds, unless named otherwise."""

    max_in_flight: int = 256
    """Requests at once over all endpoints."""
    per_endpoint: int = 4
    """Requests at once to one endpoint."""
    trial_after: int = 5
    """Failures in a row after which the breaker of an endpoint opens."""
    poll: float = 1.0
    """Longest wait before the outbox is looked at again."""
    lease: float = 30.0
    """How long a claim holds unless it is renewed, which is done while its request goes on."""
    stop_within: float = 5.0
    """How long requests in flight may go on after the order to stop."""
    sole_claimer: bool = True
    """Whether no other process claims from the same store, so that old leases can be voided at the start."""
    digest_poll: float = 2.0
    """How often is looked whether a digest is due."""
    public_url: str = "http://127.0.0.1:8080"
    """Address of the web service as readers of mails reach it, without a slash at its end."""
    language: str = "en"
    """Of mails and chat messages for owners of watches who have chosen none."""
    smtp: SmtpSettings | None = None
    """Where mails go; without it they wait, and the ledger says why."""
    apprise_schemes: tuple[str, ...] = ()
    """Services that Apprise may be used for."""
    limits: Limits = field(
        default_factory=lambda: Limits(connect=10.0, first_byte=20.0, total=30.0, raw_bytes=1024 * 1024, minimum_rate=0)
    )
    """Of one request. The answer's body is not used."""
