"""`presswatch deliveries`: what went out, what waits, each try; sending again, export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from presswatch_cli.tables import render_rows
from presswatch_shared.clock import Micros
from presswatch_shared.delivery_export import delivery_row, try_row
from presswatch_shared.errors import BadInput
from presswatch_shared.moments import parse_moment
from presswatch_shared.store import channels, deliveries, delivery_hold, outbox
from presswatch_shared.store.channels import ACTIVE, KINDS
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.deliveries import Delivery, DeliveryFilter

__all__ = [
    "are_held",
    "check_channel",
    "drop",
    "filter_of",
    "list_rows",
    "number_of",
    "release",
    "render_table",
    "send_again",
    "send_all_again",
    "show",
    "tries_of",
]

MOST_AT_ONCE = 10_000
LONGEST_NUMBER = 18
NOTHING_HELD = "no deliveries are held: only a product that `presswatch admin restore` has made holds any"


def filter_of(
    *,
    state: str | None = None,
    watch: str | None = None,
    channel: str | None = None,
    outcome: str | None = None,
    alert: str | None = None,
    text: str | None = None,
    since: str | None = None,
    until: str | None = None,
    now: Micros,
) -> DeliveryFilter:
    """What the options say; `channel` is a kind or an id.

    Raises:
        BadInput: there is no such state, or a moment is none.
    """
    if state is not None and state not in outbox.STATES:
        raise BadInput(f"--state is {state!r}: write one of {', '.join(outbox.STATES)}")
    is_kind = channel in KINDS
    return DeliveryFilter(
        state=state,
        watch_id=watch,
        channel_kind=channel if is_kind else None,
        channel_id=None if is_kind else channel,
        outcome=outcome,
        alert_id=alert,
        text=text,
        since=None if since is None else parse_moment(since, now=now),
        until=None if until is None else parse_moment(until, now=now, end_of_day=True),
    )


def number_of(text: str) -> int:
    """The number of a delivery as typed.

    Raises:
        BadInput: it is none.
    """
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise BadInput(f"{text[:40]!r} is no number of a delivery: `presswatch deliveries` shows them")
    return int(text)


def check_channel(store: Store, only: DeliveryFilter) -> DeliveryFilter:
    """The filter, if the channel it names by an id has ever been there.

    Raises:
        BadInput: there is none, so nothing could be found.
    """
    wanted = only.channel_id
    if wanted is not None and store.read_now(channels.get_channel, wanted) is None:
        raise BadInput(
            f"there is no channel {wanted[:80]!r}: write {', '.join(KINDS)}, "
            "or an id from `presswatch watch channel list WATCH`"
        )
    return only


def list_rows(store: Store, only: DeliveryFilter, *, limit: int = 50) -> Sequence[Mapping[str, Any]]:
    """Newest first, for JSON and the table.

    Raises:
        BadInput: the filter names a channel that is not there.
    """
    check_channel(store, only)
    return [delivery_row(row) for row in store.read_now(deliveries.list_deliveries, only=only, limit=limit)]


def show(store: Store, delivery_id: int) -> Mapping[str, Any]:
    """A delivery with every try of it.

    Raises:
        BadInput: there is no such delivery.
    """
    return delivery_row(store.read_now(_found, delivery_id)) | {"history": tries_of(store, delivery_id)}


def tries_of(store: Store, delivery_id: int) -> Sequence[Mapping[str, Any]]:
    """Every try of a delivery, in order."""
    return [try_row(made) for made in store.read_now(deliveries.list_tries, delivery_id)]


def send_again(store: Store, delivery_id: int, *, now: Micros) -> None:
    """Begin anew with a delivery; the receiver sees the same id.

    Raises:
        BadInput: there is no such delivery, or its channel is switched off.
    """
    store.run_now(_again, delivery_id, now)


def send_all_again(store: Store, only: DeliveryFilter, *, now: Micros) -> int:
    """Begin anew with all that the filter finds, except what waits anyway; says how many.

    Raises:
        BadInput: the filter names a channel that is not there.
    """
    check_channel(store, only)

    def work(tx: Tx) -> int:
        found = deliveries.list_deliveries(tx, only=only, limit=MOST_AT_ONCE)
        ended = [row for row in found if row.state != outbox.PENDING and _is_active(tx, row.channel_id)]
        for row in ended:
            outbox.send_again(tx, row.id, now=now)
        return len(ended)

    return store.run_now(work)


def are_held(store: Store) -> bool:
    """Whether nothing is sent since a restore."""
    return store.read_now(delivery_hold.waits_since) is not None


def release(store: Store) -> int:
    """Let out what a restored product holds; how many deliveries wait.

    Raises:
        BadInput: nothing is held.
    """

    def work(tx: Tx) -> int:
        if not delivery_hold.release_deliveries(tx):
            raise BadInput(NOTHING_HELD)
        return sum(waiting.count for waiting in outbox.pending(tx).values())

    return store.run_now(work)


def drop(store: Store, *, before: str, now: Micros) -> int:
    """End what is held and was queued before a moment; how many there were.

    Raises:
        BadInput: nothing is held, or there is no such moment.
    """
    moment = parse_moment(before, now=now)

    def work(tx: Tx) -> int:
        if delivery_hold.waits_since(tx) is None:
            raise BadInput(NOTHING_HELD)
        return delivery_hold.drop_held(tx, before=moment, now=now)

    return store.run_now(work)


def render_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """A table; an empty one says so."""
    columns = ("id", "state", "channel", "target", "kind", "tries", "created_at", "last_outcome", "last_detail")
    if rows:
        render_rows(columns, [[str(row[name] if row[name] is not None else "") for name in columns] for row in rows])
    else:
        Console().print(Text("no deliveries", style="dim"))


def _again(tx: Tx, delivery_id: int, now: Micros) -> None:
    delivery = _found(tx, delivery_id)
    if not _is_active(tx, delivery.channel_id):
        raise BadInput(
            f"the channel of delivery {delivery_id} is switched off: "
            f"`presswatch watch channel enable {delivery.channel_id}` switches it on"
        )
    outbox.send_again(tx, delivery_id, now=now)


def _is_active(tx: Tx, channel_id: str) -> bool:
    channel = channels.get_channel(tx, channel_id)
    return channel is not None and channel.state == ACTIVE


def _found(tx: Tx, delivery_id: int) -> Delivery:
    delivery = deliveries.get_delivery(tx, delivery_id)
    if delivery is None:
        raise BadInput(f"there is no delivery {delivery_id}: `presswatch deliveries` shows them")
    return delivery
