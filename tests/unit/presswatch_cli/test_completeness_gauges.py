"""The gauges say what the accounts say: what waits, what cannot be, and who is silent."""

from __future__ import annotations

from presswatch_cli.completeness import CompletenessGauges
from presswatch_shared.clock import HOUR, SECOND
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import frontier, ledger, sources
from presswatch_shared.store.completeness import REASONS, STAGES
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.frontier import FrontierItem
from presswatch_shared.stream.memory_log import MemoryLog
from tests.fixtures.clocks import FakeClock

HISTORY_HOURS = 600


def known(tx: Tx, now: int) -> None:
    """A source with a page an hour for weeks and none for two days; one page that waits, one that is lost."""
    source = sources.add_source(tx, url="https://kurier.example/feed.xml", now=now)
    for number in range(HISTORY_HOURS):
        key, seen = f"k{number}", now - 48 * HOUR - number * HOUR
        opened = ledger.OpenedVisit(key, 1, f"https://kurier.example/{number}", source.id, source.url, found_at=seen)
        ledger.open_visits(tx, [opened], now=seen)
        ledger.set_fetch(tx, key, 1, outcome=ledger.NOT_MODIFIED, now=seen)
    frontier.add_items(tx, [FrontierItem(url="https://a.example/", source_id="other", found_in="f")], now=now)
    ledger.open_visit(tx, url_hash="lost", visit=1, url="https://b.example/", source_id="other", found_in="f", now=now)


async def test_the_gauges_say_what_the_accounts_say(store: Store) -> None:
    clock, metrics = FakeClock(), Metrics()
    await store.run(known, clock.now())
    log = MemoryLog(clock=clock)
    await CompletenessGauges(store, log, clock, metrics).measure()

    def value(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(f"presswatch_{name}", labels)

    assert value("sources_silent") == 1
    assert {stage: value("completeness_waiting_pages", stage=stage) for stage in STAGES} == {
        "crawler": 2,
        "enrichment": 0,
        "indexing": 0,
    }
    unexplained = {reason: value("completeness_imbalance_pages", reason=reason) for reason in REASONS}
    assert unexplained == dict.fromkeys(REASONS, 0) | {"unfetched": 1}
    assert value("completeness_checked_timestamp_seconds") == clock.now() / SECOND
