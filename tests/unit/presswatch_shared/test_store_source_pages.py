"""What the page of a source is made of: its last polls, and what its pages came to."""

from __future__ import annotations

from datetime import date

from presswatch_shared.clock import DAY
from presswatch_shared.store import ledger, sources
from presswatch_shared.store.articles import ArticleRow, add_article
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.source_polls import KEPT, SourcePoll, last_polls, note_poll
from presswatch_shared.store.source_visits import last_articles, last_misses, source_yield
from tests.fixtures.enriched import NOON


def test_the_last_polls_of_a_source_are_kept_and_no_more(store: Store) -> None:
    def work(tx: Tx) -> None:
        note_poll(tx, SourcePoll(source_id="other", at=1, outcome="read"))
        for at in range(1, KEPT + 8):
            note_poll(tx, SourcePoll(source_id="s", at=at, outcome="read", items=at))

    store.run_now(work)
    kept = store.read_now(last_polls, "s")
    assert [poll.at for poll in kept] == list(range(KEPT + 7, 7, -1))
    assert [poll.at for poll in store.read_now(last_polls, "other")] == [1]


def test_polls_go_with_their_source_and_its_children(store: Store) -> None:
    def work(tx: Tx) -> str:
        parent = sources.add_source(tx, url="https://kiosk.example/", now=1)
        child = sources.add_source(tx, url="https://kiosk.example/feed", parent_id=parent.id, now=1)
        for source_id in (parent.id, child.id, "other"):
            note_poll(tx, SourcePoll(source_id=source_id, at=1, outcome="read"))
        sources.remove_source(tx, parent.id)
        return child.id

    child_id = store.run_now(work)
    assert store.read_now(last_polls, child_id) == []
    assert len(store.read_now(last_polls, "other")) == 1


def test_a_source_is_polled_soon_when_asked_for_unless_it_is_paused(store: Store) -> None:
    def work(tx: Tx) -> tuple[bool, bool, bool]:
        active = sources.add_source(tx, url="https://kiosk.example/", now=9)
        paused = sources.add_source(tx, url="https://stand.example/", now=9)
        sources.set_state(tx, paused.id, sources.PAUSED, now=9)
        return (
            sources.poll_soon(tx, active.id, now=5),
            sources.poll_soon(tx, paused.id, now=5),
            sources.poll_soon(tx, "none", now=5),
        )

    assert store.run_now(work) == (True, False, False)
    assert sorted(source.due_at for source in store.read_now(sources.list_sources)) == [5, 9]


def visit(
    tx: Tx, key: str, *, at: int, source: str = "s", fetch: str = ledger.FETCHED, reason: str = "", **made: str
) -> None:
    ledger.open_visit(tx, url_hash=key, visit=1, url=f"http://k.example/{key}", source_id=source, found_in="f", now=at)
    ledger.set_fetch(tx, key, 1, outcome=fetch, reason=reason, now=at)
    if made:
        ledger.set_article(tx, key, 1, **made, now=at)


def test_visits_are_counted_by_day_and_by_reason(store: Store) -> None:
    def work(tx: Tx) -> None:
        for number, at in enumerate((NOON, NOON, NOON - DAY, NOON - 9 * DAY)):
            visit(tx, f"a{number}", at=at, outcome=ledger.ARTICLE, article_id=f"art{number}")
        visit(tx, "b", at=NOON, outcome="login_wall")
        visit(tx, "c", at=NOON, fetch=ledger.REFUSED, reason="robots")
        visit(tx, "d", at=NOON, fetch=ledger.FAILED, reason="timeout")
        visit(tx, "e", at=NOON, fetch=ledger.NOT_MODIFIED)
        visit(tx, "f", at=NOON, source="other", outcome="empty")
        ledger.open_visit(tx, url_hash="g", visit=1, url="u", source_id="s", found_in="f", now=NOON)

    store.run_now(work)
    found = store.read_now(source_yield, ["s", "child"], since=NOON - 2 * DAY)
    assert found.articles == {date(2026, 1, 1): 2, date(2025, 12, 31): 1}
    assert found.reasons == {"login_wall": 1, "robots": 1, "timeout": 1}
    assert found.total == 3
    missed = store.read_now(last_misses, ["s"], limit=10)
    assert sorted(visit.url_hash for visit in missed) == ["b", "c", "d"]


def test_the_last_articles_of_a_source_come_once_each(store: Store) -> None:
    def row(name: str) -> ArticleRow:
        return ArticleRow(
            article_id=name, version=1, url=f"http://k.example/{name}", url_hash=name, source="k.example",
            source_id="s", title=name, lang="en", published_at=None, first_seen_at=1, story_id=name, duplicate_of="",
        )  # fmt: skip

    def work(tx: Tx) -> None:
        for number, name in enumerate(("old", "new", "new", "unknown")):
            visit(tx, f"v{number}", at=NOON + number, outcome=ledger.ARTICLE, article_id=name)
        add_article(tx, row("old"))
        add_article(tx, row("new"))

    store.run_now(work)
    assert [found.article_id for found in store.read_now(last_articles, ["s"], limit=5)] == ["new", "old"]
