"""Hostile text in every field of an alert: in mails, webhooks and feeds it is text, and nothing is injected."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from lxml import etree, html

from presswatch_delivery.channels.apprise import inert
from presswatch_delivery.channels.body import BODY_LIMIT, webhook_body
from presswatch_delivery.mails.message import mail_bytes
from presswatch_shared.events import ArticleRef
from presswatch_shared.languages import language_named
from presswatch_shared.messages import AlertMessage, Digest
from presswatch_shared.plain_text import BIDI
from presswatch_shared.smtp_settings import smtp_settings
from presswatch_shared.spreadsheet_cells import no_formula
from presswatch_shared.store.watches import Watch
from presswatch_web.feeds.atom import atom_feed
from presswatch_web.feeds.json_feed import json_feed
from presswatch_web.feeds.view import feed_view
from tests.fixtures.alerts import alert_message, alert_row
from tests.fixtures.deliveries import message_to
from tests.fixtures.digests import digest, digest_item
from tests.fixtures.hostile_text import MARK, PAYLOADS

PUBLIC = "https://watch.example"
SMTP = smtp_settings("smtp://presswatch%40mail.example@localhost:25")
ATOM = "{http://www.w3.org/2005/Atom}"
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
}
TAGS = {"html", "head", "meta", "title", "style", "body", "div", "p", "h1", "h2", "a", "bdi", "mark", "code"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

everything = pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())


def test_there_are_enough_payloads() -> None:
    assert len(PAYLOADS) >= 150
    assert all(MARK in payload or MARK.lower() in payload for payload in PAYLOADS.values())


def hostile_alert(payload: str) -> AlertMessage:
    """The payload as title, outlet, language, address, query, snippet, clause and name of the watch."""
    article = ArticleRef(id="a1", version=1, url=payload, title=payload, source=payload, lang=payload)
    told: dict[str, Any] = {"snippet_spans": ((0, 3), (2, 9), (5, 10**7)), "clauses": (payload,)}
    return alert_message(article=article, query=payload, watch_name=payload, snippet=payload, **told)


def hostile_digest(payload: str) -> Digest:
    item = digest_item(
        title=payload, source=payload, lang=payload, url=payload, snippet=payload, clauses=(payload,) * 50
    )
    return replace_digest(items=(item,) * 3, watch_name=payload, query=payload)


def replace_digest(**fields: Any) -> Digest:
    return digest(**{"listed": 0, "total": 3} | fields)


def mail_of(content: AlertMessage | Digest, kind: str) -> tuple[EmailMessage, bytes]:
    raw = mail_bytes(message_to("ana@reader.example", content, kind=kind), SMTP, PUBLIC)
    parsed = message_from_bytes(raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed, raw


@everything
@pytest.mark.parametrize("kind", ["fired", "digest"])
def test_in_a_mail_it_is_text_and_no_header_is_added(payload: str, kind: str) -> None:
    content = hostile_alert(payload) if kind == "fired" else hostile_digest(payload)
    mail, raw = mail_of(content, kind)
    assert set(mail.keys()) == HEADERS and len(mail.keys()) == len(HEADERS)
    assert mail["To"] == "ana@reader.example"
    assert len(list(mail.iter_parts())) == 2
    assert not re.search(rb"\n\.\r?\n|[^\r]\n|\r[^\n]", raw)
    assert len(raw) < 150_000
    text, page = (body.get_content() for body in mail.iter_parts())
    assert_is_harmless(page)
    assert not CONTROL.search(text) and not BIDI.search(text)
    for shown in (text, html.document_fromstring(page).text_content()):
        assert MARK in shown


def assert_is_harmless(page: str) -> None:
    """Only our own elements, no handlers, no address but http(s) ones, no control characters."""
    assert not CONTROL.search(page) and not BIDI.search(page)
    for element in html.document_fromstring(page).iter():
        assert element.tag in TAGS, element.tag
        assert not any(name.startswith("on") for name in element.attrib)
        assert element.get("style") is None
        if (target := element.get("href")) is not None:
            assert target.startswith((f"{PUBLIC}/", "https://norddeich-kurier.example/"))


@everything
def test_in_a_webhook_it_is_a_string(payload: str) -> None:
    for content in (hostile_alert(payload), hostile_digest(payload)):
        body = webhook_body(content)
        assert len(body) < BODY_LIMIT
        document = json.loads(body)
        assert set(document) == {"type", "timestamp", "data"}
        assert MARK in document["data"]["watch"]["name"]


@everything
def test_in_feeds_it_is_text(payload: str) -> None:
    row = replace(alert_row(hostile_alert(payload)), published_at=None)
    watch = Watch(
        id="wat_1",
        name=payload,
        query=payload,
        owner="",
        state="active",
        version=1,
        active_from=0,
        max_age_seconds=0,
        include_sources=(),
        exclude_sources=(),
        created_at=0,
        changed_at=0,
        seq=1,
    )
    view = feed_view(watch, [row], self_url=f"{PUBLIC}/feeds/x.atom", public_url=PUBLIC, language=language_named("en"))
    feed = etree.fromstring(atom_feed(view))
    (entry,) = feed.findall(f"{ATOM}entry")
    assert {child.tag for child in entry} <= {
        ATOM + name for name in ("id", "title", "updated", "published", "author", "link", "content")
    }
    assert [child.get("href") for child in entry.findall(f"{ATOM}link")] == []
    content = entry.find(f"{ATOM}content")
    assert content is not None and content.get("type") == "text" and len(content) == 0
    document = json.loads(json_feed(view))
    assert document["items"][0].get("url") is None
    for shown in (feed.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}title"), document["items"][0]["title"]):
        assert shown is not None and MARK in shown
        assert not BIDI.search(shown) and not CONTROL.search(shown)


@everything
def test_in_a_cell_it_is_no_formula(payload: str) -> None:
    assert not no_formula(payload).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))


@pytest.mark.parametrize("payload", [p for n, p in PAYLOADS.items() if n.startswith("mention")])
def test_in_a_chat_nobody_is_called_and_no_link_hides_its_target(payload: str) -> None:
    shown = inert(payload)
    assert not re.search(r"@(everyone|here|U)|<|>|\]\(", shown)
    assert MARK in shown
