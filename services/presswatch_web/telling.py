"""Channels and policies of watches: the one way for the API and the pages. Functions of a transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from presswatch_shared.channel_rules import NewChannel, usable_channel
from presswatch_shared.clock import DAY, Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.store import channel_changes, channels, policies, watches
from presswatch_shared.store.channels import ACTIVE, DISABLED, FEED, REMOVED, WEBHOOK, Channel
from presswatch_shared.store.database import Tx
from presswatch_shared.store.watches import Watch
from presswatch_shared.watch_policy import Policy, check_policy
from presswatch_shared.webhooks import new_secret, secret_key
from presswatch_web.problems import Problem, ProblemItem

__all__ = [
    "OVERLAP",
    "add_channel",
    "change_channel",
    "channels_of",
    "found_channel",
    "policy_of",
    "remove_channel",
    "renew_address",
    "rotate_secret",
    "send_test",
    "set_policy",
]

OVERLAP = DAY
"""How long the secret before still signs (µs)."""
BY_HAND = "switched off by hand"


def channels_of(tx: Tx, watch_id: str) -> Sequence[Channel]:
    """Raises: Problem: 404."""
    _watch(tx, watch_id)
    return channels.list_channels(tx, watch_id)


def add_channel(tx: Tx, watch_id: str, new: NewChannel, *, schemes: Collection[str], now: Micros) -> Channel:
    """Raises: Problem: 404, or 422 for what cannot be used."""
    _watch(tx, watch_id)
    try:
        return channel_changes.add(tx, watch_id, usable_channel(new, apprise_schemes=schemes), now=now)
    except BadInput as error:
        raise _unusable(error, "body.address") from error


def change_channel(
    tx: Tx, channel_id: str, *, address: str | None, active: bool | None, schemes: Collection[str], now: Micros
) -> Channel:
    """Lead a channel elsewhere, or switch it off or on.

    Raises:
        Problem: 404, or 422 for an address that cannot be used.
    """
    channel = found_channel(tx, channel_id)
    if address is not None:
        try:
            wanted = NewChannel(kind=channel.kind, address=address)
            usable = usable_channel(wanted, apprise_schemes=schemes)
        except BadInput as error:
            raise _unusable(error, "body.address") from error
        secret = channel.secret if channel.kind == WEBHOOK else usable.secret
        channel_changes.retarget(tx, channel, target=usable.target, secret=secret)
    if active is True and channel.state == DISABLED:
        channel_changes.enable(tx, found_channel(tx, channel_id))
    if active is False and channel.state == ACTIVE:
        channel_changes.disable(tx, channel, reason=BY_HAND, now=now, tell=False)
    return found_channel(tx, channel_id)


def remove_channel(tx: Tx, channel_id: str, *, now: Micros) -> None:
    """Raises: Problem: 404."""
    channel_changes.remove(tx, found_channel(tx, channel_id), now=now)


def send_test(tx: Tx, channel_id: str, *, now: Micros) -> int:
    """Queue a test; gives the number of its delivery.

    Raises:
        Problem: 404, or 409 for a feed, which nothing is sent to.
    """
    channel = found_channel(tx, channel_id)
    if channel.kind == FEED:
        raise Problem(409, "nothing is sent to a feed: open its address")
    return channel_changes.queue_test(tx, channel, now=now)


def rotate_secret(tx: Tx, channel_id: str, *, secret: str, now: Micros) -> str:
    """A new secret for a webhook; for a day both sign, so that the receiver can change over without losing anything.

    Raises:
        Problem: 404, 409 for another kind of channel, 422 for a secret that is none.
    """
    channel = found_channel(tx, channel_id)
    if channel.kind != WEBHOOK:
        raise Problem(409, "only a webhook has a secret")
    chosen = secret or new_secret()
    try:
        secret_key(chosen)
    except BadInput as error:
        raise _unusable(error, "body.secret") from error
    channels.rotate_secret(tx, channel, chosen, overlap_until=now + OVERLAP, now=now)
    return chosen


def renew_address(tx: Tx, channel_id: str) -> Channel:
    """A new secret address for a feed; whoever has the old one has nothing any more.

    Raises:
        Problem: 404, or 409 for another kind of channel.
    """
    channel = found_channel(tx, channel_id)
    if channel.kind != FEED:
        raise Problem(409, "only a feed has a secret address")
    channels.renew_token(tx, channel_id)
    return found_channel(tx, channel_id)


def policy_of(tx: Tx, watch_id: str) -> Policy:
    """Raises: Problem: 404."""
    _watch(tx, watch_id)
    return policies.get_policy(tx, watch_id)


def set_policy(tx: Tx, watch_id: str, policy: Policy, *, now: Micros) -> Policy:
    """Raises: Problem: 404, or 422 for a policy that cannot be kept."""
    _watch(tx, watch_id)
    try:
        policies.set_policy(tx, watch_id, check_policy(policy), now=now)
    except BadInput as error:
        raise _unusable(error, "body") from error
    return policy


def found_channel(tx: Tx, channel_id: str) -> Channel:
    """Raises: Problem: 404."""
    channel = channels.get_channel(tx, channel_id)
    if channel is None or channel.state == REMOVED:
        raise Problem(404, "there is no such channel")
    return channel


def _watch(tx: Tx, watch_id: str) -> Watch:
    watch = watches.get_watch(tx, watch_id)
    if watch is None:
        raise Problem(404, "there is no such watch")
    return watch


def _unusable(error: BadInput, location: str) -> Problem:
    return Problem(422, str(error), errors=[ProblemItem(code="unusable", message=str(error), location=location)])
