"""`presswatch watch add|list|show|pause|resume|remove`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rich.console import Console
from rich.text import Text

from presswatch_cli.commands.existing_watch import existing_watch, no_such_watch
from presswatch_cli.commands.policy import PolicyOptions, changed
from presswatch_cli.commands.query_refusal import refusal
from presswatch_cli.tables import render_rows
from presswatch_query import Aliases, Query, QueryRejected, check, parse
from presswatch_shared.channel_rules import NewChannel, Usable, usable_channel
from presswatch_shared.clock import Micros, iso
from presswatch_shared.durations import format_duration, parse_duration
from presswatch_shared.errors import BadInput
from presswatch_shared.store import alerts, aliases, channel_changes, channels, policies, watch_costs, watches
from presswatch_shared.store.channels import EMAIL, WEBHOOK, Channel
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.watch_costs import WatchCosts
from presswatch_shared.store.watches import ACTIVE, PAUSED, NewWatch, Watch
from presswatch_shared.watch_policy import Policy
from presswatch_shared.watch_rules import check_storable, check_watch_name, source_host
from presswatch_shared.webhooks import new_secret

__all__ = [
    "AddOptions",
    "AddedWatch",
    "add",
    "all_watches",
    "checked_query",
    "describe",
    "failures",
    "pause",
    "remove",
    "render_table",
    "resume",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOptions:
    """The options as typed."""

    name: str = ""
    owner: str = ""
    webhooks: Sequence[str] = ()
    secret: str = ""
    max_age: str = "3d"
    include_sources: Sequence[str] = ()
    exclude_sources: Sequence[str] = ()
    emails: Sequence[str] = ()
    policy: PolicyOptions = field(default_factory=PolicyOptions)


@dataclass(frozen=True, slots=True)
class AddedWatch:
    """The watch, and the secret that was made because none was given; it is shown once."""

    watch: Watch
    new_secret: str = ""
    twin: str = ""
    """Id of a watch with the same query, name and owner, which was there before."""


def add(store: Store, query: str, options: AddOptions, *, now: Micros) -> AddedWatch:
    """Make a watch with its webhooks.

    Raises:
        BadInput: the query is refused (with a caret under the fault), or an option cannot be used.
    """
    checked_query(store, check_storable(query, "the query"))
    routes = _routes(options)
    policy = changed(Policy(), options.policy) if options.policy.says_something else None
    new = NewWatch(
        query=query,
        name=check_watch_name(options.name),
        owner=options.owner,
        max_age_seconds=parse_duration(options.max_age),
        include_sources=tuple(source_host(source) for source in options.include_sources),
        exclude_sources=tuple(source_host(source) for source in options.exclude_sources),
    )
    watch, twin = store.run_now(_insert, new, routes, policy, now)
    made = next((route.secret for route in routes if route.secret_is_new), "")
    return AddedWatch(watch, made, twin)


def _routes(options: AddOptions) -> Sequence[Usable]:
    """The channels that the options name; all webhooks of one command have one secret."""
    if options.secret and not options.webhooks:
        raise BadInput("--secret belongs to a webhook: give --webhook URL, too")
    secret = options.secret or new_secret()
    wanted = [NewChannel(kind=WEBHOOK, address=url, secret=secret) for url in options.webhooks]
    wanted += [NewChannel(kind=EMAIL, address=address) for address in options.emails]
    usable = [usable_channel(channel, apprise_schemes=()) for channel in wanted]
    return [replace(route, secret_is_new=route.kind == WEBHOOK and not options.secret) for route in usable]


def checked_query(store: Store, query: str) -> Query:
    """The query with the stored aliases.

    Raises:
        BadInput: it is refused; the text shows where and why.
    """
    known = Aliases(store.read_now(aliases.all_aliases))
    try:
        return parse(query, known)
    except QueryRejected as error:
        raise BadInput(refusal(query, check(query, known).errors)) from error


def all_watches(store: Store) -> Sequence[Watch]:
    """Every watch, in the order they were made."""
    found: list[Watch] = []
    after: tuple[Micros, str] | None = None
    while page := store.read_now(watches.list_watches, after=after):
        found += page
        after = (page[-1].created_at, page[-1].id)
    return found


def failures(store: Store, found: Sequence[Watch]) -> Mapping[str, str]:
    """Why watches were set aside while matching, by id; those that work are left out."""
    versions = {watch.id: watch.version for watch in found}
    failed = store.read_now(watch_costs.failed_watches)
    return {costs.watch_id: costs.failure for costs in failed if versions.get(costs.watch_id) == costs.watch_version}


def describe(store: Store, which: str) -> Mapping[str, Any]:
    """All there is to say of a watch (by id or name), for JSON."""
    watch = store.read_now(existing_watch, which)
    routes = store.read_now(channels.list_channels, watch.id)
    last = store.read_now(alerts.list_alerts, watch_id=watch.id, limit=1)
    costs = store.read_now(watch_costs.costs_of, {watch.id: watch.version}).get(watch.id)
    return as_json(watch, costs.failure if costs else "") | {
        "active_from": iso(watch.active_from),
        "include_sources": list(watch.include_sources),
        "exclude_sources": list(watch.exclude_sources),
        "channels": [_channel(channel) for channel in routes],
        "last_alert_at": iso(last[0].fired_at) if last else None,
        "cost": _cost(costs),
    }


def as_json(watch: Watch, failure: str = "") -> dict[str, Any]:
    """A watch as a row of `watch list --json`; `failure` says why it was set aside."""
    return {
        "id": watch.id,
        "name": watch.name,
        "query": watch.query,
        "owner": watch.owner,
        "state": watch.state,
        "failure": failure or None,
        "version": watch.version,
        "max_age": format_duration(watch.max_age_seconds),
        "created_at": iso(watch.created_at),
    }


def render_table(found: Sequence[Watch], failed: Mapping[str, str]) -> None:
    """A table on a terminal, tab-separated lines elsewhere. The state of a watch that was set aside is `failed`."""
    if not found:
        Console().print(Text("no watches: make one with `presswatch watch add QUERY`", style="dim"))
    rows = [(watch.id, _state(watch, failed), watch.name, watch.query) for watch in found]
    render_rows(("id", "state", "name", "query"), rows)


def _state(watch: Watch, failed: Mapping[str, str]) -> str:
    return "failed" if watch.id in failed else watch.state


def pause(store: Store, which: str, *, now: Micros) -> Watch:
    """Stop alerts until `resume`."""
    return store.run_now(_turn, which, PAUSED, now)


def resume(store: Store, which: str, *, now: Micros) -> Watch:
    """Alerts again, for what comes from now on."""
    return store.run_now(_turn, which, ACTIVE, now)


def _turn(tx: Tx, which: str, state: str, now: Micros) -> Watch:
    changed = watches.change_watch(tx, existing_watch(tx, which).id, now=now, state=state)
    if changed is None:
        raise no_such_watch(which)
    return changed


def remove(store: Store, which: str, *, now: Micros) -> None:
    """Remove the watch and drop what still waits for its channels; its alerts stay in the inbox."""

    def work(tx: Tx) -> bool:
        return watches.remove_watch(tx, existing_watch(tx, which).id, now=now)

    if not store.run_now(work):
        raise no_such_watch(which)


def _insert(tx: Tx, new: NewWatch, routes: Sequence[Usable], policy: Policy | None, now: Micros) -> tuple[Watch, str]:
    watch = watches.add_watch(tx, new, now=now)
    twins = watches.same_watches(tx, [(watch.query, watch.name, watch.owner)], but=watch.id)
    for route in routes:
        channel_changes.add(tx, watch.id, route, now=now)
    if policy is not None:
        policies.set_policy(tx, watch.id, policy, now=now)
    return watch, next((twin.id for twin in twins.values()), "")


def _cost(costs: WatchCosts | None) -> Mapping[str, Any]:
    """What matching this version of the watch has cost; the time is of one core."""
    known = costs or WatchCosts(watch_id="", watch_version=0)
    return {
        "cpu_seconds": round(known.seconds, 6),
        "candidates": known.candidates,
        "matches": known.matches,
        "since": iso(known.since) if costs else None,
    }


def _channel(channel: Channel) -> Mapping[str, Any]:
    return {
        "id": channel.id,
        "kind": channel.kind,
        "target": channel.target,
        "state": channel.state,
        "reason": channel.reason,
    }
