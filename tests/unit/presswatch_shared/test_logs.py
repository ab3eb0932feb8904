from __future__ import annotations

import json
import re

import pytest
import structlog

from presswatch_shared.logs import configure, get_logger, redact
from tests.fixtures.hostile_text import PAYLOADS

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        pytest.param("secret", "whatever", "whatever", id="by its name"),
        pytest.param("smtp_password", "hunter2", "hunter2", id="by a part of its name"),
        pytest.param("url", "postgresql://ann:hunter2@db/news", "hunter2", id="user name and password in a URL"),
        pytest.param("text", "signed with whsec_MfKQ9r8GKYqr", "whsec_MfKQ", id="webhook secret inside a sentence"),
        pytest.param("header", "Bearer abc.def-ghi", "abc.def", id="bearer token"),
        pytest.param("url", "https://x.example/hook?token=abc123&a=1", "abc123", id="token in a query string"),
        pytest.param("key", "pwk_0123456789abcdef", "0123456789", id="API key"),
    ],
)
def test_secrets_never_reach_the_log(name: str, value: str, hidden: str) -> None:
    assert hidden not in str(redact(None, "", {name: value})[name])


@pytest.mark.parametrize("value", ["https://x.example/a?page=2", "Rostec’s chief said so", "ann@example.org wrote"])
def test_what_is_no_secret_stays_as_it_is(value: str) -> None:
    assert redact(None, "", {"text": value})["text"] == value


def test_control_and_bidi_characters_of_foreign_text_are_shown_as_codes() -> None:
    shown = redact(None, "", {"title": "a\x1b[31m\u202eb\r\n{forged line}"})["title"]
    assert shown == "a\\u001b[31m\\u202eb\\u000d\n{forged line}"


def test_hostile_text_is_one_line_of_json_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", json_lines=True)
    try:
        for text in PAYLOADS.values():
            get_logger("web").info("article seen", title=text[:2000], source=text[:100])
    finally:
        structlog.reset_defaults()
    lines = capsys.readouterr().err.rstrip("\n").split("\n")
    assert len(lines) == len(PAYLOADS)
    for line in lines:
        assert {"title", "source", "event", "level", "component", "timestamp"} == set(json.loads(line))
        assert not CONTROL.search(line)
