from __future__ import annotations

import threading
from typing import Any

import pytest

from presswatch_shared.errors import BadInput
from presswatch_shared.store import aliases, channels, counters, watches
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import CHANGES, NewWatch
from presswatch_shared.watch_rules import check_watch_id, check_watch_name, source_host
from presswatch_shared.webhooks import check_webhook_url, new_secret, secret_key

ROSTEC = NewWatch(query="Rostec", owner="ana")


def test_a_watch_gets_a_random_id_its_query_as_name_and_a_first_version(store: Store) -> None:
    first, second = (store.run_now(watches.add_watch, ROSTEC, now=5) for _ in range(2))
    assert first.id != second.id and first.id.startswith("wat_")
    assert (first.name, first.version, first.active_from, first.state) == ("Rostec", 1, 5, "active")
    assert store.read_now(watches.get_watch, first.id) == first


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"query": "Rosoboron*"}, id="query"),
        pytest.param({"state": "paused"}, id="state"),
        pytest.param({"max_age_seconds": 0.0}, id="age"),
        pytest.param({"include_sources": ("a.example",)}, id="included sources"),
        pytest.param({"exclude_sources": ("a.example",)}, id="excluded sources"),
    ],
)
def test_what_decides_about_firing_makes_a_new_version_that_holds_from_now_on(
    store: Store, changes: dict[str, Any]
) -> None:
    watch = store.run_now(watches.add_watch, ROSTEC, now=5)
    changed = store.run_now(watches.change_watch, watch.id, now=9, **changes)
    assert changed is not None
    assert (changed.version, changed.active_from, changed.seq) == (2, 9, watch.seq + 1)
    assert store.read_now(watches.get_watch, watch.id) == changed


@pytest.mark.parametrize("changes", [{"name": "State arms"}, {"owner": "ben"}], ids=["name", "owner"])
def test_a_new_name_or_owner_is_no_new_version(store: Store, changes: dict[str, Any]) -> None:
    watch = store.run_now(watches.add_watch, ROSTEC, now=5)
    changed = store.run_now(watches.change_watch, watch.id, now=9, **changes)
    assert changed is not None
    assert (changed.version, changed.active_from, changed.seq) == (1, 5, watch.seq + 1)


def test_a_change_that_changes_nothing_takes_no_number(store: Store) -> None:
    watch = store.run_now(watches.add_watch, ROSTEC, now=5)
    assert store.run_now(watches.change_watch, watch.id, now=9, query="Rostec") == watch
    assert store.read_now(counters.current, CHANGES) == watch.seq


def test_a_clock_that_steps_back_does_not_move_the_start_of_a_version_back(store: Store) -> None:
    watch = store.run_now(watches.add_watch, ROSTEC, now=50)
    changed = store.run_now(watches.change_watch, watch.id, now=9, query="Kraken")
    assert changed is not None and changed.active_from == 50


def test_a_removed_watch_leaves_a_tombstone_that_followers_see(store: Store) -> None:
    watch = store.run_now(watches.add_watch, ROSTEC, now=5)
    assert store.run_now(watches.remove_watch, watch.id, now=9)
    assert not store.run_now(watches.remove_watch, watch.id, now=10)
    assert store.read_now(watches.get_watch, watch.id) is None
    assert store.read_now(watches.list_watches) == []
    assert store.read_now(watches.count_watches) == 0
    (tombstone,) = store.read_now(watches.watches_changed_since, watch.seq)
    assert (tombstone.id, tombstone.state) == (watch.id, "removed")
    assert store.run_now(watches.change_watch, watch.id, now=11, query="x") is None


def test_a_follower_sees_each_change_once_whatever_the_writers_do(store: Store) -> None:
    seen: set[str] = set()
    made: list[str] = []
    last = 0

    def write() -> None:
        made.extend(store.run_now(watches.add_watch, ROSTEC, now=1).id for _ in range(20))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        for watch in store.read_now(watches.watches_changed_since, last):
            seen.add(watch.id)
            last = watch.seq
    seen |= {watch.id for watch in store.read_now(watches.watches_changed_since, last)}
    assert seen == set(made)


