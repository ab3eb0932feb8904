"""When a channel ends: its owner is told, tests are tried once, secrets change over without a gap."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from presswatch_delivery.channels.signature import signed_headers
from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_delivery.settle import settle
from presswatch_shared.channel_rules import NewChannel, usable_channel
from presswatch_shared.errors import BadInput
from presswatch_shared.store import breakers, channel_changes, channels, deliveries, notices, outbox, watches
from presswatch_shared.store.channels import ACTIVE, APPRISE, DISABLED, EMAIL, FEED, WEBHOOK, Channel, valid_secrets
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.outbox import Claimed
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.webhooks import new_secret
from tests.fixtures.deliveries import SECRET, add_webhook, queue

BOUNCED = SendResult(outcome=Outcome.BOUNCED, status=550, detail="550 5.7.1 no", final=True)


@pytest.fixture
def watch(store: Store) -> Store:
    store.run_now(watches.add_watch, NewWatch(id="wat_1", query="Rostec", owner="ana"), now=0)
    return store


def claimed(store: Store, now: int = 0) -> Sequence[Claimed]:
    return store.run_now(outbox.claim, now=now, leased_until=now + 1, limit=99, per_endpoint=99, trial_after=5)


def settle_now(tx: Tx, delivery: Claimed, result: SendResult) -> None:
    settle(tx, delivery, result, now=5, trial_after=5, chance=lambda: 0.0)


def state_of(store: Store, channel: Channel) -> tuple[str, str]:
    found = store.read_now(channels.get_channel, channel.id)
    assert found is not None
    return found.state, found.reason


def test_410_is_told_in_a_notice_and_through_the_other_channels(watch: Store) -> None:
    gone, other = watch.run_now(add_webhook, "https://a.example/"), watch.run_now(add_webhook, "https://b.example/")
    watch.run_now(queue, gone)
    watch.run_now(settle_now, claimed(watch)[0], SendResult(outcome=Outcome.GONE, status=410))
    (notice,) = watch.read_now(notices.list_notices, owners=["ana"], unread=True)
    assert "https://a.example/" in notice.text and "410" in notice.text
    (told,) = claimed(watch, 9)
    assert (told.kind, told.channel_id) == ("notice", other.id)
    assert watch.run_now(notices.mark_notice_read, notice.notice_id, now=7)
    assert watch.read_now(notices.list_notices, unread=True) == []


def test_one_bounce_ends_the_mail_and_three_in_a_row_the_channel(watch: Store) -> None:
    mail = watch.run_now(channels.add_channel, watch_id="wat_1", kind=EMAIL, target="ana@reader.example", now=0)
    watch.run_now(queue, mail, 4)
    first, second, third, fourth = claimed(watch)
    watch.run_now(settle_now, first, BOUNCED)
    watch.run_now(settle_now, second, BOUNCED)
    assert state_of(watch, mail)[0] == ACTIVE
    watch.run_now(settle_now, third, BOUNCED)
    assert state_of(watch, mail)[0] == DISABLED
    counts = watch.read_now(deliveries.count_delivery_states)
    assert (counts["given_up"], counts["channel_disabled"]) == (2, 2)
    assert fourth.channel_id == mail.id


def test_a_delivered_mail_between_bounces_keeps_the_channel(watch: Store) -> None:
    mail = watch.run_now(channels.add_channel, watch_id="wat_1", kind=EMAIL, target="ana@reader.example", now=0)
    watch.run_now(queue, mail, 4)
    results = [BOUNCED, BOUNCED, SendResult(outcome=Outcome.DELIVERED), BOUNCED]
    for delivery, result in zip(claimed(watch), results, strict=True):
        watch.run_now(settle_now, delivery, result)
    assert state_of(watch, mail)[0] == ACTIVE


def test_a_receiver_that_does_not_exist_ends_its_channel_at_once(watch: Store) -> None:
    mail = watch.run_now(channels.add_channel, watch_id="wat_1", kind=EMAIL, target="ana@reader.example", now=0)
    watch.run_now(queue, mail)
    gone = SendResult(outcome=Outcome.BOUNCED, final=True, disable="no such user")
    watch.run_now(settle_now, claimed(watch)[0], gone)
    assert state_of(watch, mail) == (DISABLED, "no such user")


def test_one_bad_address_opens_no_breaker_for_the_other_mails(watch: Store) -> None:
    mails = [
        watch.run_now(channels.add_channel, watch_id="wat_1", kind=EMAIL, target=f"{n}@reader.example", now=0)
        for n in range(8)
    ]
    assert len({mail.endpoint for mail in mails}) == 1
    for mail in mails[:7]:
        watch.run_now(queue, mail)
    for delivery in claimed(watch):
        watch.run_now(settle_now, delivery, BOUNCED)
    watch.run_now(queue, mails[7])
    assert len(claimed(watch, 6)) == 1


def test_a_test_is_tried_once_and_passes_an_open_breaker(watch: Store) -> None:
    channel = watch.run_now(add_webhook, "https://a.example/")
    watch.run_now(queue, channel)
    watch.run_now(breakers.open_breaker, channel.endpoint, until=10**18)
    assert claimed(watch) == []
    number = watch.run_now(channel_changes.queue_test, channel, now=0)
    (test,) = [delivery for delivery in claimed(watch) if delivery.kind == "test"]
    watch.run_now(settle_now, test, SendResult(outcome=Outcome.REJECTED, status=500, detail="HTTP 500"))
    found = watch.read_now(deliveries.get_delivery, number)
    assert found is not None
    assert (found.state, found.tries, found.last_outcome, found.last_detail) == ("given_up", 1, "rejected", "HTTP 500")


def test_while_secrets_change_over_both_sign(watch: Store) -> None:
    channel, fresh = watch.run_now(add_webhook, "https://a.example/"), new_secret()
    watch.run_now(channels.rotate_secret, channel, fresh, overlap_until=100, now=0)
    changed = watch.read_now(channels.get_channel, channel.id)
    assert changed is not None
    for now, accepted in ((99, {SECRET, fresh}), (100, {fresh})):
        secrets = valid_secrets(changed.secret, changed.retired_secrets, now=now)
        assert set(secrets) == accepted
        body, seconds = b'{"type":"test"}', int(time.time())
        headers = signed_headers(message_id="msg_1", seconds=seconds, body=body, secrets=secrets)
        for secret in accepted:
            assert Webhook(secret).verify(body, headers) == {"type": "test"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers)
    twice = watch.read_now(channels.get_channel, channel.id)
    assert twice is not None
    watch.run_now(channels.rotate_secret, twice, new_secret(), overlap_until=300, now=200)
    last = watch.read_now(channels.get_channel, channel.id)
    assert last is not None and [secret for secret, _ in last.retired_secrets] == [fresh]


def test_what_waits_for_a_channel_goes_to_its_new_address(watch: Store) -> None:
    channel = watch.run_now(add_webhook, "https://a.example/")
    watch.run_now(queue, channel)
    watch.run_now(channel_changes.retarget, channel, target="https://b.example/", secret=SECRET)
    (delivery,) = claimed(watch)
    assert delivery.target == "https://b.example/"


def test_a_channel_is_added_once(watch: Store) -> None:
    mail = usable_channel(NewChannel(kind=EMAIL, address="Ana@Reader.EXAMPLE"), apprise_schemes=())
    watch.run_now(channel_changes.add, "wat_1", mail, now=0)
    with pytest.raises(BadInput, match="already"):
        watch.run_now(channel_changes.add, "wat_1", mail, now=0)


@pytest.mark.parametrize(
    ("kind", "address", "target"),
    [
        pytest.param(EMAIL, "ana@BÜCHER.example", "ana@xn--bcher-kva.example", id="a domain in letters of its own"),
        pytest.param(EMAIL, " ana+news@reader.example ", "ana+news@reader.example", id="spaces around"),
        pytest.param(WEBHOOK, "https://hooks.example/in", "https://hooks.example/in", id="webhook"),
        pytest.param(APPRISE, "slack://A/B/C", "slack://…", id="keys of Apprise are not shown"),
        pytest.param(FEED, "", "", id="feed"),
    ],
)
def test_channels_that_can_be_used(kind: str, address: str, target: str) -> None:
    assert usable_channel(NewChannel(kind=kind, address=address), apprise_schemes=("slack",)).target == target


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        pytest.param(EMAIL, "", id="no address"),
        pytest.param(EMAIL, "ana", id="no at"),
        pytest.param(EMAIL, "ana@", id="no host"),
        pytest.param(EMAIL, "@reader.example", id="no name"),
        pytest.param(EMAIL, "ana@reader.example\r\nBcc: x@evil.example", id="a header"),
        pytest.param(EMAIL, "ana@reader.example, ben@reader.example", id="two"),
        pytest.param(EMAIL, '"ana b"@reader.example', id="quoted"),
        pytest.param(EMAIL, "ana..b@reader.example", id="two dots"),
        pytest.param(EMAIL, f"{'a' * 65}@reader.example", id="too long"),
        pytest.param(EMAIL, "Ana <ana@reader.example>", id="with a name"),
        pytest.param(APPRISE, "json://10.0.0.1/", id="a service that is not allowed"),
        pytest.param(APPRISE, "slack", id="no service"),
        pytest.param(APPRISE, "slack://a\nb", id="a line feed"),
        pytest.param(FEED, "https://x.example/", id="a feed with an address"),
    ],
)
def test_channels_that_cannot_be_used(kind: str, address: str) -> None:
    with pytest.raises(BadInput):
        usable_channel(NewChannel(kind=kind, address=address), apprise_schemes=("slack",))
