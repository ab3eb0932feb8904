from __future__ import annotations

import asyncio
import json

import pytest

from presswatch_cli.commands import channel as channel_command
from presswatch_cli.commands import deliveries as deliveries_command
from presswatch_cli.commands import policy as policy_command
from presswatch_cli.commands import watch as watch_command
from presswatch_cli.commands.query_refusal import refusal
from presswatch_cli.commands.watch import AddOptions
from presswatch_cli.commands.watch_file import export_watches, import_watches
from presswatch_cli.commands.watch_warnings import warning_lines, warnings_of
from presswatch_query import check
from presswatch_shared.errors import BadInput
from presswatch_shared.index.in_memory import InMemoryIndex
from presswatch_shared.store import aliases, channels, watches
from presswatch_shared.store.database import Store
from presswatch_shared.store.deliveries import DeliveryFilter
from tests.fixtures.articles import FETCHED_AT, article_enriched
from tests.fixtures.deliveries import SECRET, add_webhook, queue


def test_a_watch_is_added_with_its_webhook_and_a_new_secret(store: Store) -> None:
    added = watch_command.add(store, "Rostec", AddOptions(webhooks=["https://a.example/"], max_age="0"), now=1)
    (channel,) = store.read_now(channels.list_channels, added.watch.id)
    assert (channel.target, channel.secret) == ("https://a.example/", added.new_secret)
    assert added.watch.max_age_seconds == 0.0
    assert added.new_secret.startswith("whsec_")


def test_a_secret_that_was_given_is_used_and_not_shown(store: Store) -> None:
    added = watch_command.add(store, "Rostec", AddOptions(webhooks=["https://a.example/"], secret=SECRET), now=1)
    assert added.new_secret == ""
    assert SECRET not in json.dumps(watch_command.describe(store, added.watch.id))
    assert store.read_now(channels.list_channels, added.watch.id)[0].secret == SECRET


@pytest.mark.parametrize(
    ("query", "options"),
    [
        pytest.param("Nicolas Maduro", AddOptions(), id="no operator"),
        pytest.param("@nobody", AddOptions(), id="unknown alias"),
        pytest.param("Rostec", AddOptions(webhooks=["nowhere"]), id="webhook"),
        pytest.param("Rostec", AddOptions(secret=SECRET), id="secret without webhook"),
        pytest.param("Rostec", AddOptions(webhooks=["https://a.example/"], secret="whsec_x"), id="short secret"),
        pytest.param("Rostec", AddOptions(max_age="soon"), id="age"),
        pytest.param("Rostec", AddOptions(include_sources=["not a host"]), id="source"),
        pytest.param("Rostec", AddOptions(name="x" * 300), id="name"),
    ],
)
def test_a_watch_that_cannot_be_is_refused_and_nothing_is_stored(store: Store, query: str, options: AddOptions) -> None:
    with pytest.raises(BadInput):
        watch_command.add(store, query, options, now=1)
    assert store.read_now(watches.count_watches) == 0


def test_a_watch_may_use_an_alias_that_is_stored(store: Store) -> None:
    store.run_now(aliases.save_alias, "arms", ["Rostec"], now=1)
    assert watch_command.add(store, "@arms AND Caracas", AddOptions(), now=2).watch.state == "active"


def test_a_refused_query_is_shown_with_a_caret_under_the_fault(store: Store) -> None:
    with pytest.raises(BadInput) as refused:
        watch_command.add(store, "Ростех Rostec", AddOptions(), now=1)
    sentence, query, caret, *_ = str(refused.value).splitlines()
    assert sentence.endswith((".", ":"))
    assert (query, caret) == ("  Ростех Rostec", "  ^^^^^^^^^^^^^")


