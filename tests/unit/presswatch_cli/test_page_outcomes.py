"""The accounts of pages as documents for Kibana."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from presswatch_cli.page_outcomes import PageOutcomes, outcomes_of
from presswatch_cli.silent_sources import SilentSources
from presswatch_shared.clock import HOUR, Micros
from presswatch_shared.errors import Retry
from presswatch_shared.index.outcomes import PageOutcome
from presswatch_shared.store import frontier, visits
from presswatch_shared.store.completeness import Account
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.frontier import FrontierItem
from presswatch_shared.store.ledger import REFUSED
from presswatch_shared.store.visits import Finished
from tests.fixtures.clocks import FakeClock
from tests.fixtures.silence import fallen_silent

NOON = 490_000 * HOUR


class MemoryOutcomes:
    """An `OutcomeIndex` in memory; `away` makes it answer as a server that is away."""

    def __init__(self) -> None:
        self.documents: dict[str, PageOutcome] = {}
        self.away = False

    async def put(self, outcomes: Sequence[PageOutcome], *, now: Micros) -> None:
        if self.away:
            raise Retry("the search server is away")
        self.documents |= {one.id: one for one in outcomes}

    async def close(self) -> None: ...


def see(tx: Tx, names: str) -> None:
    items = [FrontierItem(url=f"http://{name}.example/", source_id="src", found_in="f") for name in names]
    frontier.add_items(tx, items, now=NOON)


def refuse_one(tx: Tx) -> None:
    groups = visits.claim_due(tx, NOON, 100, leased_until=NOON + 10, host_delay=0.0)
    visits.finish(tx, [Finished(page=groups[0][0], outcome=REFUSED, reason="robots", version=NOON)], now=NOON)


def by_step(index: MemoryOutcomes) -> Counter[str]:
    pages: Counter[str] = Counter()
    for one in index.documents.values():
        pages[f"{one.step}: {one.outcome}"] += one.pages
    return +pages


async def test_only_what_has_changed_is_written_again(store: Store) -> None:
    index, clock = MemoryOutcomes(), FakeClock(NOON)
    service = PageOutcomes(store, index, clock, SilentSources(store, clock))
    await store.run(see, "abc")

    assert await service.write() > 0
    assert by_step(index) == {"seen: seen": 3, "waiting: for the crawler": 3}
    assert await service.write() == 0

    await store.run(refuse_one)
    assert await service.write() == 2
    assert by_step(index) == {"seen: seen": 3, "waiting: for the crawler": 2, "dropped: refused: robots": 1}


async def test_what_was_not_written_is_written_when_the_server_is_back(store: Store) -> None:
    index, clock = MemoryOutcomes(), FakeClock(NOON)
    service = PageOutcomes(store, index, clock, SilentSources(store, clock))
    await store.run(see, "abc")
    index.away = True
    with pytest.raises(Retry):
        await service.write()

    index.away = False
    await service.write()
    assert by_step(index)["seen: seen"] == 3


async def test_a_source_that_is_silent_is_a_document_too(store: Store) -> None:
    index, clock = MemoryOutcomes(), FakeClock(NOON)
    await store.run(fallen_silent, NOON, hours=48)
    await PageOutcomes(store, index, clock, SilentSources(store, clock)).write()

    (silence,) = [one for one in index.documents.values() if one.step == "silence"]
    assert (silence.source_name, silence.pages) == ("https://kurier.example/feed.xml", 0)
    assert silence.silent_since == NOON - 48 * HOUR


def test_every_page_of_an_account_is_in_one_drop_or_step() -> None:
    account = Account(
        seen=20,
        waiting=1,
        fetched=12,
        not_modified=2,
        refused={"robots": 3},
        failed={"timeout": 2},
        articles=7,
        not_articles={"index page": 2},
        enriching=2,
        indexed=3,
        superseded=1,
        indexing=1,
        dead_letters={"enrichment": 1, "indexing": 2},
    )
    assert account.difference == 0
    told = Counter[str]()
    for step, _, pages in outcomes_of(account):
        told[step] += pages

    ends = told["waiting"] + told["unchanged"] + told["dropped"] + told["indexed"]
    assert ends == told["seen"]
