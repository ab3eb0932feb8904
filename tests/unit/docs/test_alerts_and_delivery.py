"""The example of docs/alerts-and-delivery.md accepts what we sign, and nothing else."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from presswatch_delivery.channels.signature import signed_headers
from presswatch_shared.webhooks import new_secret
from tests.fixtures.deliveries import SECRET

PAGE = Path(__file__).parents[3] / "docs" / "alerts-and-delivery.md"
BODY = b'{"type": "alert.fired"}'
Check = Callable[[str, dict[str, str], bytes], bool]


@pytest.fixture
def is_genuine() -> Check:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)
    return cast(Check, names["is_genuine"])


def signed(*secrets: str, age: int = 0) -> dict[str, str]:
    return signed_headers(message_id="msg_1", seconds=int(time.time()) - age, body=BODY, secrets=secrets)


def test_it_accepts_a_signature_of_ours_also_among_several(is_genuine: Check) -> None:
    assert is_genuine(SECRET, signed(SECRET), BODY)
    assert is_genuine(SECRET, signed(new_secret(), SECRET), BODY)


def test_it_refuses_another_secret_another_body_and_an_old_message(is_genuine: Check) -> None:
    assert not is_genuine(SECRET, signed(new_secret()), BODY)
    assert not is_genuine(SECRET, signed(SECRET), BODY + b" ")
    assert not is_genuine(SECRET, signed(SECRET, age=301), BODY)
