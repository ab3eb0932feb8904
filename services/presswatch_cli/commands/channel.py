"""`presswatch watch channel …`: where the alerts of a watch go."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from presswatch_cli.commands.existing_watch import existing_watch
from presswatch_cli.tables import render_rows
from presswatch_shared.channel_rules import NewChannel, Usable, usable_channel
from presswatch_shared.clock import SECOND, Micros
from presswatch_shared.errors import BadInput, CheckFailed
from presswatch_shared.store import channel_changes, channels, deliveries, outbox
from presswatch_shared.store.channels import APPRISE, DISABLED, FEED, REMOVED, WEBHOOK, Channel
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.webhooks import new_secret, secret_key

__all__ = [
    "AddedChannel",
    "add",
    "disable",
    "edit",
    "enable",
    "feed_address",
    "list_rows",
    "remove",
    "render_table",
    "renew",
    "rotate",
    "send_test",
    "wanted_channel",
]

POLL_SECONDS = 0.2
BY_HAND = "switched off by hand"


@dataclass(frozen=True, slots=True)
class AddedChannel:
    """The channel, and a secret that was made because none was given; it is shown once."""

    channel: Channel
    new_secret: str = ""


def wanted_channel(*, webhook: str, email: str, apprise: str, feed: bool, secret: str) -> NewChannel:
    """The one channel that the options name.

    Raises:
        BadInput: none, or more than one.
    """
    given = {"webhook": webhook, "email": email, "apprise": apprise}
    named = [NewChannel(kind=kind, address=address, secret=secret) for kind, address in given.items() if address]
    if feed:
        named.append(NewChannel(kind=FEED, secret=secret))
    if len(named) != 1:
        raise BadInput("name one channel: --webhook URL, --email ADDRESS, --apprise ADDRESS or --feed")
    return named[0]


def add(store: Store, which: str, new: NewChannel, *, schemes: Sequence[str], now: Micros) -> AddedChannel:
    """Raises: BadInput: there is no such watch, or the channel cannot be used."""

    def work(tx: Tx) -> AddedChannel:
        watch = existing_watch(tx, which)
        usable = _readable(usable_channel(new, apprise_schemes=schemes))
        made = channel_changes.add(tx, watch.id, usable, now=now)
        return AddedChannel(made, usable.secret if usable.secret_is_new else "")

    return store.run_now(work)


def list_rows(store: Store, which: str, public_url: str) -> Sequence[Mapping[str, Any]]:
    """For JSON and the table.

    Raises:
        BadInput: there is no such watch.
    """

    def work(tx: Tx) -> Sequence[Channel]:
        return channels.list_channels(tx, existing_watch(tx, which).id)

    return [
        {
            "id": channel.id,
            "kind": channel.kind,
            "target": feed_address(channel, public_url) or channel.target,
            "state": channel.state,
            "reason": channel.reason,
        }
        for channel in store.read_now(work)
    ]


def feed_address(channel: Channel, public_url: str) -> str:
    """Where a feed is; empty for other channels."""
    return f"{public_url}/feeds/{channel.token}.atom" if channel.kind == FEED else ""


def render_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """A table; an empty one says so."""
    columns = ("id", "kind", "target", "state", "reason")
    if not rows:
        Console().print(Text("no channels: alerts of this watch stand in the inbox alone", style="dim"))
    render_rows(columns, [[str(row[name]) for name in columns] for row in rows])


def edit(store: Store, channel_id: str, address: str, *, schemes: Sequence[str]) -> None:
    """Lead a channel elsewhere; what waits for it goes there as well.

    Raises:
        BadInput: there is no such channel, or the address cannot be used.
    """

    def work(tx: Tx) -> None:
        channel = _found(tx, channel_id)
        usable = _readable(usable_channel(NewChannel(kind=channel.kind, address=address), apprise_schemes=schemes))
        secret = channel.secret if channel.kind == WEBHOOK else usable.secret
        channel_changes.retarget(tx, channel, target=usable.target, secret=secret)

    store.run_now(work)


def remove(store: Store, channel_id: str, *, now: Micros) -> None:
    """Remove a channel and what waits for it."""
    _with_channel(store, channel_id, lambda tx, channel: channel_changes.remove(tx, channel, now=now))


def enable(store: Store, channel_id: str) -> None:
    """Send through a channel again."""
    _with_channel(store, channel_id, channel_changes.enable)


def disable(store: Store, channel_id: str, *, now: Micros) -> None:
    """Send nothing through a channel until it is switched on."""

    def work(tx: Tx, channel: Channel) -> None:
        if channel.state != DISABLED:
            channel_changes.disable(tx, channel, reason=BY_HAND, now=now, tell=False)

    _with_channel(store, channel_id, work)


def rotate(store: Store, channel_id: str, secret: str, *, overlap_seconds: float, now: Micros) -> str:
    """A new secret of a webhook; for a while the old one signs as well. Gives the new one.

    Raises:
        BadInput: there is no such webhook, or the secret is none.
    """

    def work(tx: Tx) -> str:
        channel = _found(tx, channel_id)
        if channel.kind != WEBHOOK:
            raise BadInput(f"{channel_id} is no webhook: only those have a secret")
        chosen = secret or new_secret()
        secret_key(chosen)
        channels.rotate_secret(tx, channel, chosen, overlap_until=now + round(overlap_seconds * SECOND), now=now)
        return chosen

    return store.run_now(work)


def renew(store: Store, channel_id: str) -> Channel:
    """A new secret address of a feed; the old one is gone.

    Raises:
        BadInput: there is no such feed.
    """

    def work(tx: Tx) -> Channel:
        if _found(tx, channel_id).kind != FEED:
            raise BadInput(f"{channel_id} is no feed: only those have a secret address")
        channels.renew_token(tx, channel_id)
        return _found(tx, channel_id)

    return store.run_now(work)


def send_test(store: Store, channel_id: str, *, wait_seconds: float, now: Micros) -> str:
    """Queue a test and wait for what comes of it; gives the answer of the other side.

    Raises:
        BadInput: there is no such channel, or it is a feed.
        CheckFailed: it did not get through, or nobody took it in time.
    """

    def queue(tx: Tx) -> int:
        channel = _found(tx, channel_id)
        if channel.kind == FEED:
            raise BadInput(f"{channel_id} is a feed, which nothing is sent to: open its address")
        return channel_changes.queue_test(tx, channel, now=now)

    number = store.run_now(queue)
    until = time.monotonic() + wait_seconds
    while time.monotonic() < until:
        delivery = store.read_now(deliveries.get_delivery, number)
        if delivery is not None and delivery.state == outbox.DELIVERED:
            return delivery.last_detail or "delivered"
        if delivery is not None and delivery.state != outbox.PENDING:
            raise CheckFailed(f"the test did not get through: {delivery.last_outcome}, {delivery.last_detail}")
        time.sleep(POLL_SECONDS)
    raise CheckFailed(
        f"nobody took the test within {wait_seconds:g} s (it is delivery {number}): "
        "does `presswatch run` or `presswatch delivery` run on this store?"
    )


def _with_channel(store: Store, channel_id: str, work: Callable[[Tx, Channel], None]) -> None:
    store.run_now(lambda tx: work(tx, _found(tx, channel_id)))


def _found(tx: Tx, channel_id: str) -> Channel:
    channel = channels.get_channel(tx, channel_id)
    if channel is None or channel.state == REMOVED:
        raise BadInput(f"there is no channel {channel_id!r}: `presswatch watch channel list WATCH` shows all")
    return channel


def _readable(channel: Usable) -> Usable:
    """The channel, if its service can read the address: that of Apprise is a form of each service."""
    if channel.kind != APPRISE:
        return channel
    # Only now: it takes a while to import.
    from presswatch_delivery.channels.apprise_worker import is_readable

    try:
        if not is_readable(channel.secret):
            raise BadInput(
                f"Apprise cannot read this address of {channel.target.partition(':')[0]}: "
                "write all its parts, as https://appriseit.com tells for that service"
            )
    except ModuleNotFoundError as error:
        raise BadInput("an address of Apprise needs the extra apprise: pip install 'presswatch[apprise]'") from error
    return channel
