"""Webhooks by Standard Webhooks 1.0.0: signed POST, the same id on every try, no redirects."""

from __future__ import annotations

from presswatch_delivery.channels.body import webhook_body
from presswatch_delivery.channels.port import Message
from presswatch_delivery.channels.signature import signed_headers
from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_delivery.retry_after import retry_after_seconds
from presswatch_shared.clock import SECOND, Clock, from_micros
from presswatch_shared.http.port import Blocked, FetchFailed, HttpClient, Limits, Response
from presswatch_shared.store.channels import valid_secrets

__all__ = ["WebhookSender"]

UNREACHABLE = frozenset(("dns", "connect", "tls"))
TIMEOUT = frozenset(("timeout", "too_slow"))
GONE = 410


class WebhookSender:
    """Posts alerts through the guarded client."""

    def __init__(self, client: HttpClient, *, clock: Clock, limits: Limits) -> None:
        self._client = client
        self._clock = clock
        self._limits = limits

    async def send(self, message: Message) -> SendResult:
        began = self._clock.monotonic()
        body, now = webhook_body(message.content), self._clock.now()
        headers = signed_headers(
            message_id=message.id,
            seconds=now // SECOND,
            body=body,
            secrets=valid_secrets(message.secret, message.retired_secrets, now=now),
        )
        headers["content-type"] = "application/json"
        try:
            answer = await self._client.post(message.target, body, headers=headers, limits=self._limits)
        except Blocked as error:
            return SendResult(outcome=Outcome.BLOCKED, detail=str(error), seconds=self._clock.monotonic() - began)
        except FetchFailed as error:
            return SendResult(
                outcome=_failure(error.reason), detail=str(error), seconds=self._clock.monotonic() - began
            )
        return self._judged(answer, self._clock.monotonic() - began)

    async def close(self) -> None:
        """The client is whoever's made it."""

    def _judged(self, answer: Response, seconds: float) -> SendResult:
        wait = retry_after_seconds(answer.headers.get("retry-after"), now=from_micros(self._clock.now()))
        return SendResult(
            outcome=_verdict(answer.status),
            status=answer.status,
            detail=f"HTTP {answer.status}",
            retry_after=wait,
            seconds=seconds,
        )


def _verdict(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.DELIVERED
    if status == GONE:
        return Outcome.GONE
    return Outcome.REDIRECTED if 300 <= status < 400 else Outcome.REJECTED


def _failure(reason: str) -> Outcome:
    if reason in UNREACHABLE:
        return Outcome.UNREACHABLE
    return Outcome.TIMEOUT if reason in TIMEOUT else Outcome.FAILED
