"""Mails through a real server: TLS, login, headers, what its answers mean."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from presswatch_delivery.channels.mail import MailSender
from presswatch_delivery.channels.mail_server import MailServer
from presswatch_delivery.channels.port import Message
from presswatch_delivery.outcome import Outcome
from presswatch_delivery.service import delivery
from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.clock import SystemClock, from_micros
from presswatch_shared.envelope import wrap
from presswatch_shared.http.guarded_client import GuardedClient
from presswatch_shared.messages import ChannelTest, Notice
from presswatch_shared.metrics import Metrics
from presswatch_shared.store import alerts, channels, deliveries, inbox, policies, watches
from presswatch_shared.store.channels import EMAIL
from presswatch_shared.store.database import Store
from presswatch_shared.store.watches import NewWatch
from presswatch_shared.stream.port import Record
from presswatch_shared.watch_policy import Mode, Policy
from tests.fixtures.alerts import FIRED_AT, alert_fired, alert_message, alert_row
from tests.fixtures.clocks import FakeClock
from tests.fixtures.deliveries import message_to
from tests.fixtures.digests import digest
from tests.fixtures.mail_server import USER, Mailbox, Security, mail_server
from tests.fixtures.waiting import until

PUBLIC = "https://watch.example"
READER = "ana@reader.example"


@asynccontextmanager
async def sending(box: Mailbox, *, timeout: float = 20.0, **fields: str) -> AsyncIterator[MailSender]:
    sender = MailSender(replace(box.settings(**fields), timeout=timeout), public_url=PUBLIC, clock=SystemClock())
    try:
        yield sender
    finally:
        await sender.close()


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Mailbox]:
    async with mail_server(tmp_path) as running:
        yield running


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
async def test_a_mail_arrives_over_tls_and_with_a_login(tmp_path: Path, security: Security) -> None:
    async with mail_server(tmp_path, security) as box, sending(box) as sender:
        result = await sender.send(message_to(READER))
        assert (result.outcome, result.detail) == (Outcome.DELIVERED, "2.0.0 queued")
    assert len(box.logins) == len(box.mails) == 1
    assert (box.envelopes[0].mail_from, box.envelopes[0].rcpt_tos) == (USER, [READER])


async def test_the_headers_let_programs_sort_thread_and_unsubscribe(box: Mailbox) -> None:
    async with sending(box) as sender:
        await sender.send(message_to(READER))
        await sender.send(message_to(READER, kind="updated"))
    first, update = box.parsed(0), box.parsed(1)
    assert first["From"] == f"Presswatch <{USER}>"
    assert first["To"] == READER
    assert first["Subject"] == "Rostec: Rostec liefert Kräne"
    assert first["List-Id"] == "<wat_1.presswatch.mail.example>"
    assert first["List-Unsubscribe"] == f"<{PUBLIC}/unsubscribe/pwc_token>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert first["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(first["Date"]) == from_micros(FIRED_AT)
    assert update["In-Reply-To"] == update["References"] == first["Message-ID"]
    assert update["Message-ID"] != first["Message-ID"]


async def test_the_same_message_is_the_same_mail_on_every_try(box: Mailbox) -> None:
    async with sending(box) as sender:
        for _ in range(3):
            await sender.send(message_to(READER))
    assert len(set(box.mails)) == 1
    assert box.parsed()["Message-ID"].endswith("@mail.example>")
    assert max(len(line) for line in box.mails[0].split(b"\r\n") if b"unsubscribe" not in line) <= 78
    assert box.mails[0].isascii()


async def test_the_address_that_ends_the_mails_stands_in_one_line_however_long_it_is(box: Mailbox) -> None:
    token = channels.new_token()
    async with sending(box) as sender:
        await sender.send(replace(message_to(READER), token=token))
    assert f"\r\nList-Unsubscribe: <{PUBLIC}/unsubscribe/{token}>\r\n".encode() in box.mails[0]


async def test_both_bodies_say_what_an_alert_must_say(box: Mailbox) -> None:
    alert = alert_message(outlets=40, snippet_spans=((12, 18),), clauses=("Rostec",), held_back=7)
    async with sending(box) as sender:
        await sender.send(message_to(READER, alert))
    mail = box.parsed()
    text, html = (mail.get_body(preferencelist=(kind,)) for kind in ("plain", "html"))
    assert text is not None and html is not None
    for body in (text.get_content(), html.get_content()):
        for said in (
            "Rostec liefert Kräne",
            "norddeich-kurier.example",
            "21 September 2026, 14:12 UTC",
            "also at 39 more",
            "Matched:",
            "7 alerts were held back",
            "https://norddeich-kurier.example/hafen",
            f"{PUBLIC}/mute/pwc_token/{alert.alert_id}",
            f"{PUBLIC}/watches/wat_1",
            f"{PUBLIC}/unsubscribe/pwc_token",
        ):
            assert said in " ".join(body.split()), said
    assert "<mark>Rostec</mark>" in html.get_content()


async def test_a_digest_lists_some_and_counts_the_others(box: Mailbox) -> None:
    async with sending(box) as sender:
        await sender.send(message_to(READER, digest(listed=3, total=415), kind="digest"))
    mail = box.parsed()
    assert mail["Subject"] == "Rostec: 415 articles, 21 September 2026"
    for kind in ("plain", "html"):
        body = mail.get_body(preferencelist=(kind,))
        assert body is not None
        assert "and 412 more" in body.get_content()


@pytest.mark.parametrize(
    ("content", "subject"),
    [
        pytest.param(
            ChannelTest(test_id="t", watch_id="wat_1", watch_name="Rostec", query="Rostec", sent_at=FIRED_AT),
            "Rostec: test of this channel",
            id="test",
        ),
        pytest.param(
            Notice(notice_id="n", watch_id="wat_1", watch_name="Rostec", query="q", text="Off: gone.", at=FIRED_AT),
            "Rostec: a channel was switched off",
            id="notice",
        ),
    ],
)
async def test_tests_and_notices_are_mails_too(box: Mailbox, content: ChannelTest | Notice, subject: str) -> None:
    async with sending(box) as sender:
        assert (await sender.send(message_to(READER, content))).outcome is Outcome.DELIVERED
    assert box.parsed()["Subject"] == subject


@pytest.mark.parametrize(
    ("rcpt", "data", "outcome", "final", "disables"),
    [
        pytest.param("550 5.1.1 no such user", "", Outcome.BOUNCED, True, True, id="no such receiver"),
        pytest.param("550 5.7.1 not from you", "", Outcome.BOUNCED, True, False, id="refused by a rule"),
        pytest.param("552 5.2.2 mailbox full", "", Outcome.BOUNCED, True, False, id="mailbox full"),
        pytest.param("450 4.2.0 greylisted", "", Outcome.DEFERRED, False, False, id="greylisted"),
        pytest.param("", "554 5.6.0 not this text", Outcome.BOUNCED, True, False, id="refused for its content"),
        pytest.param("", "451 4.3.0 try later", Outcome.DEFERRED, False, False, id="not now"),
    ],
)
async def test_what_the_server_answers_decides_what_follows(
    box: Mailbox, rcpt: str, data: str, outcome: Outcome, final: bool, disables: bool
) -> None:
    box.data_answer = data
    box.rcpt_answers = {READER: rcpt} if rcpt else {}
    async with sending(box) as sender:
        result = await sender.send(message_to(READER))
        # The connection is as good as before.
        box.data_answer, box.rcpt_answers = "", {}
        assert (await sender.send(message_to(READER))).outcome is Outcome.DELIVERED
    assert (result.outcome, result.final, bool(result.disable)) == (outcome, final, disables)
    assert not result.blames_endpoint
    assert box.connections == 1


async def test_a_wrong_password_is_the_operators_to_mend(box: Mailbox) -> None:
    async with sending(box, password="wrong") as sender:
        result = await sender.send(message_to(READER))
    assert (result.outcome, result.status, result.final) == (Outcome.REJECTED, 535, False)
    assert result.blames_endpoint
    assert "wrong" not in result.detail


async def test_a_certificate_that_nobody_signed_is_refused_and_the_password_not_sent(
    tmp_path: Path,
) -> None:
    async with mail_server(tmp_path) as box:
        stranger = replace(box.settings(), ca_file=str(other_authority(tmp_path)))
        result = await MailSender(stranger, public_url=PUBLIC, clock=SystemClock()).send(message_to(READER))
    assert result.outcome is Outcome.UNREACHABLE
    assert "certificate" in result.detail.lower()
    assert box.logins == []


def other_authority(folder: Path) -> Path:
    import trustme

    path = folder / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return path


async def test_no_starttls_where_it_is_required_is_refused(tmp_path: Path) -> None:
    async with mail_server(tmp_path, "none") as box, sending(box, starttls="required") as sender:
        result = await sender.send(message_to(READER))
    assert (result.outcome, box.logins) == (Outcome.UNREACHABLE, [])
    assert "STARTTLS" in result.detail


async def test_a_server_that_hangs_takes_no_longer_than_the_limit(box: Mailbox) -> None:
    box.hang = True
    async with sending(box, timeout=1.0) as sender, asyncio.timeout(15):
        assert (await sender.send(message_to(READER))).outcome is Outcome.TIMEOUT


async def test_nobody_listening_is_unreachable() -> None:
    settings = Mailbox(port=1).settings()
    result = await MailSender(settings, public_url=PUBLIC, clock=SystemClock()).send(message_to(READER))
    assert result.outcome is Outcome.UNREACHABLE


async def test_without_a_mail_server_the_ledger_says_which_setting_is_missing() -> None:
    result = await MailSender(None, public_url=PUBLIC, clock=SystemClock()).send(message_to(READER))
    assert "PRESSWATCH_SMTP" in result.detail


async def test_many_mails_share_a_few_connections(box: Mailbox) -> None:
    def mails() -> list[Message]:
        return [message_to(f"reader-{number}@reader.example") for number in range(20)]

    async with sending(box) as sender:
        results = await asyncio.gather(*(sender.send(message) for message in mails()))
    assert {result.outcome for result in results} == {Outcome.DELIVERED}
    assert box.connections <= 4


async def test_a_connection_that_the_server_dropped_is_replaced(box: Mailbox) -> None:
    server = MailServer(box.settings(), SystemClock())
    assert "TLS" in await server.check()
    server._idle[0][1].transport.abort()  # type: ignore[union-attr] # as a server that hangs up
    await server.submit(READER, b"Subject: x\r\n\r\nx\r\n")
    await server.close()
    assert (len(box.mails), box.connections) == (1, 2)


async def test_alerts_of_a_daily_watch_come_as_one_mail_through_the_whole_service(store: Store, box: Mailbox) -> None:
    clock = FakeClock()
    settings = DeliverySettings(poll=0.05, digest_poll=0.05, smtp=box.settings(), public_url=PUBLIC, stop_within=0.5)
    client = GuardedClient(metrics=Metrics(), user_agent="test", allow_networks=[], allow_ports=[443])
    parts = delivery(store=store, client=client, metrics=Metrics(), clock=clock, settings=settings)
    store.run_now(watches.add_watch, NewWatch(id="wat_1", query="Rostec", name="Arms"), now=0)
    store.run_now(channels.add_channel, watch_id="wat_1", kind=EMAIL, target=READER, now=0)
    store.run_now(policies.set_policy, "wat_1", Policy(mode=Mode.DAILY), now=0)
    fired = [alert_fired(story_id=f"s{number}") for number in range(3)]
    store.run_now(alerts.insert_alerts, [alert_row(alert) for alert in fired])
    await parts.stage.handle([Record(topic="alerts.fired", envelope=wrap(alert, at=0)) for alert in fired])
    stop = asyncio.Event()
    tasks = [asyncio.create_task(service.run(stop)) for service in (parts.digests, parts.deliverer)]
    clock.forward(24 * 3600)
    await until(lambda: store.read_now(deliveries.count_delivery_states)["delivered"] == 1)
    stop.set()
    await asyncio.gather(*tasks)
    await client.close()
    assert len(box.mails) == 1
    assert box.parsed()["Subject"].startswith("Arms: 3 articles, ")
    assert store.read_now(inbox.count_told) == {"sent": 3, "pending": 0, "suppressed": 0}