def test_many_watches_are_listed_page_by_page(store: Store) -> None:
    added = store.run_now(watches.add_watches, [NewWatch(query=f"q{number}") for number in range(25)], now=1)
    late = store.run_now(watches.add_watch, ROSTEC, now=2)
    first = store.read_now(watches.list_watches, limit=20)
    rest = store.read_now(watches.list_watches, after=(first[-1].created_at, first[-1].id), limit=20)
    assert {watch.id for watch in [*first, *rest]} == {watch.id for watch in added} | {late.id}
    assert rest[-1] == late
    assert store.read_now(watches.list_watches, owners=["ana"]) == [late]


def test_the_same_watch_is_found_again_also_after_a_change(store: Store) -> None:
    watch = store.run_now(watches.add_watch, ROSTEC, now=1)
    changed = store.run_now(watches.change_watch, watch.id, now=2, query="Kraken")
    before, after = ("Rostec", "Rostec", "ana"), ("Kraken", "Rostec", "ana")
    assert store.read_now(watches.same_watches, [before, after]) == {after: changed}


def test_watches_are_found_by_id_tombstones_too(store: Store) -> None:
    ids = [store.run_now(watches.add_watch, ROSTEC, now=1).id for _ in range(2)]
    store.run_now(watches.remove_watch, ids[0], now=2)
    found = store.read_now(watches.get_watches, [*ids, "nobody"])
    assert {key: watch.state for key, watch in found.items()} == {ids[0]: "removed", ids[1]: "active"}


def test_an_edited_alias_makes_new_versions_of_the_watches_that_reach_it(store: Store) -> None:
    store.run_now(aliases.save_alias, "exporters", ["Rosoboronexport"], now=1)
    store.run_now(aliases.save_alias, "Arms", ["Rostec", "@exporters"], now=1)
    direct = store.run_now(watches.add_watch, NewWatch(query="Caracas AND @EXPORTERS"), now=2)
    through = store.run_now(watches.add_watch, NewWatch(query="@arms"), now=2)
    other = store.run_now(watches.add_watch, NewWatch(query="Caracas"), now=2)
    before = store.read_now(counters.current, CHANGES)
    users = store.run_now(aliases.save_alias, "Exporters", ["Rosoboronexport", "Kraken"], now=7)
    assert set(users) == {direct.id, through.id}
    changed = {watch.id: watch for watch in store.read_now(watches.watches_changed_since, before)}
    assert set(changed) == {direct.id, through.id}
    assert {(watch.version, watch.active_from) for watch in changed.values()} == {(2, 7)}
    assert store.read_now(watches.get_watch, other.id) == other
    assert store.read_now(aliases.all_aliases)["exporters"] == ("Rosoboronexport", "Kraken")


def test_an_alias_that_a_watch_needs_is_not_removed(store: Store) -> None:
    store.run_now(aliases.save_alias, "arms", ["Rostec"], now=1)
    watch = store.run_now(watches.add_watch, NewWatch(query="@arms"), now=2)
    with pytest.raises(BadInput, match=watch.id):
        store.run_now(aliases.remove_alias, "ARMS", now=3)
    store.run_now(watches.remove_watch, watch.id, now=4)
    assert store.run_now(aliases.remove_alias, "ARMS", now=5)
    assert not store.run_now(aliases.remove_alias, "arms", now=6)
    assert store.read_now(aliases.list_aliases) == []


