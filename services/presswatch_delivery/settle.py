"""What a try means for its delivery, its endpoint and its channel."""

from __future__ import annotations

from collections.abc import Callable

from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_delivery.schedule import breaker_seconds, next_delay
from presswatch_shared.clock import SECOND, Micros
from presswatch_shared.messages import TEST
from presswatch_shared.store import breakers, channel_changes, channels, deliveries, outbox
from presswatch_shared.store.database import Tx
from presswatch_shared.store.deliveries import Try
from presswatch_shared.store.outbox import CHANNEL_DISABLED, DELIVERED, GIVEN_UP, Claimed

__all__ = ["settle"]

LONGEST_DETAIL = 500
LONGEST_REASON = 200
BOUNCES = 3
GONE = "the receiver answered 410"


def settle(
    tx: Tx, delivery: Claimed, result: SendResult, *, now: Micros, trial_after: int, chance: Callable[[], float]
) -> None:
    """Keep the try; end the delivery, or put it off by the schedule."""
    deliveries.add_try(tx, _try(delivery, result, now))
    if result.outcome is Outcome.DELIVERED:
        outbox.finish(tx, delivery.id, DELIVERED, now=now)
        breakers.note_success(tx, delivery.endpoint)
        return
    reason = GONE if result.outcome is Outcome.GONE else result.disable or _bounced_again(tx, delivery, result)
    if reason:
        _disable(tx, delivery, reason, now)
    elif result.final or delivery.kind == TEST:
        outbox.finish(tx, delivery.id, GIVEN_UP, now=now)
    else:
        _put_off(tx, delivery, result, now, chance)
    if result.blames_endpoint:
        _note_failure(tx, delivery, result, now, trial_after)


def _bounced_again(tx: Tx, delivery: Claimed, result: SendResult) -> str:
    """Why the channel ends: one bounce may be about one mail, some in a row are about the receiver."""
    if result.outcome is not Outcome.BOUNCED:
        return ""
    last = deliveries.last_outcomes(tx, delivery.channel_id, limit=BOUNCES)
    all_bounced = len(last) == BOUNCES and set(last) == {Outcome.BOUNCED.value}
    return f"{BOUNCES} mails in a row bounced, the last with: {result.detail[:LONGEST_REASON]}" if all_bounced else ""


def _disable(tx: Tx, delivery: Claimed, reason: str, now: Micros) -> None:
    outbox.finish(tx, delivery.id, CHANNEL_DISABLED, now=now)
    channel = channels.get_channel(tx, delivery.channel_id)
    if channel is not None and channel.state == channels.ACTIVE:
        channel_changes.disable(tx, channel, reason=reason, now=now)


def _put_off(tx: Tx, delivery: Claimed, result: SendResult, now: Micros, chance: Callable[[], float]) -> None:
    delay = next_delay(delivery.tries + 1, retry_after=result.retry_after, chance=chance)
    if delay is None:
        outbox.finish(tx, delivery.id, GIVEN_UP, now=now)
    else:
        outbox.postpone(tx, delivery.id, due_at=now + int(delay * SECOND))


def _note_failure(tx: Tx, delivery: Claimed, result: SendResult, now: Micros, trial_after: int) -> None:
    failures = breakers.note_failure(tx, delivery.endpoint)
    seconds = breaker_seconds(failures, trial_after=trial_after, retry_after=result.retry_after)
    if seconds:
        breakers.open_breaker(tx, delivery.endpoint, until=now + int(seconds * SECOND))


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