@pytest.mark.parametrize(
    ("query", "caret"),
    [
        pytest.param("苏联 NEAR/x b", "^^^^^^", id="wide letters take two columns"),
        pytest.param("a\tb", "^^^", id="a tab takes one"),
    ],
)
def test_the_caret_stands_under_the_fault_whatever_the_script(query: str, caret: str) -> None:
    block = refusal(query, check(query).errors).splitlines()
    assert "\t" not in block[1]
    assert block[2].strip() == caret


def test_of_a_long_query_only_the_neighbourhood_of_the_fault_is_shown() -> None:
    query = " OR ".join(f"word{number}" for number in range(300)) + " and x"
    lines = refusal(query, check(query).errors).splitlines()
    assert max(len(line) for line in lines[1:3]) < 130
    start = len(lines[2]) - len(lines[2].lstrip())
    assert lines[1][start:].startswith("and")


def test_pause_resume_and_remove(store: Store) -> None:
    watch = watch_command.add(store, "Rostec", AddOptions(), now=1).watch
    assert watch_command.pause(store, watch.id, now=2).state == "paused"
    resumed = watch_command.resume(store, watch.id, now=3)
    assert (resumed.state, resumed.active_from) == ("active", 3)
    watch_command.remove(store, watch.id, now=4)
    for command in (watch_command.pause, watch_command.resume, watch_command.remove):
        with pytest.raises(BadInput, match=watch.id):
            command(store, watch.id, now=5)
    with pytest.raises(BadInput):
        watch_command.describe(store, watch.id)


def test_what_is_exported_can_be_imported_and_then_changes_nothing(store: Store) -> None:
    options = AddOptions(
        name="State arms", webhooks=["https://a.example/"], max_age="12h", exclude_sources=["B.example"]
    )
    watch = watch_command.add(store, "Rostec", options, now=1).watch
    watch_command.add(store, "Ростех", AddOptions(), now=2)
    lines = list(export_watches(store, with_secrets=True))
    assert json.loads(lines[0]) == {
        "id": watch.id,
        "name": "State arms",
        "query": "Rostec",
        "owner": "",
        "state": "active",
        "max_age": "12h",
        "include_sources": [],
        "exclude_sources": ["b.example"],
        "emails": [],
        "webhooks": [
            {"url": "https://a.example/", "secret": store.read_now(channels.list_channels, watch.id)[0].secret}
        ],
    }
    again = import_watches(store, lines, now=9)
    assert (again.added, again.changed, again.unchanged, again.refused) == (0, 0, 2, [])
    assert list(export_watches(store, with_secrets=True)) == lines


def test_secrets_are_exported_only_when_asked_for(store: Store) -> None:
    watch_command.add(store, "Rostec", AddOptions(webhooks=["https://a.example/"]), now=1)
    assert "whsec_" not in "".join(export_watches(store))


def test_watches_move_to_another_store_with_their_ids(store: Store) -> None:
    watch = watch_command.add(store, "Rostec", AddOptions(), now=1).watch
    lines = list(export_watches(store))
    store.run_now(watches.change_watch, watch.id, now=2, query="Kraken")
    assert import_watches(store, lines, now=3).changed == 1
    restored = store.read_now(watches.get_watch, watch.id)
    assert restored is not None and (restored.query, restored.version) == ("Rostec", 3)


def test_plain_lines_are_queries_and_bad_lines_are_named_and_left_out(store: Store) -> None:
    lines = [
        "\ufeffRostec",
        "",
        "# arms exporters",
        '"Su-30MK2"',
        "Nicolas Maduro",
        "#Rostec",
        '{"query": "Caracas", "name": "C", "webhooks": [{"url": "https://a.example/"}]}',
        '{"query": "x", "colour": "red"}',
        '{"query": "Rosoboron*", "state": "asleep"}',
        '{"query": "Rostec", "max_age": "soon"}',
        '{"query": "Rostec", "webhooks": [{"url": "nowhere"}]}',
        '{"query": "Rostec", "id": "a b"}',
        "{broken",
    ]
    done: list[int] = []
    result = import_watches(store, lines, now=1, progress=done.append)
    assert [line.number for line in result.refused] == [5, 8, 9, 10, 11, 12, 13]
    assert all(line.reason for line in result.refused)
    assert (result.added, sum(done)) == (4, 11)
    again = import_watches(store, lines, now=2)
    assert (again.added, again.unchanged) == (0, 4)


