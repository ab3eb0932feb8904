"""How long it took to tell, by the try that succeeded, with the trace of the page beside it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from presswatch_delivery.channels.port import Message
from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_delivery.sending import Sending
from presswatch_delivery.service import DeliveryStage
from presswatch_shared.clock import SECOND
from presswatch_shared.envelope import wrap
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import alerts, outbox
from presswatch_shared.store.database import Store
from presswatch_shared.stream.port import Record
from tests.fixtures.alerts import alert_fired, alert_row
from tests.fixtures.clocks import FakeClock
from tests.fixtures.deliveries import add_webhook

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Willing:
    """A receiver that takes everything."""

    async def send(self, message: Message) -> SendResult:
        return SendResult(outcome=Outcome.DELIVERED, status=200)

    async def close(self) -> None:
        pass


def told(metrics: Metrics, channel: str, attempt: str) -> list[tuple[dict[str, str], float]]:
    """The examples beside the buckets."""
    families = {
        family.name: family
        for family in text_string_to_metric_families(metrics.expose_openmetrics().decode())  # type: ignore[no-untyped-call]  # untyped
    }
    chosen = {"channel": channel, "attempt": attempt}
    samples: list[Sample] = families["presswatch_alert_end_to_end_seconds"].samples
    found = [sample.exemplar for sample in samples if chosen.items() <= sample.labels.items()]
    return [(dict(one.labels), one.value) for one in found if one is not None]


async def test_inbox_and_channels_tell_the_time_from_the_fetch_and_the_trace_of_the_page(store: Store) -> None:
    metrics, clock = Metrics(), FakeClock()
    store.run_now(add_webhook, "https://a.example/")
    alert = alert_fired(fetched_at=clock.now() - 3 * SECOND)
    store.run_now(alerts.insert_alerts, [alert_row(alert)])
    stage = DeliveryStage(store=store, metrics=metrics, wake=asyncio.Event(), clock=clock)
    await stage.handle([Record(topic="alerts.fired", envelope=wrap(alert, at=0, trace=TRACE))])
    expected = [({"trace_id": TRACE[3:35]}, 3.0)]
    assert told(metrics, "inbox", "first") == expected
    (claimed,) = store.run_now(
        outbox.claim, now=clock.now(), leased_until=clock.now() + SECOND, limit=9, per_endpoint=9, trial_after=60
    )
    sending = Sending({"webhook": Willing()}, metrics=metrics, clock=clock)
    await sending.send(claimed)
    await sending.send(replace(claimed, tries=2))
    for attempt in ("first", "later"):
        assert told(metrics, "webhook", attempt) == expected


def test_every_outcome_of_a_try_is_a_zero_before_the_first() -> None:
    metrics = Metrics()
    Sending({"webhook": Willing()}, metrics=metrics, clock=FakeClock())
    sample = metrics.registry.get_sample_value
    assert {
        sample("presswatch_notifications_total", {"channel": "webhook", "outcome": outcome}) for outcome in Outcome
    } == {0}
