from __future__ import annotations

from collections.abc import Sequence

import pytest

from presswatch_shared.clock import SECOND
from presswatch_shared.ids import url_hash
from presswatch_shared.store import frontier, hosts, ledger, polls, sources, visits
from presswatch_shared.store.database import Store
from presswatch_shared.store.frontier import ClaimedPage, FrontierItem
from presswatch_shared.store.hosts import Host
from presswatch_shared.store.ledger import FETCHED
from presswatch_shared.store.visits import Finished, Moved, Postponed

NOW = 1_790_000_000 * SECOND
LEASE = 180 * SECOND


def item(url: str, **more: object) -> FrontierItem:
    return FrontierItem(url=url, source_id="src", found_in="http://feed.example/", **more)  # type: ignore[arg-type]  # as given


def add(store: Store, *items: FrontierItem, now: int = NOW) -> frontier.Added:
    return store.run_now(frontier.add_items, items, now=now)


def claim(
    store: Store, now: int = NOW, *, delay: float = 5.0, per_host: int = 10, limit: int = 100
) -> Sequence[ClaimedPage]:
    groups = store.run_now(
        lambda tx: visits.claim_due(tx, now, limit, leased_until=now + LEASE, host_delay=delay, per_host=per_host)
    )
    return [page for group in groups for page in group]


def finish(store: Store, *pages: ClaimedPage, now: int = NOW, setting: float = 5.0, **more: object) -> None:
    done = [Finished(page=page, outcome=FETCHED, version=now, **more) for page in pages]  # type: ignore[arg-type]  # as given
    store.run_now(visits.finish, done, now=now)
    store.run_now(hosts.release, {page.politeness_key for page in pages}, setting=setting, now=now)


def test_two_pages_of_a_host_are_never_claimed_inside_its_delay(store: Store) -> None:
    add(store, *(item(f"http://a.example/{i}") for i in range(5)), item("http://b.example/1"))
    first = claim(store)
    assert [page.politeness_key for page in first] == ["a.example", "b.example"]
    finish(store, *first)
    assert claim(store, NOW + 4 * SECOND) == []
    assert len(claim(store, NOW + 5 * SECOND)) == 1


def test_a_busy_host_is_left_alone_until_its_lease_ends(store: Store) -> None:
    add(store, item("http://a.example/1"), item("http://a.example/2"))
    assert len(claim(store)) == 1
    assert claim(store, NOW + 100 * SECOND) == []
    assert len(claim(store, NOW + LEASE)) == 1


def test_a_renewed_lease_holds_page_and_host_on(store: Store) -> None:
    add(store, item("http://a.example/1"), item("http://a.example/2"))
    pages = claim(store)
    store.run_now(visits.renew, pages, leased_until=NOW + 3 * LEASE)
    store.run_now(hosts.renew, ["a.example"], busy_until=NOW + 2 * LEASE)
    assert claim(store, NOW + LEASE) == []
    # The host is free, and has another page.
    assert [page.url for page in claim(store, NOW + 2 * LEASE)] == ["http://a.example/2"]
    assert [page.url for page in claim(store, NOW + 3 * LEASE)] == ["http://a.example/1"]


def test_a_renewal_takes_nothing_again_that_ended_meanwhile(store: Store) -> None:
    add(store, *(item(f"http://{host}.example/1") for host in "abc"))
    pages = {page.politeness_key: page for page in claim(store)}
    finish(store, pages["a.example"])
    store.run_now(visits.release, [pages["b.example"]])
    store.run_now(hosts.release, ["b.example"], setting=5.0, now=NOW)
    store.run_now(visits.renew, list(pages.values()), leased_until=NOW + 3 * LEASE)
    store.run_now(hosts.renew, list(pages), busy_until=NOW + 3 * LEASE)
    add(store, item("http://a.example/2"))
    assert [page.url for page in claim(store, NOW + LEASE)] == ["http://a.example/2", "http://b.example/1"]


def test_a_host_without_a_delay_gives_several_pages_at_once(store: Store) -> None:
    add(store, *(item(f"http://a.example/{i}") for i in range(5)))
    assert len(claim(store, delay=0.0, per_host=3)) == 3


