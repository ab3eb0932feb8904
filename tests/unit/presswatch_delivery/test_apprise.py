"""Apprise in a process of its own, against a real receiver on loopback."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from presswatch_delivery.channels.apprise import AppriseSender
from presswatch_delivery.outcome import Outcome
from presswatch_shared.clock import SystemClock
from tests.fixtures.alerts import alert_message
from tests.fixtures.deliveries import message_to
from tests.fixtures.receiver import Answer, receiver

PUBLIC = "https://watch.example"


@asynccontextmanager
async def sending(*schemes: str) -> AsyncIterator[AppriseSender]:
    sender = AppriseSender(schemes, public_url=PUBLIC, clock=SystemClock())
    try:
        yield sender
    finally:
        await sender.close()


async def test_a_message_goes_out_by_a_worker_and_this_process_never_imports_apprise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Another test of this process may have asked whether an address can be read.
    for name in [name for name in sys.modules if name.partition(".")[0] == "apprise"]:
        monkeypatch.delitem(sys.modules, name)
    alert = alert_message(snippet="@everyone <!channel> *Rostec*")
    async with receiver() as hooks, sending("json") as sender:
        address = f"json://127.0.0.1:{hooks.port}/in"
        good = await sender.send(message_to("json://…", alert, secret=address))
        hooks.answers["/in"] = Answer(status=500)
        bad = await sender.send(message_to("json://…", alert, secret=address))
    assert (good.outcome, bad.outcome) == (Outcome.DELIVERED, Outcome.REJECTED)
    assert "500" in bad.detail and str(hooks.port) not in bad.detail
    sent = json.loads(hooks.requests[0].body)
    assert sent["title"] == "Rostec: Rostec liefert Kräne"
    assert f"{PUBLIC}/inbox?watch=wat" in sent["message"].replace("\u200b", "")
    assert "@everyone" not in sent["message"] and "<!channel>" not in sent["message"]
    assert "apprise" not in sys.modules


async def test_a_service_that_is_no_longer_allowed_gets_nothing() -> None:
    async with receiver() as hooks, sending("slack") as sender:
        result = await sender.send(message_to("json://…", secret=f"json://127.0.0.1:{hooks.port}/in"))
    assert (result.outcome, hooks.requests) == (Outcome.BLOCKED, [])
    assert str(hooks.port) not in result.detail
