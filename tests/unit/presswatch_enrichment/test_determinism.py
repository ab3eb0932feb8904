"""The same page gives the same bytes in any process: whatever the order of hashes, the locale and the time zone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
from presswatch_enrichment.transform import HandOver, transform
import msgspec
from tests.fixtures.saved_pages import saved_page
for name in ("harbour_lantern", "cerro_azul", "severny_mayak", "index", "paywall"):
    found = msgspec.structs.replace(transform(saved_page(name)), seconds=0.0)
    sys.stdout.buffer.write(msgspec.json.encode(found) + b"\\n")
"""
SURROUNDINGS = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
]


@pytest.fixture(scope="module")
def printed() -> list[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROGRAM]
    return [
        subprocess.run(command, env=environment | around, capture_output=True, check=True).stdout
        for around in SURROUNDINGS
    ]


def test_the_same_page_gives_the_same_bytes_in_any_process(printed: list[bytes]) -> None:
    assert len(printed[0].splitlines()) == 5
    assert printed[0] == printed[1]