def test_a_host_whose_robots_ask_for_a_delay_gives_one_even_so(store: Store) -> None:
    add(store, *(item(f"http://a.example/{i}") for i in range(5)))
    store.run_now(hosts.set_crawl_delay, "a.example", 2.5)
    page = claim(store, delay=0.0)
    assert len(page) == 1
    finish(store, *page, setting=0.0)
    assert claim(store, NOW + 2 * SECOND, delay=0.0) == []
    assert len(claim(store, NOW + round(2.5 * SECOND), delay=0.0)) == 1


def test_a_restart_voids_leases_but_not_politeness(store: Store) -> None:
    add(store, item("http://a.example/1"), item("http://a.example/2"))
    claim(store)
    store.run_now(visits.void_leases)
    assert claim(store, NOW + SECOND) == []
    assert len(claim(store, NOW + 5 * SECOND)) == 1


def test_a_claim_again_goes_on_with_the_same_visit(store: Store) -> None:
    add(store, item("http://a.example/1"))
    (first,) = claim(store)
    store.run_now(visits.void_leases)
    (again,) = claim(store, NOW + 5 * SECOND)
    assert (first.visit, again.visit) == (1, 1)
    finish(store, again)
    assert store.read_now(ledger.balance).seen == 1


def test_a_finished_page_is_not_due(store: Store) -> None:
    add(store, item("http://a.example/1"))
    finish(store, *claim(store), etag='"1"', last_modified="yesterday")
    assert claim(store, NOW + 3600 * SECOND) == []
    row = store.read_now(frontier.get_row, url_hash("http://a.example/1"))
    assert row is not None
    assert (row.etag, row.last_modified, row.last_version, row.state) == ('"1"', "yesterday", NOW, "done")


def test_a_page_whose_date_of_change_moved_has_a_new_visit(store: Store) -> None:
    add(store, item("http://a.example/1", updated=10))
    finish(store, *claim(store))
    assert add(store, item("http://a.example/1", updated=10)) == frontier.Added(known=1)
    assert claim(store, NOW + 10 * SECOND) == []
    assert add(store, item("http://a.example/1", updated=11)).changed == 1
    (page,) = claim(store, NOW + 10 * SECOND)
    assert page.visit == 2


def test_a_change_during_a_fetch_is_fetched_after_it(store: Store) -> None:
    add(store, item("http://a.example/1", updated=10))
    (page,) = claim(store)
    add(store, item("http://a.example/1", updated=11))
    finish(store, page)
    (again,) = claim(store, NOW + 10 * SECOND)
    assert again.visit == 2
    finish(store, again)
    assert claim(store, NOW + 60 * SECOND) == []


def test_too_old_items_are_counted_once_and_not_fetched(store: Store) -> None:
    old = item("http://a.example/1", published=1, too_old=True)
    assert add(store, old).too_old == 1
    assert add(store, old) == frontier.Added(known=1)
    assert claim(store) == []
    assert store.read_now(ledger.balance).refused == {"too_old": 1}


def test_a_too_old_item_is_fetched_when_the_rule_no_longer_holds(store: Store) -> None:
    add(store, item("http://a.example/1", too_old=True))
    add(store, item("http://a.example/1"))
    (page,) = claim(store)
    assert page.visit == 2


def test_a_page_is_known_by_its_address_whichever_source_names_it(store: Store) -> None:
    assert add(store, item("http://a.example/1"), item("http://a.example/1")).new == 1
    assert add(store, item("http://a.example/1")).known == 1


def test_a_redirect_to_another_host_waits_for_that_host(store: Store) -> None:
    add(store, item("http://a.example/1"), item("http://b.example/1"))
    pages = {page.politeness_key: page for page in claim(store)}
    finish(store, pages["b.example"])
    store.run_now(visits.move, [Moved(page=pages["a.example"], url="http://b.example/2", due_at=NOW)])
    store.run_now(hosts.release, ["a.example"], setting=5.0, now=NOW)
    assert claim(store, NOW + SECOND) == []
    (moved,) = claim(store, NOW + 5 * SECOND)
    assert (moved.target, moved.hops, moved.visit, moved.url) == ("http://b.example/2", 1, 1, "http://a.example/1")
    finish(store, moved)
    row = store.read_now(frontier.get_row, url_hash("http://a.example/1"))
    assert row is not None
    assert (row.politeness_key, row.fetch_url, row.hops) == ("a.example", "", 0)


