"""Every page that was seen stands in the accounts, under one term, at every moment of its way."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from presswatch_shared.clock import HOUR, Micros
from presswatch_shared.ids import url_hash
from presswatch_shared.store import completeness, frontier, ledger, visits
from presswatch_shared.store.alerts import mark_seen
from presswatch_shared.store.completeness import Account, Handled, accounts, unexplained, waiting
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.frontier import FrontierItem
from presswatch_shared.store.ledger import ARTICLE, FAILED, FETCHED, NOT_MODIFIED, REFUSED
from presswatch_shared.store.visits import Finished

NOON = 490_000 * HOUR
END = NOON + 100 * HOUR
NEVER = Handled(enrichment=0, indexing=0, alerting=0)
EVERYTHING = Handled(enrichment=NOON * 2, indexing=NOON * 2, alerting=NOON * 2)


def url(name: str) -> str:
    return f"http://{name}.example/"


def key(name: str) -> str:
    return url_hash(url(name))


def see(tx: Tx, names: str, now: Micros, *, source: str = "s", too_old: bool = False, updated: int = 0) -> None:
    items = [
        FrontierItem(url=url(name), source_id=source, found_in="f", too_old=too_old, updated=updated or None)
        for name in names
    ]
    frontier.add_items(tx, items, now=now)


def fetch(tx: Tx, outcomes: Mapping[str, tuple[str, str]], now: Micros) -> None:
    groups = visits.claim_due(tx, now, 100, leased_until=now + 10, host_delay=0.0)
    done = []
    for page in (page for group in groups for page in group):
        found = next((outcomes[name] for name in outcomes if key(name) == page.url_hash), None)
        if found is not None:
            done.append(Finished(page=page, outcome=found[0], reason=found[1], version=now))
    visits.finish(tx, done, now=now)


def total(tx: Tx) -> Account:
    found = Account()
    for account in accounts(tx, since=0, until=END).values():
        found.add(account)
    return found


def run_everything(tx: Tx) -> None:
    see(tx, "abcdefghijkl", NOON)
    see(tx, "o", NOON, too_old=True)
    fetched = dict.fromkeys("bcdefg", (FETCHED, ""))
    others = {"h": (REFUSED, "robots"), "i": (FAILED, "status_404"), "j": (FAILED, "timeout"), "k": (NOT_MODIFIED, "")}
    fetch(tx, fetched | others, NOON + 5)
    see(tx, "m", NOON + HOUR, source="t")
    for name, article in (("c", "art"), ("d", "art2"), ("e", "art3")):
        ledger.set_article(tx, key(name), 1, outcome=ARTICLE, article_id=article, now=NOON + 6)
    ledger.set_article(tx, key("f"), 1, outcome="soft_404", now=NOON + 6)
    ledger.set_dead_letter(tx, key("g"), 1, stage="enrichment", now=NOON + 6)
    ledger.set_dead_letter(tx, key("e"), 1, stage="indexing", now=NOON + 7)
    ledger.set_indexed(tx, [(key("d"), 1)], now=NOON + 7)


def test_every_page_is_under_one_term_and_the_sums_are_right(store: Store) -> None:
    store.run_now(run_everything)
    found = store.read_now(total)
    assert found == Account(
        seen=14,
        waiting=3,
        fetched=6,
        not_modified=1,
        refused={"robots": 1, "too_old": 1},
        failed={"status_404": 1, "timeout": 1},
        articles=3,
        not_articles={"soft_404": 1},
        enriching=1,
        indexed=1,
        indexing=1,
        dead_letters={"enrichment": 1, "indexing": 1},
    )
    assert found.difference == 0
    assert store.read_now(waiting, since=0, until=END) == {"crawler": 3, "enrichment": 1, "indexing": 1}


def test_a_page_is_accounted_for_in_the_hour_in_which_it_was_seen_whenever_it_is_fetched(store: Store) -> None:
    def work(tx: Tx) -> None:
        see(tx, "a", NOON)
        fetch(tx, {"a": (FETCHED, "")}, NOON + 3 * HOUR)
        see(tx, "a", NOON + 5 * HOUR, updated=NOON + 5 * HOUR)

    store.run_now(work)
    found = store.read_now(accounts, since=0, until=END)
    assert {place: account.seen for place, account in found.items()} == {("s", NOON): 1, ("s", NOON + 5 * HOUR): 1}
    store.run_now(fetch, {"a": (NOT_MODIFIED, "")}, NOON + 9 * HOUR)
    assert store.read_now(accounts, since=0, until=END)["s", NOON + 5 * HOUR] == Account(seen=1, not_modified=1)
    assert store.read_now(accounts, since=NOON + HOUR, until=NOON + 2 * HOUR) == {}
    assert store.read_now(accounts, since=0, until=END, source_id="t") == {}


@pytest.mark.parametrize(
    ("reason", "harm"),
    [
        pytest.param(
            "contradictory", "UPDATE ledger SET index_outcome = 'indexed', article_outcome = ''", id="outcomes"
        ),
        pytest.param("unfetched", "UPDATE frontier SET visit_open = 0, state = 'done'", id="a visit nobody will fetch"),
    ],
)
def test_a_row_that_cannot_be_is_counted(store: Store, reason: str, harm: str) -> None:
    def work(tx: Tx) -> None:
        see(tx, "a", NOON)
        fetch(tx, {}, NOON)
        assert not any(unexplained(tx, since=0, until=END, handled=EVERYTHING).values())
        tx.exec_driver_sql(harm)

    store.run_now(work)
    assert store.read_now(unexplained, since=0, until=END, handled=EVERYTHING)[reason] == 1


def test_what_a_stage_went_past_without_a_word_is_counted_and_what_it_has_before_it_is_not(store: Store) -> None:
    store.run_now(run_everything)
    assert not any(store.read_now(unexplained, since=0, until=END, handled=NEVER).values())
    lost = store.read_now(unexplained, since=0, until=END, handled=EVERYTHING)
    # b was fetched, c is an article; e was set aside by indexing, and c and d were never matched.
    assert lost == {"contradictory": 0, "unfetched": 0, "unenriched": 1, "unindexed": 1, "unmatched": 2}
    store.run_now(mark_seen, {"art": 1, "art2": 1}, now=NOON)
    assert store.read_now(unexplained, since=0, until=END, handled=EVERYTHING)["unmatched"] == 0


def test_a_crash_that_made_a_visit_fetch_twice_counts_it_once_as_what_went_farthest(store: Store) -> None:
    def work(tx: Tx) -> None:
        see(tx, "ab", NOON)
        fetch(tx, {}, NOON)
        # Appended, then killed: enrichment has it before the crawler says how its second fetch ended.
        ledger.set_article(tx, key("a"), 1, outcome="bot_challenge", now=NOON)
        ledger.set_fetch(tx, key("a"), 1, outcome=FAILED, reason="status_503", now=NOON)
        ledger.set_article(tx, key("a"), 1, outcome=ARTICLE, article_id="art", now=NOON)
        ledger.set_superseded(tx, [(key("a"), 1)], now=NOON)
        ledger.set_indexed(tx, [(key("a"), 1)], now=NOON)
        ledger.set_article(tx, key("a"), 1, outcome="empty", now=NOON)
        ledger.set_fetch(tx, key("b"), 1, outcome=FAILED, reason="status_500", now=NOON)
        ledger.set_dead_letter(tx, key("b"), 1, stage="alerting", now=NOON)
        ledger.set_dead_letter(tx, key("b"), 1, stage="enrichment", now=NOON)

    store.run_now(work)
    found = store.read_now(total)
    assert found == Account(seen=2, fetched=2, articles=1, indexed=1, dead_letters={"enrichment": 1})
    assert found.difference == 0


def test_the_hours_in_which_a_source_had_news_are_counted(store: Store) -> None:
    store.run_now(see, "ab", NOON)
    store.run_now(see, "c", NOON + HOUR)
    store.run_now(fetch, {}, NOON + HOUR)
    assert store.read_now(completeness.found_by_hour, since=0) == {"s": {490_000: 2, 490_001: 1}}
