"""What a try means for its delivery, its endpoint and its channel."""

from __future__ import annotations

from collections.abc import Callable

from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_delivery.schedule import breaker_seconds, next_delay
from presswatch_shared.clock import Micros
from presswatch_shared.store import channels, deliveries, outbox
from presswatch_shared.store.database import Tx
from presswatch_shared.store.deliveries import Try
from presswatch_shared.store.outbox import CHANNEL_DISABLED, DELIVERED, GIVEN_UP, Claimed

__all__ = ["settle"]

SECOND = 1_000_000
LONGEST_DETAIL = 500


def settle(
    tx: Tx, delivery: Claimed, result: SendResult, *, now: Micros, trial_after: int, chance: Callable[[], float]
) -> None:
    """Keep the try; end the delivery, or put it off by the schedule."""
    deliveries.add_try(tx, _try(delivery, result, now))
    if result.outcome is Outcome.DELIVERED:
        outbox.finish(tx, delivery.id, DELIVERED, now=now)
        outbox.note_success(tx, delivery.endpoint)
    elif result.outcome is Outcome.GONE:
        outbox.finish(tx, delivery.id, CHANNEL_DISABLED, now=now)
        outbox.drop_pending(tx, delivery.channel_id, state=CHANNEL_DISABLED, now=now)
        channels.set_channel_state(tx, delivery.channel_id, channels.DISABLED, reason="the receiver answered 410")
    else:
        _put_off(tx, delivery, result, now, chance)
        _note_failure(tx, delivery, result, now, trial_after)


def _put_off(tx: Tx, delivery: Claimed, result: SendResult, now: Micros, chance: Callable[[], float]) -> None:
    delay = next_delay(delivery.tries + 1, retry_after=result.retry_after, chance=chance)
    if delay is None:
        outbox.finish(tx, delivery.id, GIVEN_UP, now=now)
    else:
        outbox.postpone(tx, delivery.id, due_at=now + int(delay * SECOND))


def _note_failure(tx: Tx, delivery: Claimed, result: SendResult, now: Micros, trial_after: int) -> None:
    failures = outbox.note_failure(tx, delivery.endpoint)
    seconds = breaker_seconds(failures, trial_after=trial_after, retry_after=result.retry_after)
    if seconds:
        outbox.open_breaker(tx, delivery.endpoint, until=now + int(seconds * SECOND))


def _try(delivery: Claimed, result: SendResult, now: Micros) -> Try:
    return Try(
        outbox_id=delivery.id,
        number=delivery.tries + 1,
        at=now,
        outcome=result.outcome,
        status=result.status,
        detail=result.detail[:LONGEST_DETAIL],
        seconds=result.seconds,
    )