def test_a_postponed_page_is_due_at_its_moment_and_counts_its_tries(store: Store) -> None:
    add(store, item("http://a.example/1"))
    store.run_now(visits.postpone, [Postponed(page=page, due_at=NOW + 60 * SECOND) for page in claim(store)])
    store.run_now(hosts.release, ["a.example"], setting=5.0, now=NOW)
    assert claim(store, NOW + 59 * SECOND) == []
    (page,) = claim(store, NOW + 60 * SECOND)
    assert (page.attempts, page.visit) == (1, 1)


def test_a_host_that_said_too_many_is_left_alone_with_all_its_pages(store: Store) -> None:
    add(store, item("http://a.example/1"))
    store.run_now(hosts.back_off, "a.example", until=NOW + 60 * SECOND, reason="status_429", now=NOW)
    assert claim(store, NOW + 59 * SECOND) == []
    assert len(claim(store, NOW + 60 * SECOND)) == 1


@pytest.mark.parametrize(
    ("quiet_minutes", "incidents"), [pytest.param(29, 2, id="not yet"), pytest.param(31, 0, id="forgiven")]
)
def test_incidents_are_forgiven_after_thirty_quiet_minutes(store: Store, quiet_minutes: int, incidents: int) -> None:
    store.run_now(hosts.ensure_hosts, ["a.example"])
    for _ in range(2):
        store.run_now(hosts.back_off, "a.example", until=NOW, reason="status_503", now=NOW)
    host = store.read_now(hosts.get_host, "a.example")
    assert host.recent_incidents(NOW + quiet_minutes * 60 * SECOND) == incidents


def test_a_slow_host_rests_for_one_response_time(store: Store) -> None:
    store.run_now(hosts.ensure_hosts, ["a.example"])
    store.run_now(hosts.note_answer, "a.example", seconds=8.0)
    store.run_now(hosts.release, ["a.example"], setting=5.0, now=NOW)
    assert store.read_now(hosts.get_host, "a.example").next_allowed_at == NOW + 8 * SECOND


def test_a_source_added_by_another_process_is_claimed_under_the_same_politeness(store: Store) -> None:
    add(store, item("http://a.example/1"))
    claimed = claim(store)
    source = store.run_now(lambda tx: sources.add_source(tx, url="http://a.example/feed", now=NOW))
    assert claimed

    def claim_sources(now: int) -> Sequence[sources.Source]:
        return store.run_now(lambda tx: polls.claim_due_sources(tx, now, 10, leased_until=now + LEASE, host_delay=5.0))

    assert claim_sources(NOW + SECOND) == []
    finish(store, *claimed)
    assert [found.id for found in claim_sources(NOW + 5 * SECOND)] == [source.id]
    assert claim_sources(NOW + 20 * SECOND) == []


def test_the_lease_of_a_poll_is_renewed_while_it_goes_on(store: Store) -> None:
    for name in ("a", "b"):
        store.run_now(sources.add_source, url=f"http://{name}.example/feed", now=NOW)

    def claim_sources(now: int) -> Sequence[sources.Source]:
        return store.run_now(lambda tx: polls.claim_due_sources(tx, now, 10, leased_until=now + LEASE, host_delay=0.0))

    claimed = claim_sources(NOW)
    ended = next(source for source in claimed if source.politeness_key == "b.example")
    store.run_now(polls.postpone_poll, ended, due_at=NOW)
    store.run_now(hosts.release, ["b.example"], setting=0.0, now=NOW)
    store.run_now(polls.renew, claimed, leased_until=NOW + 3 * LEASE)
    store.run_now(hosts.renew, ["a.example"], busy_until=NOW)
    assert [source.politeness_key for source in claim_sources(NOW + LEASE)] == ["b.example"]
    assert len(claim_sources(NOW + 3 * LEASE)) == 2


def test_what_is_due_can_be_asked_without_a_claim(store: Store) -> None:
    assert not store.read_now(visits.has_due, now=NOW)
    add(store, item("http://a.example/1"))
    assert store.read_now(visits.has_due, now=NOW)
    assert store.read_now(frontier.count_due, now=NOW) == 1
    claim(store)
    assert not store.read_now(visits.has_due, now=NOW)


def test_a_delay_is_the_longest_of_the_setting_and_what_robots_ask() -> None:
    assert Host(key="a", crawl_delay=2.0).delay(5.0) == 5.0
    assert Host(key="a", crawl_delay=20.0).delay(5.0) == 20.0
