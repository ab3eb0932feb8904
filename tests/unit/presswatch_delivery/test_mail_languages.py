"""Mails and chat messages in the language of the watch's owner: the same content, other words."""

from __future__ import annotations

import asyncio
import email
import email.policy
import hashlib
import re
import unicodedata
from dataclasses import replace
from email.message import EmailMessage

import msgspec
import pytest

from presswatch_delivery.channels.port import Message
from presswatch_delivery.deliverer import Deliverer
from presswatch_delivery.mails.message import mail_bytes
from presswatch_delivery.outcome import Outcome, SendResult
from presswatch_delivery.sending import Sending
from presswatch_delivery.settings import DeliverySettings
from presswatch_shared.languages import DEFAULT, LANGUAGES
from presswatch_shared.messages import ChannelTest, Notice, OutboxMessage
from presswatch_shared.metrics import Metrics
from presswatch_shared.smtp_settings import smtp_settings
from presswatch_shared.store import channels, users, watches
from presswatch_shared.store.channels import WEBHOOK
from presswatch_shared.store.database import Store, Tx
from presswatch_shared.store.users import READER, NewUser
from presswatch_shared.store.watches import NewWatch
from tests.fixtures.alerts import FIRED_AT, alert_message
from tests.fixtures.clocks import FakeClock
from tests.fixtures.deliveries import message_to, queue
from tests.fixtures.digests import digest
from tests.fixtures.waiting import until

PUBLIC = "https://watch.example"
SMTP = smtp_settings(
    "smtp://news@mail.example:25", password="", sender="Presswatch <news@mail.example>", starttls="off", ca_file=""
)
OTHERS = sorted(set(LANGUAGES) - {DEFAULT})
OUR_WORDS = re.compile(
    r"\b(watch|article|alerts?|mute|open|mails?|more|also|changed|matched|test|switched|inbox)\b", re.I
)
ADDRESS = re.compile(r"https://\S+?(?=[\s\"<])")
CONTENTS: dict[str, OutboxMessage] = {
    "alert": msgspec.structs.replace(alert_message(), held_back=3, outlets=3, clauses=("Rostec",)),
    "update": msgspec.structs.replace(alert_message(kind="updated"), outlets=2, watch_name=""),
    "digest": digest(total=1412, zone="Europe/Madrid"),
    "test": ChannelTest(test_id="t", watch_id="wat_1", watch_name="Rostec", query="Rostec", sent_at=FIRED_AT),
    "notice": Notice(
        notice_id="n",
        watch_id="wat_1",
        watch_name="Rostec",
        query="Rostec",
        text="The email channel to ben@reader.example was switched off: 550.",
        at=FIRED_AT,
        channel_kind="email",
        target="ben@reader.example",
        reason="550",
    ),
}
IN_ENGLISH = {
    "alert": "a6bbca9630018bc6",
    "update": "9e62af7fb6e28a96",
    "digest": "92474a60c3798921",
    "test": "d1d56de0ef817bdf",
    "notice": "ce075664e0611a8d",
}
"""Digests of their bytes."""


def raw_mail(name: str, language: str) -> bytes:
    return mail_bytes(replace(message_to("ana@reader.example", CONTENTS[name]), language=language), SMTP, PUBLIC)


