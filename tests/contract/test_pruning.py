"""Retention: what is over and old goes, what waits or was kept stays, and a product does not grow with its days."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import pytest

from presswatch_alerting.record import Examined, Finding, record
from presswatch_cli.maintenance import cutoffs, prune
from presswatch_delivery.service import DeliveryStage
from presswatch_enrichment.similarity import fingerprint
from presswatch_enrichment.stories import Newcomer, admit
from presswatch_shared.clock import DAY
from presswatch_shared.envelope import wrap
from presswatch_shared.metrics import Metrics
from presswatch_shared.settings import Settings
from presswatch_shared.store import articles, deliveries, frontier, hosts, inbox, ledger, moving, outbox, visits
from presswatch_shared.store.articles import ArticleRow
from presswatch_shared.store.database import Store, Tx, count_rows
from presswatch_shared.store.deliveries import Try
from presswatch_shared.store.frontier import FrontierItem
from presswatch_shared.store.pruning import Cutoffs
from presswatch_shared.store.signatures import signature_bands
from presswatch_shared.store.visits import Finished
from presswatch_shared.stream.port import Record
from tests.fixtures.alerts import alert_fired
from tests.fixtures.articles import article_enriched
from tests.fixtures.clocks import FakeClock
from tests.fixtures.deliveries import add_webhook
from tests.fixtures.watches import WATCH

NOW = 1_790_000_000_000_000
AN_HOUR_AGO = NOW - DAY // 24


def at(moment: int) -> Cutoffs:
    return Cutoffs(visits=moment, deliveries=moment, inbox=moment, stories=moment)


async def pruned(store: Store, moment: int, *, batch: int = 1_000) -> Mapping[str, int]:
    """What is left by table."""
    await prune(store, at(moment), asyncio.Event(), batch=batch)
    return await store.read(moving.count_all)


def pages(tx: Tx, names: Sequence[str], now: int) -> None:
    items = [FrontierItem(url=f"http://{name}.example/", source_id="s", found_in="f") for name in names]
    frontier.add_items(tx, items, now=now)


def fetch(tx: Tx, now: int) -> None:
    groups = visits.claim_due(tx, now, 1_000, leased_until=now + 10, host_delay=0.0, per_host=1_000)
    done = [Finished(page=page, outcome=ledger.FETCHED, version=now) for group in groups for page in group]
    visits.finish(tx, done, now=now)
    hosts.release(tx, {item.page.politeness_key for item in done}, setting=0.0, now=now)


async def test_pages_that_are_due_and_visits_that_are_open_stay_however_old(store: Store) -> None:
    await store.run(pages, ["done"], NOW - 400 * DAY)
    await store.run(fetch, NOW - 400 * DAY)
    await store.run(pages, ["open", "waits"], NOW - 400 * DAY)
    await store.run(lambda tx: visits.claim_due(tx, NOW - 399 * DAY, 1, leased_until=NOW - 398 * DAY, host_delay=5.0))
    left = await pruned(store, AN_HOUR_AGO)
    assert (left["frontier"], left["ledger"]) == (2, 1)
    assert (await store.read(ledger.balance)).pending == 1


async def test_a_page_that_was_done_lately_stays(store: Store) -> None:
    await store.run(pages, ["done"], NOW)
    await store.run(fetch, NOW)
    left = await pruned(store, AN_HOUR_AGO)
    assert (left["frontier"], left["ledger"]) == (1, 1)


def queue(tx: Tx, count: int, now: int) -> None:
    channel = add_webhook(tx, "https://hooks.example/")
    for number in range(count):
        alert = alert_fired("wat_1", f"s{number}")
        outbox.add_deliveries(
            tx, [outbox.NewDelivery(alert_id=alert.alert_id, kind="fired", channel=channel, payload="{}")], now=now
        )


def end_first(tx: Tx, state: str, now: int) -> None:
    (first, second) = outbox.claim(tx, now=now, leased_until=now + 1, limit=2, per_endpoint=2, trial_after=9)
    for item in (first, second):
        made = Try(outbox_id=item.id, number=1, at=now, outcome="failed", status=500, detail="", seconds=0.1)
        deliveries.add_try(tx, made)
    outbox.finish(tx, first.id, state, now=now)
    outbox.postpone(tx, second.id, due_at=now + 1)


@pytest.mark.parametrize("state", [state for state in outbox.STATES if state != outbox.PENDING])
async def test_only_deliveries_that_ended_go_with_their_tries(store: Store, state: str) -> None:
    await store.run(queue, 2, NOW - 400 * DAY)
    await store.run(end_first, state, NOW - 399 * DAY)
    left = await pruned(store, AN_HOUR_AGO)
    assert (left["outbox"], left["deliveries"]) == (1, 1)
    assert (await store.read(outbox.pending))["webhook"].count == 1


async def test_a_delivery_that_ended_lately_stays_however_long_it_took(store: Store) -> None:
    await store.run(queue, 2, NOW - 400 * DAY)
    await store.run(end_first, outbox.DELIVERED, NOW)
    left = await pruned(store, AN_HOUR_AGO)
    assert (left["outbox"], left["deliveries"]) == (2, 2)


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        pytest.param({}, False, id="unread"),
        pytest.param({"state": inbox.READ}, False, id="read"),
        pytest.param({"state": inbox.KEPT}, True, id="kept"),
        pytest.param({"told": inbox.PENDING, "window_end": NOW}, True, id="waits for a digest"),
        pytest.param({"told": inbox.SUPPRESSED, "reason": "quiet_hours"}, False, id="suppressed"),
    ],
)
async def test_of_the_inbox_what_waits_or_was_kept_stays(store: Store, change: dict[str, object], stays: bool) -> None:
    item = inbox.NewItem(alert_id="x", owner="", watch_id="w", story_id="s", **change)  # type: ignore[arg-type]  # as given
    await store.run(inbox.add_items, [item], now=NOW - 400 * DAY)
    assert (await pruned(store, AN_HOUR_AGO))["inbox"] == stays


def versions(tx: Tx, fetched: Sequence[int]) -> None:
    for version in fetched:
        made = article_enriched(version=version, fetched_at=version, first_seen_at=fetched[0])
        row = ArticleRow(**{name: getattr(made, name) for name in ArticleRow.__slots__})
        print_ = fingerprint(made.title, made.body, "en")
        admit(tx, [Newcomer(row=row, body=made.body, fetched_at=version, fingerprint=print_)], story_days=7)


async def test_earlier_texts_go_but_never_the_newest(store: Store) -> None:
    await store.run(versions, [NOW - 300 * DAY, NOW - 200 * DAY, NOW - 100 * DAY])
    await pruned(store, NOW - 250 * DAY)
    assert len(await store.read(articles.list_versions, "a1")) == 2
    left = await pruned(store, AN_HOUR_AGO)
    assert [text.version for text in await store.read(articles.list_versions, "a1")] == [NOW - 100 * DAY]
    assert (left["signatures"], left["articles"], await store.read(count_rows, signature_bands)) == (0, 1, 0)


async def test_batches_are_small_and_all_goes_in_the_end(store: Store) -> None:
    await store.run(pages, [f"p{number}" for number in range(23)], NOW - 400 * DAY)
    await store.run(fetch, NOW - 400 * DAY)
    left = await pruned(store, AN_HOUR_AGO, batch=5)
    assert (left["frontier"], left["ledger"]) == (0, 0)


def test_what_keeps_an_alert_from_coming_twice_is_kept_whatever_the_settings_say() -> None:
    told_again = cutoffs(Settings(retention_ledger="1d", retention_inbox="1d"), story_days=7, now=NOW)  # type: ignore[arg-type]  # as written
    assert told_again.visits == NOW - DAY
    assert told_again.inbox == told_again.deliveries == NOW - 60 * DAY


async def test_ten_days_do_not_grow_the_tables(store: Store) -> None:
    sizes = []
    for day in range(10):
        now = NOW + day * DAY
        await a_day(store, day, now)
        await prune(store, at(now - DAY), asyncio.Event())
        sizes.append(dict(await store.read(moving.count_all)))
    bounded = ("frontier", "ledger", "outbox", "deliveries", "inbox", "seen_articles", "signatures")
    for name in bounded:
        assert sizes[-1][name] == sizes[2][name] > 0, (name, [size[name] for size in sizes])


async def a_day(store: Store, day: int, now: int) -> None:
    """Pages are found, fetched and admitted, alerts fire and are delivered, a little later than the day begins."""
    await store.run(pages, [f"d{day}n{number}" for number in range(20)], now)
    await store.run(fetch, now)
    made = [article_enriched(f"d{day}n{number}", fetched_at=now, first_seen_at=now) for number in range(20)]
    await store.run(admit_all, made, now)
    findings = [Finding(watch=WATCH, matches=(), found={}, snippet="", snippet_spans=())]
    examined = [Examined(article=article, findings=findings) for article in made]
    result = await store.run(record, examined, now=now)
    if day == 0:
        await store.run(add_webhook, "https://hooks.example/", WATCH.id)
    clock = FakeClock(now)
    stage = DeliveryStage(store=store, metrics=Metrics(), clock=clock, wake=asyncio.Event())
    alerts = [alert_fired(WATCH.id, row.story_id, fired_at=now) for row in result.told]
    await stage.handle([Record("alerts.fired", wrap(alert, at=now, trace="")) for alert in alerts])
    await store.run(deliver_all, now)


def admit_all(tx: Tx, made: Sequence[object], now: int) -> None:
    for number, article in enumerate(made):
        body = " ".join(f"w{now}x{number}y{word}" for word in range(40))
        row = ArticleRow(**{name: getattr(article, name) for name in ArticleRow.__slots__})
        print_ = fingerprint("t", body, "en")
        admit(tx, [Newcomer(row=row, body=body, fetched_at=now, fingerprint=print_)], story_days=7)


def deliver_all(tx: Tx, now: int) -> None:
    claim: Callable[..., Sequence[outbox.Claimed]] = outbox.claim
    for item in claim(tx, now=now * 2, leased_until=now * 3, limit=999, per_endpoint=999, trial_after=9):
        made = Try(outbox_id=item.id, number=1, at=now, outcome="delivered", status=200, detail="", seconds=0.1)
        deliveries.add_try(tx, made)
        outbox.finish(tx, item.id, outbox.DELIVERED, now=now)
