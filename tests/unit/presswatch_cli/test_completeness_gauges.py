"""The gauges say what the accounts say: what waits, what cannot be, and who is silent."""

from __future__ import annotations

from presswatch_cli.completeness import CompletenessGauges
from presswatch_cli.silent_sources import SilentSources
from presswatch_shared.clock import SECOND
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import frontier, ledger
from presswatch_shared.store.completeness import REASONS, STAGES
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.frontier import FrontierItem
from presswatch_shared.stream.memory_log import MemoryLog
from tests.fixtures.clocks import FakeClock
from tests.fixtures.silence import fallen_silent


def known(tx: Tx, now: int) -> None:
    """A source with a page an hour for weeks and none for two days; one page that waits, one that is lost."""
    fallen_silent(tx, now, hours=48)
    frontier.add_items(tx, [FrontierItem(url="https://a.example/", source_id="other", found_in="f")], now=now)
    ledger.open_visit(tx, url_hash="lost", visit=1, url="https://b.example/", source_id="other", found_in="f", now=now)


async def test_the_gauges_say_what_the_accounts_say(store: Store) -> None:
    clock, metrics = FakeClock(), Metrics()
    await store.run(known, clock.now())
    log = MemoryLog(clock=clock)
    await CompletenessGauges(store, log, clock, SilentSources(store, clock), metrics).measure()

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