def parts(raw: bytes) -> tuple[EmailMessage, str, str]:
    """The mail, its text and its HTML without styles."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None and html is not None
    return mail, text.get_content(), re.sub(r"<style>.*?</style>", "", html.get_content(), flags=re.DOTALL)


@pytest.mark.parametrize("name", CONTENTS)
def test_an_english_mail_is_byte_for_byte_what_it_was_before_there_were_languages(name: str) -> None:
    assert hashlib.sha256(raw_mail(name, "")).hexdigest()[:16] == IN_ENGLISH[name]
    assert raw_mail(name, "en") == raw_mail(name, "") == raw_mail(name, "tlh")


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", CONTENTS)
def test_a_mail_has_no_english_words_of_ours(name: str, language: str) -> None:
    mail, text, html = parts(raw_mail(name, language))
    shown = re.sub(r"<[^>]*>", " ", html)
    for part in (str(mail["Subject"]), ADDRESS.sub("", text), ADDRESS.sub("", shown)):
        assert OUR_WORDS.findall(part) == []
    assert f'<html lang="{language}">' in html


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", CONTENTS)
def test_a_mail_has_the_same_content_in_every_language(name: str, language: str) -> None:
    """The same links in the same order, the same elements, the same headers for programs."""
    english, english_text, english_html = parts(raw_mail(name, "en"))
    mail, text, html = parts(raw_mail(name, language))
    assert ADDRESS.findall(text) == ADDRESS.findall(english_text)
    assert ADDRESS.findall(html) == ADDRESS.findall(english_html)
    assert re.findall(r"<(\w+)", html) == re.findall(r"<(\w+)", english_html)
    for header in ("From", "To", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"):
        assert mail[header] == english[header]


@pytest.mark.parametrize(
    ("language", "subject", "window"),
    [
        pytest.param(
            "en", "Rostec: 1,412 articles, 21 September 2026", "20 September 2026, 16:13 CEST –", id="English"
        ),
        pytest.param(
            "es",
            "Rostec: 1.412 artículos, 21 de septiembre de 2026",
            "20 de septiembre de 2026, 16:13 CEST –",
            id="Spanish",
        ),
        pytest.param(
            "ru", "Rostec: 1 412 статей, 21 сентября 2026 г.", "20 сентября 2026 г., 16:13 CEST –", id="Russian"
        ),
    ],
)
def test_a_digest_has_the_dates_and_numbers_of_its_language(language: str, subject: str, window: str) -> None:
    mail, text, _ = parts(raw_mail("digest", language))
    # Numbers and years have blanks of their own kinds.
    assert unicodedata.normalize("NFKC", str(mail["Subject"])) == subject
    assert window in unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(("count", "said"), [(2, "также ещё в 1 издании"), (3, "в 2 изданиях"), (22, "в 21 издании")])
def test_a_russian_mail_counts_as_russian_does(count: int, said: str) -> None:
    content = msgspec.structs.replace(alert_message(), outlets=count)
    raw = mail_bytes(replace(message_to("ana@reader.example", content), language="ru"), SMTP, PUBLIC)
    assert said in " ".join(parts(raw)[1].split())


class Recorder:
    """A channel that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def send(self, message: Message) -> SendResult:
        self.sent.append(message)
        return SendResult(outcome=Outcome.DELIVERED)

    async def close(self) -> None:
        """Nothing is open."""


def queue_one(tx: Tx, language: str | None) -> None:
    """A delivery of a watch whose owner chose this language; None is a watch without an owner."""
    owner = ""
    if language is not None:
        owner = users.add_user(tx, NewUser(name="ana", role=READER), now=0).id
        users.change_user(tx, owner, language=language)
    watch = watches.add_watch(tx, NewWatch(query="Rostec", owner=owner), now=0)
    channel = channels.add_channel(
        tx, watch_id=watch.id, kind=WEBHOOK, target="https://r.example/", secret="whsec_x", now=0
    )
    queue(tx, channel)


@pytest.mark.parametrize(
    ("chosen", "usual", "language"),
    [
        pytest.param("ru", "es", "ru", id="chosen"),
        pytest.param("", "es", "es", id="not chosen"),
        pytest.param(None, "es", "es", id="no owner"),
        pytest.param(None, "en", "en", id="nothing set"),
    ],
)
async def test_a_message_is_in_the_language_of_the_owner_of_the_watch(
    store: Store, chosen: str | None, usual: str, language: str
) -> None:
    await store.run(queue_one, chosen)
    recorder, metrics, clock = Recorder(), Metrics(), FakeClock()
    sending = Sending({WEBHOOK: recorder}, metrics=metrics, clock=clock, language=usual)
    deliverer = Deliverer(
        store=store,
        sending=sending,
        settings=DeliverySettings(),
        metrics=metrics,
        wake=asyncio.Event(),
        clock=clock,
        now=lambda tx: 1,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(deliverer.run(stop))
    await until(lambda: len(recorder.sent) > 0)
    stop.set()
    await running
    assert [message.language for message in recorder.sent] == [language]
