"""`watch channel`, `watch policy`, `watch snooze` and `deliveries`, as functions of a store."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from presswatch_cli.commands import channel as command
from presswatch_cli.commands import deliveries as ledger
from presswatch_cli.commands import policy as policies
from presswatch_cli.commands import watch as watch_command
from presswatch_cli.commands.policy import PolicyOptions, typed_options
from presswatch_cli.commands.watch import AddOptions
from presswatch_cli.commands.watch_file import export_watches, import_watches
from presswatch_shared.channel_rules import NewChannel
from presswatch_shared.clock import HOUR
from presswatch_shared.delivery_export import exported_lines
from presswatch_shared.errors import BadInput, CheckFailed
from presswatch_shared.store import outbox
from presswatch_shared.store import watches as stored
from presswatch_shared.store.channels import APPRISE, EMAIL, FEED, WEBHOOK
from presswatch_shared.store.database import Store
from presswatch_shared.store.deliveries import DeliveryFilter
from presswatch_web.api.channel_shapes import PolicyBody
from tests.fixtures.deliveries import add_webhook, queue

PUBLIC = "https://watch.example"
# Of a library that Apprise imports.
IMGHDR = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def watch(store: Store) -> str:
    options = AddOptions(
        emails=["ana@reader.example"], policy=typed_options(mode="daily", at="07:30", quiet="22:00-06:00")
    )
    return watch_command.add(store, "Rostec", options, now=1).watch.id


def add(store: Store, watch: str, kind: str, address: str = "") -> command.AddedChannel:
    return command.add(store, watch, NewChannel(kind=kind, address=address), schemes=("slack",), now=1)


def rows(store: Store, watch: str) -> list[dict[str, Any]]:
    return [dict(row) for row in command.list_rows(store, watch, PUBLIC)]


def test_a_watch_is_added_with_a_mail_address_and_a_policy(store: Store, watch: str) -> None:
    (row,) = rows(store, watch)
    assert (row["kind"], row["target"], row["state"]) == (EMAIL, "ana@reader.example", "active")
    described = policies.describe(store, watch)
    assert (described["mode"], described["at"]) == ("daily", "07:30")
    assert (described["quiet_from"], described["quiet_until"]) == ("22:00", "06:00")


def test_a_watch_whose_policy_or_address_is_refused_is_not_there(store: Store) -> None:
    for options in (
        AddOptions(emails=["nobody"]),
        AddOptions(emails=["ana@reader.example"] * 2),
        AddOptions(policy=typed_options(mode="daily", at="23:00", quiet="22:00-06:00")),
        AddOptions(policy=PolicyOptions(mode="sometimes")),
    ):
        with pytest.raises(BadInput):
            watch_command.add(store, "Rostec", options, now=1)
    assert store.read_now(stored.count_watches) == 0


def test_channels_are_changed_one_thing_at_a_time(store: Store, watch: str) -> None:
    webhook = add(store, watch, WEBHOOK, "https://hooks.example/in")
    assert webhook.new_secret.startswith("whsec_")
    feed = add(store, watch, FEED).channel
    command.edit(store, webhook.channel.id, "https://hooks.example/new", schemes=())
    command.disable(store, webhook.channel.id, now=2)
    before = command.feed_address(feed, PUBLIC)
    after = command.feed_address(command.renew(store, feed.id), PUBLIC)
    assert before.startswith(f"{PUBLIC}/feeds/pwc_") and before != after
    found = {(row["kind"], row["target"], row["state"]) for row in rows(store, watch)}
    assert {(WEBHOOK, "https://hooks.example/new", "disabled"), (FEED, after, "active")} <= found
    command.enable(store, webhook.channel.id)
    assert command.rotate(store, webhook.channel.id, "", overlap_seconds=60, now=3) != webhook.new_secret
    command.remove(store, webhook.channel.id, now=4)
    assert {row["kind"] for row in rows(store, watch)} == {EMAIL, FEED}


@pytest.mark.parametrize("work", ["remove", "enable", "renew"])
def test_a_channel_that_is_not_there_is_named(store: Store, work: str) -> None:
    calls: dict[str, Callable[[], object]] = {
        "remove": lambda: command.remove(store, "chn_none", now=1),
        "enable": lambda: command.enable(store, "chn_none"),
        "renew": lambda: command.renew(store, "chn_none"),
    }
    with pytest.raises(BadInput, match="chn_none"):
        calls[work]()


def test_one_channel_is_named_and_no_more() -> None:
    for webhook, email in (("", ""), ("https://x.example/", "a@x.example")):
        with pytest.raises(BadInput, match="name one channel"):
            command.wanted_channel(webhook=webhook, email=email, apprise="", feed=False, secret="")


def test_a_test_that_nobody_takes_says_what_must_run(store: Store, watch: str) -> None:
    mail = rows(store, watch)[0]["id"]
    with pytest.raises(CheckFailed, match="presswatch delivery"):
        command.send_test(store, mail, wait_seconds=0.01, now=1)


def test_a_test_tells_what_the_other_side_answered(store: Store, watch: str) -> None:
    mail = rows(store, watch)[0]["id"]

    def take() -> None:
        while not store.read_now(outbox.has_due, now=1):
            pass
        (test,) = store.run_now(outbox.claim, now=1, leased_until=2, limit=1, per_endpoint=1, trial_after=5)
        store.run_now(outbox.finish, test.id, outbox.DELIVERED, now=2)

    taker = threading.Thread(target=take)
    taker.start()
    assert command.send_test(store, mail, wait_seconds=30, now=1) == "delivered"
    taker.join()


def test_a_policy_is_changed_in_part_and_snoozed(store: Store, watch: str) -> None:
    policies.set_policy(store, watch, typed_options(quiet="off", cool_down="30m"), now=2)
    described = policies.describe(store, watch)
    assert (described["mode"], described["quiet_from"], described["cool_down_seconds"]) == ("daily", None, 1800)
    assert policies.snooze(store, watch, "2h", now=5) == 5 + 2 * HOUR
    assert policies.describe(store, watch)["snoozed_until"] == "1970-01-01T02:00:00.000005Z"
    assert policies.snooze(store, watch, "off", now=5) == 0
    with pytest.raises(BadInput):
        policies.snooze(store, watch, "a while", now=5)


def test_deliveries_are_shown_replayed_and_exported(store: Store, watch: str) -> None:
    channel = store.run_now(add_webhook, "https://hooks.example/in?token=sesame", watch)
    store.run_now(queue, channel, 3)
    found = ledger.list_rows(store, DeliveryFilter())
    store.run_now(outbox.finish, found[0]["id"], outbox.GIVEN_UP, now=5)
    only = ledger.filter_of(state="given_up", channel="webhook", watch=watch, now=9)
    assert [row["id"] for row in ledger.list_rows(store, only)] == [found[0]["id"]]
    assert ledger.send_all_again(store, only, now=9) == 1
    assert ledger.show(store, found[0]["id"])["state"] == "pending"
    command.disable(store, channel.id, now=9)
    with pytest.raises(BadInput, match="switched off"):
        ledger.send_again(store, found[0]["id"], now=9)
    lines = "".join(exported_lines(store, only=DeliveryFilter(), form="ndjson")).splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["channel_disabled"] * 3
    assert "sesame" not in "".join(lines)
    assert len("".join(exported_lines(store, only=DeliveryFilter(), form="csv")).splitlines()) == 4


def test_mail_addresses_and_policies_are_exported_and_imported(store: Store, watch: str) -> None:
    (line,) = export_watches(store)
    exported = json.loads(line)
    assert exported["emails"] == ["ana@reader.example"]
    assert exported["policy"] | {"quiet_from": "22:00", "quiet_until": "06:00"} == exported["policy"]
    watch_command.remove(store, watch, now=2)
    assert import_watches(store, [line], now=3).added == 1
    (there,) = watch_command.all_watches(store)
    assert [row["target"] for row in rows(store, there.id)] == ["ana@reader.example"]
    assert policies.describe(store, there.id)["quiet_until"] == "06:00"
    assert import_watches(store, list(export_watches(store)), now=4).unchanged == 1
    refused = import_watches(
        store, ['{"query": "x", "emails": ["no"]}', '{"query": "y", "policy": {"at": "25:00"}}'], now=5
    )
    assert len(refused.refused) == 2


def test_the_names_of_a_policy_are_those_of_the_api(store: Store, watch: str) -> None:
    document = policies.describe(store, watch)
    assert set(PolicyBody.model_fields) <= set(document)
    assert set(PolicyOptions.__struct_fields__) == set(PolicyBody.model_fields) - {"snoozed_until"}


@IMGHDR
@pytest.mark.parametrize(
    "address", ["slack://", "slack://one", "slack://T1/B2"], ids=["nothing", "a part", "two parts"]
)
def test_an_address_that_apprise_cannot_read_is_refused(store: Store, watch: str, address: str) -> None:
    before = rows(store, watch)
    with pytest.raises(BadInput, match=r"Apprise"):
        add(store, watch, APPRISE, address)
    assert rows(store, watch) == before


@IMGHDR
def test_an_address_that_apprise_reads_is_taken(store: Store, watch: str) -> None:
    made = add(store, watch, APPRISE, "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/")
    assert made.channel.target == "slack://…"
    with pytest.raises(BadInput, match="cannot read this address of slack"):
        command.edit(store, made.channel.id, "slack://one", schemes=("slack",))
