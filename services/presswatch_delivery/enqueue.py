"""Puts alerts into the inbox and, as the policies of their watches say, into the outbox. Functions of a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import msgspec

from presswatch_delivery.decide import Decision, Lately, decide
from presswatch_shared.clock import HOUR, Micros
from presswatch_shared.events import AlertFired
from presswatch_shared.messages import AlertMessage
from presswatch_shared.store import alerts, channels, holding_back, inbox, outbox, policies, watches
from presswatch_shared.store.alerts import AlertRow
from presswatch_shared.store.channels import Channel
from presswatch_shared.store.database import Tx
from presswatch_shared.store.inbox import INBOX_ONLY, READ, SENT, SUPPRESSED, UNREAD, NewItem
from presswatch_shared.store.outbox import NewDelivery
from presswatch_shared.watch_policy import Policy, Reason

__all__ = ["Enqueued", "enqueue"]

AT_ONCE = Policy()
NO_TRACES: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Enqueued:
    """What came of a batch: alerts new to the inbox, and why some of them stand there alone."""

    fresh: Sequence[AlertFired] = ()
    suppressed: Counter[str] = field(default_factory=Counter)


def enqueue(tx: Tx, batch: Sequence[AlertFired], traces: Mapping[str, str] = NO_TRACES, *, now: Micros) -> Enqueued:
    """Inbox items and outbox rows for alerts. What is in the inbox was decided when it came in, and stays.

    `traces` are the traceparents of the alerts, by their ids.
    """
    given = {alert.alert_id: alert for alert in batch}
    known = inbox.known_alerts(tx, given)
    fresh = [alert for alert_id, alert in given.items() if alert_id not in known]
    if not fresh:
        return Enqueued()
    routes = _Routes(tx, fresh, now)
    items: list[NewItem] = []
    rows: list[NewDelivery] = []
    for alert in fresh:
        decision = routes.decide(alert)
        items.append(routes.item(alert, decision))
        if decision.told == SENT:
            rows += routes.deliveries(alert, traces.get(alert.alert_id, ""))
    inbox.add_items(tx, items, now=now)
    outbox.add_deliveries(tx, rows, now=now)
    return Enqueued(fresh, Counter(item.reason for item in items if item.told == SUPPRESSED))


class _Routes:
    """What a batch must know of its watches, read once a watch."""

    def __init__(self, tx: Tx, batch: Sequence[AlertFired], now: Micros) -> None:
        self._tx = tx
        self._now = now
        watch_ids = {alert.watch_id for alert in batch}
        self._owners = watches.owners_of(tx, watch_ids)
        self._policies = policies.policies_of(tx, watch_ids)
        self._channels = channels.active_channels(tx, watch_ids)
        self._muted = holding_back.muted_stories(tx, [(self._owner(alert), alert.story_id) for alert in batch])
        self._records = {row.alert_id: row for row in alerts.get_alerts(tx, [alert.alert_id for alert in batch])}
        self._lately: dict[str, Lately] = {}
        self._held: dict[str, int] = {}

    def decide(self, alert: AlertFired) -> Decision:
        watch_id = alert.watch_id
        muted = (self._owner(alert), alert.story_id) in self._muted
        if not muted and not self._routes(watch_id):
            return Decision(SENT, INBOX_ONLY)
        lately = self._of_late(watch_id)
        decision = decide(self._policies[watch_id], lately, now=self._now, muted=muted)
        if decision.told == SENT:
            lately.last, lately.in_the_hour = self._now, lately.in_the_hour + 1
        return decision

    def item(self, alert: AlertFired, decision: Decision) -> NewItem:
        return NewItem(
            alert_id=alert.alert_id,
            owner=self._owner(alert),
            watch_id=alert.watch_id,
            story_id=alert.story_id,
            state=READ if decision.reason == Reason.MUTED else UNREAD,
            told=decision.told,
            reason=decision.reason,
            window_end=decision.window_end,
        )

    def deliveries(self, alert: AlertFired, trace: str) -> Sequence[NewDelivery]:
        message = _message(alert, self._records.get(alert.alert_id), self._held.pop(alert.watch_id, 0), trace)
        payload = msgspec.json.encode(message).decode("utf-8")
        return [
            NewDelivery(alert_id=alert.alert_id, kind=alert.kind, channel=channel, payload=payload)
            for channel in self._routes(alert.watch_id)
        ]

    def _owner(self, alert: AlertFired) -> str:
        return self._owners.get(alert.watch_id, "")

    def _routes(self, watch_id: str) -> Sequence[Channel]:
        return self._channels.get(watch_id, ())

    def _of_late(self, watch_id: str) -> Lately:
        """What the watch told lately; nothing is read for a policy that does not ask."""
        found = self._lately.get(watch_id)
        if found is None:
            found = self._lately[watch_id] = Lately()
            if self._policies[watch_id] != AT_ONCE:
                found.last = holding_back.last_sent(self._tx, watch_id)
                found.in_the_hour = holding_back.count_sent(self._tx, watch_id, after=self._now - HOUR)
                self._held[watch_id] = holding_back.count_held_back(self._tx, watch_id, after=found.last or 0)
        return found


def _message(alert: AlertFired, record: AlertRow | None, held_back: int, trace: str) -> AlertMessage:
    """The event with what is told beside it; the record has what the event does not carry."""
    event = {name: getattr(alert, name) for name in alert.__struct_fields__}
    spans, clauses = (record.snippet_spans, record.clauses) if record else ((), ())
    return AlertMessage(**event, snippet_spans=spans, clauses=clauses, held_back=held_back, trace=trace)
