"""The delivery service: `alerts.fired` → inbox and outbox (the stage), windows → digests, outbox → receivers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from presswatch_delivery.channels.port import AlertSender
from presswatch_delivery.channels.webhook import WebhookSender
from presswatch_delivery.deliverer import Deliverer
from presswatch_delivery.digests import DigestService
from presswatch_delivery.enqueue import enqueue
from presswatch_delivery.sending import Sending
from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.clock import Clock
from presswatch_shared.events import AlertFired, Event
from presswatch_shared.http.port import HttpClient
from presswatch_shared.metrics import Metrics
from presswatch_shared.store.channels import APPRISE, EMAIL, WEBHOOK
from presswatch_shared.store.database import Store
from presswatch_shared.stream.port import Out, Record
from presswatch_shared.topics import ALERTS_FIRED, Topic

__all__ = ["DeliveryParts", "DeliveryStage", "delivery"]

INBOX = "inbox"


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
        traces = {
            record.event.alert_id: record.envelope.trace for record in batch if isinstance(record.event, AlertFired)
        }
        alerts = [record.event for record in batch if isinstance(record.event, AlertFired)]
        now = self._clock.now()
        done = await self._store.run(enqueue, alerts, traces, now=now)
        for alert in done.fresh:
            self._metrics.notifications.labels(INBOX, "delivered").inc()
            self._metrics.see_told(INBOX, alert.fetched_at, now, attempt="first", trace=traces[alert.alert_id])
        for reason, count in done.suppressed.items():
            self._metrics.alerts_suppressed.labels(reason).inc(count)
        if alerts:
            self._wake.set()
        return ()


@dataclass(frozen=True, slots=True)
class DeliveryParts:
    """What delivery is made of: a stage, and two services that need no stream."""

    stage: DeliveryStage
    digests: DigestService
    deliverer: Deliverer


def delivery(
    *, store: Store, client: HttpClient, metrics: Metrics, clock: Clock, settings: DeliverySettings
) -> DeliveryParts:
    """The parts, those before waking the deliverer. `client` should be one of delivery's own, so that receivers which
    hang hold no connection that crawling needs."""
    wake = asyncio.Event()
    sending = Sending(_senders(client, clock, settings), metrics=metrics, clock=clock, language=settings.language)
    return DeliveryParts(
        stage=DeliveryStage(store=store, metrics=metrics, wake=wake, clock=clock),
        digests=DigestService(store=store, metrics=metrics, wake=wake, clock=clock, settings=settings),
        deliverer=Deliverer(store=store, sending=sending, settings=settings, metrics=metrics, wake=wake, clock=clock),
    )


def _senders(client: HttpClient, clock: Clock, settings: DeliverySettings) -> Mapping[str, AlertSender]:
    """One a kind of channel; what a kind needs is imported when it is first used."""
    from presswatch_delivery.channels.apprise import AppriseSender
    from presswatch_delivery.channels.mail import MailSender

    return {
        WEBHOOK: WebhookSender(client, clock=clock, limits=settings.limits),
        EMAIL: MailSender(settings.smtp, public_url=settings.public_url, clock=clock),
        APPRISE: AppriseSender(settings.apprise_schemes, public_url=settings.public_url, clock=clock),
    }
