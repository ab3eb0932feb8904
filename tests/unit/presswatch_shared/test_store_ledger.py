from __future__ import annotations

from presswatch_shared.store import ledger
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.ledger import ARTICLE, FAILED, FETCHED, NOT_MODIFIED, REFUSED


def open_all(tx: Tx, *keys: str) -> None:
    for key in keys:
        ledger.open_visit(tx, url_hash=key, visit=1, url=f"http://k.example/{key}", source_id="s", found_in="f", now=1)


def fetched(tx: Tx, *keys: str) -> None:
    for key in keys:
        ledger.set_fetch(tx, key, 1, outcome=FETCHED, now=2)


def test_every_visit_is_under_one_term_of_the_balance(store: Store) -> None:
    def work(tx: Tx) -> ledger.Balance:
        open_all(tx, *"abcdefghij")
        fetched(tx, *"bcdef")
        ledger.set_fetch(tx, "g", 1, outcome=NOT_MODIFIED, now=2)
        ledger.set_fetch(tx, "h", 1, outcome=REFUSED, reason="robots", now=2)
        ledger.set_fetch(tx, "i", 1, outcome=FAILED, reason="status_404", now=2)
        ledger.set_fetch(tx, "j", 1, outcome=FAILED, reason="timeout", now=2)
        ledger.set_article(tx, "c", 1, outcome=ARTICLE, article_id="art", now=3)
        ledger.set_article(tx, "d", 1, outcome="index_page", now=3)
        ledger.set_article(tx, "e", 1, outcome=ARTICLE, article_id="art2", now=3)
        ledger.set_indexed(tx, [("e", 1)], now=4)
        ledger.set_dead_letter(tx, "f", 1, stage="enrichment", now=4)
        return ledger.balance(tx)

    found = store.run_now(work)
    assert (found.pending, found.fetched, found.articles, found.indexed, found.dead_letters) == (1, 1, 1, 1, 1)
    assert (found.not_modified, found.refused, found.not_articles) == (1, {"robots": 1}, {"index_page": 1})
    assert found.failed == {"status_404": 1, "timeout": 1}
    assert found.seen == 10
    assert (found.pages_fetched, found.articles_made) == (5, 2)


def test_a_replay_changes_nothing(store: Store) -> None:
    def work(tx: Tx) -> None:
        open_all(tx, "a")
        fetched(tx, "a")
        ledger.set_article(tx, "a", 1, outcome=ARTICLE, article_id="art", now=3)
        ledger.set_indexed(tx, [("a", 1)], now=4)

    store.run_now(work)
    first = store.read_now(ledger.visits_of_url, "a")
    store.run_now(work)
    store.run_now(lambda tx: ledger.set_fetch(tx, "a", 1, outcome=FAILED, reason="late", now=9))
    store.run_now(lambda tx: ledger.set_article(tx, "a", 1, outcome="empty", now=9))
    store.run_now(lambda tx: ledger.set_superseded(tx, [("a", 1)], now=9))
    assert store.read_now(ledger.visits_of_url, "a") == first
    assert store.read_now(ledger.balance).indexed == 1


def test_a_dead_letter_that_is_replayed_with_success_counts_as_indexed(store: Store) -> None:
    def work(tx: Tx) -> ledger.Balance:
        open_all(tx, "a")
        fetched(tx, "a")
        ledger.set_dead_letter(tx, "a", 1, stage="indexing", now=3)
        ledger.set_article(tx, "a", 1, outcome=ARTICLE, article_id="art", now=4)
        ledger.set_indexed(tx, [("a", 1)], now=5)
        return ledger.balance(tx)

    found = store.run_now(work)
    assert (found.indexed, found.dead_letters) == (1, 0)


def test_visits_of_a_page_come_in_order(store: Store) -> None:
    def work(tx: Tx) -> None:
        for visit in (2, 1, 3):
            ledger.open_visit(
                tx, url_hash="a", visit=visit, url="http://k.example/", source_id="s", found_in="f", now=visit * 10
            )

    store.run_now(work)
    assert [visit.visit for visit in store.read_now(ledger.visits_of_url, "a")] == [1, 2, 3]


def test_outcomes_of_unknown_visits_are_no_fault(store: Store) -> None:
    store.run_now(lambda tx: ledger.set_indexed(tx, [("nobody", 1)], now=1))
    store.run_now(lambda tx: ledger.set_article(tx, "nobody", 1, outcome=ARTICLE, now=1))
    assert store.read_now(ledger.balance).seen == 0
