"""The delivery service: `alerts.fired` → inbox and outbox (the stage), outbox → receivers (the deliverer)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from presswatch_delivery.channels.port import AlertSender
from presswatch_delivery.channels.webhook import WebhookSender
from presswatch_delivery.deliverer import Deliverer
from presswatch_delivery.sending import Sending
from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.clock import Clock, Micros
from presswatch_shared.events import AlertFired, Event
from presswatch_shared.http.port import HttpClient
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import channels, inbox, outbox, watches
from presswatch_shared.store.channels import WEBHOOK
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.outbox import NewDelivery
from presswatch_shared.stream.port import Out, Record
from presswatch_shared.topics import ALERTS_FIRED, Topic

__all__ = ["DeliveryStage", "delivery", "enqueue"]

INBOX = "inbox"
SECOND = 1_000_000


class DeliveryStage:
    """Puts each alert into the inbox and, once for each channel of its watch, into the outbox."""

    name = "delivery"
    inputs: Sequence[Topic[Event]] = (ALERTS_FIRED,)

    def __init__(self, *, store: Store, metrics: Metrics, wake: asyncio.Event, clock: Clock) -> None:
        self._store = store
        self._metrics = metrics
        self._wake = wake
        self._clock = clock

    async def handle(self, batch: Sequence[Record]) -> Sequence[Out]:
        alerts = [record.event for record in batch if isinstance(record.event, AlertFired)]
        now = self._clock.now()
        fresh = await self._store.run(enqueue, alerts, now=now)
        for alert in fresh:
            self._metrics.notifications.labels(INBOX, "delivered").inc()
            self._metrics.alert_end_to_end.labels(INBOX).observe(max(0, now - alert.fetched_at) / SECOND)
        if alerts:
            self._wake.set()
        return ()


def enqueue(tx: Tx, alerts: Sequence[AlertFired], *, now: Micros) -> Sequence[AlertFired]:
    """Inbox items and outbox rows for alerts; what is there already stays. Gives those new to the inbox."""
    watch_ids = {alert.watch_id for alert in alerts}
    owners = watches.owners(tx, watch_ids)
    routes = channels.active_channels(tx, watch_ids)
    new = inbox.add_items(tx, [(alert.alert_id, owners.get(alert.watch_id, "")) for alert in alerts], now=now)
    rows = [
        NewDelivery(alert_id=alert.alert_id, kind=alert.kind, channel=channel, payload=_payload(alert))
        for alert in alerts
        for channel in routes.get(alert.watch_id, ())
    ]
    outbox.add_deliveries(tx, rows, now=now)
    return [alert for alert in {alert.alert_id: alert for alert in alerts}.values() if alert.alert_id in new]


def delivery(
    *, store: Store, client: HttpClient, metrics: Metrics, clock: Clock, settings: DeliverySettings
) -> tuple[DeliveryStage, Deliverer]:
    """The stage and the deliverer, the first waking the second. `client` should be one of delivery's own, so that
    receivers which hang hold no connection that crawling needs."""
    wake = asyncio.Event()
    senders: Mapping[str, AlertSender] = {WEBHOOK: WebhookSender(client, clock=clock, limits=settings.limits)}
    stage = DeliveryStage(store=store, metrics=metrics, wake=wake, clock=clock)
    sending = Sending(senders, metrics=metrics, clock=clock)
    deliverer = Deliverer(store=store, sending=sending, settings=settings, metrics=metrics, wake=wake, clock=clock)
    return stage, deliverer


def _payload(alert: AlertFired) -> str:
    return msgspec.json.encode(alert).decode("utf-8")
