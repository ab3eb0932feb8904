"""One try of one delivery: through the sender of its channel, counted and logged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from presswatch_delivery.channels.port import AlertSender, Message
from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_shared.clock import Clock
from presswatch_shared.ids import webhook_id
from presswatch_shared.logs import get_logger, redact_text
from presswatch_shared.messages import DIGEST, NOTICE, TEST, AlertMessage, ChannelTest, Digest, Notice, OutboxMessage
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.outbox import Claimed

__all__ = ["Sending"]

CONTENTS: Mapping[str, type[OutboxMessage]] = {DIGEST: Digest, TEST: ChannelTest, NOTICE: Notice}
"""What a payload is, by the kind of its row; all others are alerts."""


class Sending:
    """Knows a sender for each kind of channel. `language` is for owners of watches who have chosen none."""

    def __init__(
        self, senders: Mapping[str, AlertSender], *, metrics: Metrics, clock: Clock, language: str = ""
    ) -> None:
        self._senders = senders
        self._language = language
        self._metrics = metrics
        self._clock = clock
        for kind in senders:
            for outcome in Outcome:
                # Zeroes from the start, so that the first failure is a growth.
                metrics.notifications.labels(kind, outcome)

    @property
    def kinds(self) -> Sequence[str]:
        return tuple(self._senders)

    async def send(self, delivery: Claimed, language: str = "") -> SendResult:
        """One try; a fault of our own is a failed one. `language` is what the owner of the watch chose."""
        try:
            result = await self._try(delivery, language or self._language)
        # The border to a channel: a fault in one is a failed try of one delivery, and the others go on.
        except Exception as error:  # noqa: BLE001 (an engine isolates the work it runs)
            get_logger("delivery").exception("channel failed", channel=delivery.channel_kind, delivery=delivery.id)
            result = SendResult(outcome=Outcome.FAILED, detail=f"{type(error).__name__}: {error}")
        self._metrics.notifications.labels(delivery.channel_kind, result.outcome).inc()
        if result.outcome is not Outcome.DELIVERED:
            self._log(delivery, result)
        return result

    async def close(self) -> None:
        """Close all senders."""
        for sender in self._senders.values():
            await sender.close()

    async def _try(self, delivery: Claimed, language: str) -> SendResult:
        content = msgspec.json.decode(delivery.payload, type=CONTENTS.get(delivery.kind, AlertMessage))
        message = Message(
            content=content,
            id=webhook_id(delivery.alert_id, delivery.channel_id, delivery.kind),
            queued_at=delivery.created_at,
            channel_id=delivery.channel_id,
            watch_id=delivery.watch_id,
            target=delivery.target,
            secret=delivery.secret,
            token=delivery.token or "",
            retired_secrets=delivery.retired_secrets,
            language=language,
        )
        result = await self._senders[delivery.channel_kind].send(message)
        if result.outcome is Outcome.DELIVERED and isinstance(content, AlertMessage):
            attempt = "later" if delivery.tries else "first"
            self._metrics.see_told(
                delivery.channel_kind, content.fetched_at, self._clock.now(), attempt=attempt, trace=content.trace
            )
        return result

    def _log(self, delivery: Claimed, result: SendResult) -> None:
        get_logger("delivery").info(
            "try failed",
            alert=delivery.alert_id,
            target=redact_text(delivery.target),
            number=delivery.tries + 1,
            outcome=str(result.outcome),
            detail=result.detail,
        )
