"""Making, changing and reading watches: the one way for the API and the pages. Functions of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.store import alert_counts, channels, watch_costs, watches
from presswatch_shared.store.alert_counts import AlertCount
from presswatch_shared.store.channels import WEBHOOK, Channel
from presswatch_shared.store.database import Tx
from presswatch_shared.store.ownership import Owners
from presswatch_shared.store.watch_costs import WatchCosts
from presswatch_shared.store.watches import NewWatch, Watch, WatchChanges
from presswatch_shared.watch_rules import source_host
from presswatch_shared.webhooks import check_webhook_url, new_secret, secret_key
from presswatch_web.problems import Problem, ProblemItem
from presswatch_web.queries import parsed_in

__all__ = ["NewWebhook", "WatchView", "add", "change", "hosts", "look_up", "page_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """Where alerts are to be posted; without a secret one is made."""

    url: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class WatchView:
    """A watch with what is shown of it."""

    watch: Watch
    channels: Sequence[Channel]
    alerts: AlertCount | None
    costs: WatchCosts | None = None
    """Of its present version."""

    @property
    def failure(self) -> str:
        """Why it was set aside while matching; empty where it was not."""
        return self.costs.failure if self.costs else ""


def add(tx: Tx, new: NewWatch, webhooks: Sequence[NewWebhook], *, now: Micros) -> WatchView:
    """Raises:
    Problem: 400 for a query, 422 for a webhook that cannot be used; nothing was changed.
    """
    parsed_in(tx, new.query)
    usable = [_checked(webhook) for webhook in webhooks]
    watch = watches.add_watch(tx, new, now=now)
    for webhook in usable:
        channels.add_channel(tx, watch_id=watch.id, kind=WEBHOOK, target=webhook.url, secret=webhook.secret, now=now)
    return _view(tx, watch)


def change(tx: Tx, watch_id: str, changes: WatchChanges, *, now: Micros) -> WatchView:
    """Raises:
    Problem: 404, or 400 for a query that cannot be used; nothing was changed.
    """
    if "query" in changes:
        parsed_in(tx, changes["query"])
    watch = watches.change_watch(tx, watch_id, now=now, **changes)
    if watch is None:
        raise Problem(404, "there is no such watch")
    return _view(tx, watch)


def hosts(given: Sequence[str], location: str) -> tuple[str, ...]:
    """Hosts as articles name theirs.

    Raises:
        Problem: 422, one of them is no host.
    """
    try:
        return tuple(source_host(host) for host in given)
    except BadInput as error:
        raise _unusable(error, location) from error


def look_up(tx: Tx, watch_id: str) -> WatchView:
    """Raises:
    Problem: 404.
    """
    watch = watches.get_watch(tx, watch_id)
    if watch is None:
        raise Problem(404, "there is no such watch")
    return _view(tx, watch)


def page_of(tx: Tx, *, owners: Owners, after: tuple[int, str] | None, limit: int) -> Sequence[WatchView]:
    """Watches in the order they were made."""
    found = watches.list_watches(tx, owners=owners, after=after, limit=limit)
    counts = alert_counts.alert_counts(tx, [watch.id for watch in found])
    costs = watch_costs.costs_of(tx, {watch.id: watch.version for watch in found})
    return [
        WatchView(watch, channels.list_channels(tx, watch.id), counts.get(watch.id), costs.get(watch.id))
        for watch in found
    ]


def _view(tx: Tx, watch: Watch) -> WatchView:
    counts = alert_counts.alert_counts(tx, [watch.id])
    costs = watch_costs.costs_of(tx, {watch.id: watch.version})
    return WatchView(watch, channels.list_channels(tx, watch.id), counts.get(watch.id), costs.get(watch.id))


def _checked(webhook: NewWebhook) -> NewWebhook:
    try:
        secret = webhook.secret or new_secret()
        secret_key(secret)
        return NewWebhook(url=check_webhook_url(webhook.url), secret=secret)
    except BadInput as error:
        raise _unusable(error, "body.webhooks") from error


def _unusable(error: BadInput, location: str) -> Problem:
    return Problem(422, str(error), errors=[ProblemItem(code="unusable", message=str(error), location=location)])