def test_an_id_of_a_removed_watch_is_not_given_again(store: Store) -> None:
    watch = watch_command.add(store, "Rostec", AddOptions(), now=1).watch
    lines = list(export_watches(store))
    watch_command.remove(store, watch.id, now=2)
    assert [import_watches(store, lines, now=3 + n).added for n in range(2)] == [1, 0]
    (there,) = watch_command.all_watches(store)
    assert there.id != watch.id


def test_five_thousand_watches_are_imported_in_seconds(store: Store) -> None:
    assert import_watches(store, (f"word{number} AND caracas" for number in range(5000)), now=1).added == 5000
    assert len(watch_command.all_watches(store)) == 5000


def test_deliveries_are_listed_without_secrets_and_sent_again(store: Store) -> None:
    store.run_now(queue, store.run_now(add_webhook, "https://a.example/hook?token=abc"))
    (row,) = deliveries_command.list_rows(store, DeliveryFilter())
    assert (row["state"], row["tries"]) == ("pending", 0)
    assert "abc" not in row["target"]
    deliveries_command.send_again(store, row["id"], now=5)
    assert deliveries_command.tries_of(store, row["id"]) == []
    with pytest.raises(BadInput):
        deliveries_command.send_again(store, 999, now=5)
    assert deliveries_command.list_rows(store, deliveries_command.filter_of(state="given_up", now=5)) == []
    with pytest.raises(BadInput, match="given_up"):
        deliveries_command.filter_of(state="failed", now=5)


def test_a_watch_on_what_half_of_the_articles_say_is_warned_of(store: Store) -> None:
    index = InMemoryIndex()
    articles = [
        article_enriched(f"a{number}", title="Tea" if number % 2 else "Rostec", body="") for number in range(60)
    ]
    asyncio.run(index.put(articles))
    common = warnings_of(store, index, "Rostec", now=FETCHED_AT)
    assert [warning.code for warning in common] == ["common"]
    assert warning_lines(common) == ["warning: The query matches 50.0% of recent articles: expect very many alerts."]
    assert warnings_of(store, index, "Kraken", now=FETCHED_AT) == ()
    assert [warning.code for warning in warnings_of(store, None, "C++", now=FETCHED_AT)] == ["punctuation-ignored"]


def test_every_command_takes_the_name_of_a_watch_for_its_id(store: Store) -> None:
    watch_id = watch_command.add(store, "Rostec", AddOptions(name="Arms makers"), now=1).watch.id
    assert watch_command.describe(store, "Arms makers")["id"] == watch_id
    assert watch_command.pause(store, "Arms makers", now=2).state == "paused"
    assert watch_command.resume(store, "Arms makers", now=3).state == "active"
    assert list(channel_command.list_rows(store, "Arms makers", "")) == []
    policy_command.snooze(store, "Arms makers", "2h", now=4)
    assert policy_command.describe(store, watch_id) == policy_command.describe(store, "Arms makers")
    watch_command.remove(store, "Arms makers", now=5)
    assert watch_command.all_watches(store) == []


def test_a_name_that_two_watches_have_is_refused_with_their_ids(store: Store) -> None:
    ids = [
        watch_command.add(store, query, AddOptions(name="Arms makers"), now=1).watch.id for query in ("Rostec", "Almaz")
    ]
    with pytest.raises(BadInput, match="several watches are named 'Arms makers'") as refused:
        watch_command.remove(store, "Arms makers", now=2)
    assert all(watch_id in str(refused.value) for watch_id in ids)
    assert len(watch_command.all_watches(store)) == 2
