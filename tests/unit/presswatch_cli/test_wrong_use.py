"""Wrong use of a command: one clear sentence, the right exit code, no traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-m", "presswatch_cli.main")


def presswatch(data: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {"PYTHONPATH": ":".join(sys.path), "PRESSWATCH_DATA": str(data), "PATH": "/usr/bin:/bin"}
    return subprocess.run([*COMMAND, *arguments], env=environment, input=stdin, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "words"),
    [
        pytest.param(["watch", "import", "-"], b"\xff\xfe\x00binary", 2, "line 1 is no UTF-8", id="binary watches"),
        pytest.param(["extract", "--jsonl"], b"{}\n\xff\xfe", 2, "line 1", id="a line without an id"),
        pytest.param(["enrich"], b"\x80\x81", 2, "no UTF-8", id="binary pages"),
        pytest.param(["source", "import", "/nowhere"], b"", 2, "No such file", id="a list that is not there"),
        pytest.param(["source", "add", "http://herald.example:81/"], b"", 2, "PRESSWATCH_ALLOW_PORTS", id="port"),
        pytest.param(["source", "add", "http://10.0.0.1/"], b"", 2, "PRESSWATCH_ALLOW_NETWORKS", id="own network"),
        pytest.param(["watch", "add", "fish", "--webhook", "http://127.0.0.1/"], b"", 2, "ALLOW_NETWORKS", id="hook"),
        pytest.param(["explain", "wat_1"], b"", 2, "name an article", id="a watch without an article"),
        pytest.param(["extract", "-"], b"\x00\x01", 1, "no article", id="a page that is none"),
        pytest.param(["dlq", "replay"], b"", 2, "--all", id="nothing named"),
    ],
)
def test_wrong_use_is_one_sentence(tmp_path: Path, arguments: list[str], stdin: bytes, code: int, words: str) -> None:
    ended = presswatch(tmp_path, *arguments, stdin=stdin)
    said = ended.stderr.decode()
    assert ended.returncode == code, said
    assert words in said
    assert "Traceback" not in said


def test_rows_in_a_pipe_are_whole_and_parted_by_tabs(tmp_path: Path) -> None:
    added = presswatch(tmp_path, "source", "add", "https://herald.example/a/rather/long/address/of/a/feed.xml")
    listed = presswatch(tmp_path, "source", "list").stdout.decode().splitlines()
    assert len(listed) == 1
    row = listed[0].split("\t")
    assert row[0] == added.stdout.decode().strip()
    assert row[-1] == "https://herald.example/a/rather/long/address/of/a/feed.xml"
