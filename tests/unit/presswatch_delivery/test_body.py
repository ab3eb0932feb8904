from __future__ import annotations

import json
from typing import Any

import pytest

from presswatch_delivery.channels.body import BODY_LIMIT, webhook_body
from presswatch_shared.events import ArticleRef, MatchSpan
from tests.fixtures.alerts import alert_message


def test_the_body_has_the_agreed_fields() -> None:
    alert = alert_message(outlets=3)
    assert json.loads(webhook_body(alert)) == {
        "type": "alert.fired",
        "timestamp": "2026-09-21T14:13:20.000Z",
        "data": {
            "alert_id": alert.alert_id,
            "watch": {"id": "wat_1", "name": "Rostec", "query": "Rostec"},
            "article": {
                "id": "a1",
                "url": "https://norddeich-kurier.example/hafen",
                "title": "Rostec liefert Kräne",
                "source": "norddeich-kurier.example",
                "published_at": "2026-09-21T14:12:20.000Z",
                "lang": "de",
            },
            "snippet": "Der Konzern Rostec liefert Kräne.",
            "matches": [{"field": "title", "start": 0, "end": 6}, {"field": "body", "start": 12, "end": 18}],
            "clauses": [],
            "story": "s1",
            "outlets": 3,
            "held_back": 0,
        },
    }


def test_an_update_has_its_own_type() -> None:
    assert json.loads(webhook_body(alert_message(kind="updated")))["type"] == "alert.updated"


def article_with(**fields: Any) -> ArticleRef:
    values: dict[str, Any] = {
        "id": "a1",
        "version": 1,
        "url": "https://x.example/",
        "title": "t",
        "source": "x.example",
    }
    return ArticleRef(**(values | fields))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"snippet": "長" * 1_000_000}, id="a snippet without end"),
        pytest.param({"query": "\x00" * 4000, "watch_name": "\x00" * 4000}, id="control characters"),
        pytest.param({"matches": tuple(MatchSpan("body", n, n + 9) for n in range(100_000))}, id="matches without end"),
        pytest.param({"article": article_with(title="😀" * 100_000)}, id="a title without end"),
        pytest.param({"article": article_with(url="https://x.example/" + "é" * 100_000)}, id="a URL without end"),
        pytest.param({"snippet": "\ud800 half a character"}, id="a lone surrogate"),
    ],
)
def test_no_body_reaches_twenty_kilobytes(fields: dict[str, Any]) -> None:
    body = webhook_body(alert_message(**fields))
    assert len(body) < BODY_LIMIT
    assert json.loads(body)["data"]["story"] == "s1"


def test_the_same_alert_gives_the_same_bytes() -> None:
    assert webhook_body(alert_message(snippet="é" * 50_000)) == webhook_body(alert_message(snippet="é" * 50_000))
