"""What a change of a channel means for what waits for it, and whom it must be told. Functions of a transaction."""

from __future__ import annotations

import msgspec

from presswatch_shared.channel_rules import Usable
from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.ids import derived_id, random_id
from presswatch_shared.messages import NOTICE, TEST, ChannelTest, Notice
from presswatch_shared.store import breakers, channels, notices, outbox, watches
from presswatch_shared.store.channels import ACTIVE, DISABLED, REMOVED, Channel
from presswatch_shared.store.database import Tx
from presswatch_shared.store.outbox import NewDelivery

MOST_CHANNELS = 20

__all__ = ["add", "disable", "enable", "queue_test", "remove", "retarget"]


def add(tx: Tx, watch_id: str, new: Usable, *, now: Micros) -> Channel:
    """A channel for a watch that exists.

    Raises:
        BadInput: the watch has one to the same place, or as many as it may have.
    """
    there = channels.list_channels(tx, watch_id)
    key = channels.endpoint_of(new.kind, new.target, new.secret), new.target
    same = [channel for channel in there if channel.kind == new.kind and (channel.endpoint, channel.target) == key]
    if same:
        raise BadInput(f"the watch has this channel already: {same[0].id}, which is {same[0].state}")
    if len(there) >= MOST_CHANNELS:
        raise BadInput(f"a watch has at most {MOST_CHANNELS} channels")
    return channels.add_channel(tx, watch_id=watch_id, kind=new.kind, target=new.target, secret=new.secret, now=now)


def disable(tx: Tx, channel: Channel, *, reason: str, now: Micros, tell: bool = True) -> None:
    """Send nothing more through a channel, end what waits for it, and tell the owner: in a notice, and through the
    other channels of the watch."""
    channels.set_channel_state(tx, channel.id, DISABLED, reason=reason)
    outbox.drop_pending(tx, channel.id, state=outbox.CHANNEL_DISABLED, now=now)
    watch = watches.get_watch(tx, channel.watch_id)
    if watch is None or not tell:
        return
    text = f"The {channel.kind} channel to {channel.target} was switched off: {reason}."
    notice = notices.add_notice(tx, owner=watch.owner, watch_id=watch.id, channel_id=channel.id, text=text, now=now)
    message = Notice(
        notice_id=notice.notice_id,
        watch_id=watch.id,
        watch_name=watch.name,
        query=watch.query,
        text=text,
        at=now,
        channel_kind=channel.kind,
        target=channel.target,
        reason=reason,
    )
    others = channels.active_channels(tx, [watch.id]).get(watch.id, ())
    payload = msgspec.json.encode(message).decode()
    rows = [NewDelivery(alert_id=notice.notice_id, kind=NOTICE, channel=other, payload=payload) for other in others]
    outbox.add_deliveries(tx, rows, now=now)


def enable(tx: Tx, channel: Channel) -> None:
    """Send through a channel again, from the next alert on; what it missed can be replayed."""
    channels.set_channel_state(tx, channel.id, ACTIVE)
    breakers.note_success(tx, channel.endpoint)


def remove(tx: Tx, channel: Channel, *, now: Micros) -> None:
    """The channel goes; what waits for it is dropped."""
    channels.set_channel_state(tx, channel.id, REMOVED, reason="removed")
    outbox.drop_pending(tx, channel.id, state=outbox.DROPPED, now=now)


def retarget(tx: Tx, channel: Channel, *, target: str, secret: str) -> None:
    """Lead a channel elsewhere, and what waits for it as well."""
    channels.set_target(tx, channel.id, target=target, secret=secret)
    outbox.move_endpoint(tx, channel.id, channels.endpoint_of(channel.kind, target, secret))


def queue_test(tx: Tx, channel: Channel, *, now: Micros) -> int:
    """Queue one message that says it is a test; gives the number of its delivery. It is tried once, at once."""
    watch = watches.get_watch(tx, channel.watch_id)
    test_id = derived_id("test", random_id("test"))
    message = ChannelTest(
        test_id=test_id,
        watch_id=channel.watch_id,
        watch_name=watch.name if watch else "",
        query=watch.query if watch else "",
        sent_at=now,
    )
    payload = msgspec.json.encode(message).decode()
    outbox.add_deliveries(tx, [NewDelivery(alert_id=test_id, kind=TEST, channel=channel, payload=payload)], now=now)
    # A test is what finds out whether an endpoint is back.
    breakers.open_breaker(tx, channel.endpoint, until=0)
    return outbox.delivery_number(tx, alert_id=test_id, channel_id=channel.id)