@pytest.mark.parametrize(
    ("name", "entries"),
    [
        pytest.param("arms", ["Rosoboron*"], id="prefix"),
        pytest.param("arms", ["—"], id="no token"),
        pytest.param("a b", ["Rostec"], id="name"),
        pytest.param("exporters", ["@arms"], id="a circle that a watch would run into"),
        pytest.param("exporters", ["@nobody"], id="an unknown alias that a watch would run into"),
    ],
)
def test_an_alias_that_cannot_be_is_refused_and_nothing_changes(store: Store, name: str, entries: list[str]) -> None:
    store.run_now(aliases.save_alias, "exporters", ["Rosoboronexport"], now=1)
    store.run_now(aliases.save_alias, "arms", ["@exporters"], now=1)
    store.run_now(watches.add_watch, NewWatch(query="@arms"), now=2)
    before = store.read_now(aliases.list_aliases)
    with pytest.raises(BadInput):
        store.run_now(aliases.save_alias, name, entries, now=3)
    assert store.read_now(aliases.list_aliases) == before


def test_channels_are_listed_in_order_and_disabled_ones_are_not_used(store: Store) -> None:
    made = [
        store.run_now(channels.add_channel, watch_id="wat_1", kind="webhook", target=f"https://{n}.example/", now=n)
        for n in range(3)
    ]
    store.run_now(channels.set_channel_state, made[1].id, channels.DISABLED, reason="410")
    assert [channel.target for channel in store.read_now(channels.list_channels, "wat_1")] == [
        channel.target for channel in made
    ]
    assert store.read_now(channels.active_channels, ["wat_1", "wat_2"]) == {"wat_1": [made[0], made[2]]}


@pytest.mark.parametrize(
    ("text", "host"),
    [
        pytest.param("BBC.co.uk", "bbc.co.uk", id="case"),
        pytest.param(" www.x.example. ", "x.example", id="www and a full stop"),
        pytest.param("пример.рф", "xn--e1afmkfd.xn--p1ai", id="another script"),
        pytest.param("127.0.0.1", "127.0.0.1", id="an address"),
    ],
)
def test_a_source_is_kept_as_articles_name_theirs(text: str, host: str) -> None:
    assert source_host(text) == host


@pytest.mark.parametrize("text", ["", "localhost", "https://bbc.co.uk", "a b.example", "x..example", "bbc.co.uk/news"])
def test_what_is_no_host_is_refused_as_a_source(text: str) -> None:
    with pytest.raises(BadInput):
        source_host(text)


def test_names_and_ids_of_watches_have_limits() -> None:
    assert check_watch_name("  Arms ") == "Arms"
    assert check_watch_id("wat_x-1") == "wat_x-1"
    with pytest.raises(BadInput):
        check_watch_name("x" * 201)
    with pytest.raises(BadInput):
        check_watch_id("a b")


def test_a_new_secret_has_a_key_of_a_good_length() -> None:
    assert len(secret_key(new_secret())) == 32
    assert new_secret() != new_secret()


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("whsec_" + "QUFB" * 7, id="21 bytes"),
        pytest.param("whsec_" + "QUFB" * 22, id="66 bytes"),
        pytest.param("QUFB" * 8, id="without whsec_"),
        pytest.param("whsec_" + "Q!FB" * 8, id="not base64"),
        pytest.param("whsec_ключ", id="not ASCII"),
        pytest.param("", id="empty"),
    ],
)
def test_a_bad_secret_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(BadInput) as refused:
        secret_key(secret)
    assert not secret or secret not in str(refused.value)


@pytest.mark.parametrize("padded", ["QUFB" * 8, "QUFB" * 8 + "QQ", "QUFB" * 8 + "QQ=="], ids=["32", "33 bare", "33"])
def test_a_secret_may_lack_the_padding(padded: str) -> None:
    assert len(secret_key("whsec_" + padded)) in (24, 25)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.example/",
        "x.example/hook",
        "https://",
        "https://u:p@x.example/",
        "https://x.example/a b",
        "",
        "http://[::1",
    ],
)
def test_what_is_no_webhook_address_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        check_webhook_url(url)


def test_a_webhook_address_is_kept_as_it_is() -> None:
    assert check_webhook_url("https://x.example:8443/hook?a=b") == "https://x.example:8443/hook?a=b"
