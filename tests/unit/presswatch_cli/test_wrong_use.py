"""Wrong use of a command: one clear sentence, the right exit code, no traceback."""

from __future__ import annotations

import json
import os
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
        pytest.param(["source", "add", "http://localhost/"], b"", 2, "PRESSWATCH_ALLOW_NETWORKS", id="this machine"),
        pytest.param(["watch", "add", "fish", "--webhook", "http://127.0.0.1/"], b"", 2, "ALLOW_NETWORKS", id="hook"),
        pytest.param(["explain", "wat_1"], b"", 2, "name an article", id="a watch without an article"),
        pytest.param(["extract", "-"], b"\x00\x01", 1, "no article", id="a page that is none"),
        pytest.param(["dlq", "replay"], b"", 2, "--all", id="nothing named"),
        pytest.param(["deliveries", "show", "abc"], b"", 2, "'abc' is no number of a delivery", id="no number"),
        pytest.param(["deliveries", "list", "--channel", "chn_0"], b"", 2, "there is no channel 'chn_0'", id="channel"),
        pytest.param(["search", "fish", "--lang", "english"], b"", 2, "no code of a language", id="language"),
        pytest.param(["search", "fish", "--country", "DEU"], b"", 2, "no code of a country", id="country"),
    ],
)
def test_wrong_use_is_one_sentence(tmp_path: Path, arguments: list[str], stdin: bytes, code: int, words: str) -> None:
    ended = presswatch(tmp_path, *arguments, stdin=stdin)
    said = ended.stderr.decode()
    assert ended.returncode == code, said
    assert words in said
    assert "Traceback" not in said


def test_a_reader_that_leaves_is_no_failure(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    environment = {"PYTHONPATH": ":".join(sys.path), "PRESSWATCH_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = [*COMMAND, "watch", "analyse", "Fish and chips"]
    try:
        ended = subprocess.run(command, env=environment, stdout=writing, stderr=subprocess.PIPE, timeout=60)
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_new_data_folder_is_said_once_since_its_name_may_be_mistyped(tmp_path: Path) -> None:
    said = [presswatch(tmp_path / "new", "watch", "list").stderr.decode() for _ in range(2)]
    assert said == [f"presswatch: {tmp_path / 'new'} is a new data folder\n", ""]


def test_the_same_watch_made_twice_is_said(tmp_path: Path) -> None:
    first, second = (presswatch(tmp_path, "watch", "add", "Kapelmer") for _ in range(2))
    assert b"is the same watch" not in first.stderr
    assert f"{first.stdout.decode().strip()} is the same watch" in second.stderr.decode()


def test_tokens_are_listed_without_their_secrets(tmp_path: Path) -> None:
    assert b"no tokens" in presswatch(tmp_path, "admin", "token", "list").stderr
    presswatch(tmp_path, "admin", "token", "add", "wall screen", "--scope", "read", "--scope", "metrics")
    row = presswatch(tmp_path, "admin", "token", "list").stdout.decode().rstrip("\n").split("\t")
    assert row[1:3] == ["wall screen", "read metrics"]
    assert (row[3], row[5]) == ("", "")


def test_a_page_without_an_address_gets_none(tmp_path: Path) -> None:
    page = b"<html lang=en><title>Fish</title><article><h1>Fish</h1><p>" + b"The boats are back. " * 40 + b"</p>"
    found = json.loads(presswatch(tmp_path, "extract", "-", "--json", stdin=page).stdout)
    assert (found["url"], found["canonical_url"], found["outcome"]) == ("", "", "article")


def test_rows_in_a_pipe_are_whole_and_parted_by_tabs(tmp_path: Path) -> None:
    added = presswatch(tmp_path, "source", "add", "https://herald.example/a/rather/long/address/of/a/feed.xml")
    listed = presswatch(tmp_path, "source", "list").stdout.decode().splitlines()
    assert len(listed) == 1
    row = listed[0].split("\t")
    assert row[0] == added.stdout.decode().strip()
    assert row[-1] == "https://herald.example/a/rather/long/address/of/a/feed.xml"


def test_a_role_that_is_none_is_said_before_a_password_is_asked_for(tmp_path: Path) -> None:
    ended = presswatch(tmp_path, "admin", "user", "add", "ana", "--role", "king")
    assert (ended.returncode, b"no role" in ended.stderr) == (2, True)


def test_without_a_terminal_a_password_comes_on_standard_input(tmp_path: Path) -> None:
    ended = presswatch(tmp_path, "admin", "user", "add", "ana", stdin=b"a long enough one\n")
    assert (ended.returncode, b"--password-stdin" in ended.stderr) == (2, True)
    assert presswatch(tmp_path, "admin", "user", "add", "ana", "--password-stdin", stdin=b"a long enough one\n").stdout


def test_a_snooze_into_the_past_is_refused(tmp_path: Path) -> None:
    watch = presswatch(tmp_path, "watch", "add", "Kapelmer").stdout.decode().strip()
    ended = presswatch(tmp_path, "watch", "snooze", watch, "2020-01-01")
    assert (ended.returncode, b"lies in the past" in ended.stderr) == (2, True)


def test_a_file_that_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("url\n")
    ended = presswatch(tmp_path / "data", "admin", "import", str(tmp_path / "s.csv"))
    assert (ended.returncode, b"is no archive of Presswatch" in ended.stderr) == (2, True)


def test_without_apprise_its_extra_is_named(tmp_path: Path) -> None:
    watch = presswatch(tmp_path, "watch", "add", "herring").stdout.decode().strip()
    without = "import sys; sys.modules['apprise'] = None; from presswatch_cli.main import main; main()"
    arguments = ("watch", "channel", "add", watch, "--apprise", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/")
    environment = {"PYTHONPATH": ":".join(sys.path), "PRESSWATCH_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    ended = subprocess.run(
        [sys.executable, "-c", without, *arguments], env=environment, capture_output=True, timeout=60
    )
    assert ended.returncode == 2
    assert "pip install 'presswatch[apprise]'" in ended.stderr.decode()


def test_topics_without_a_broker_say_one_sentence_and_nothing_of_the_driver(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": ":".join(sys.path), "PRESSWATCH_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    no_broker = environment | {"PRESSWATCH_STREAM": "kafka://127.0.0.1:1"}
    ended = subprocess.run([*COMMAND, "admin", "topics"], env=no_broker, capture_output=True, timeout=60)
    said = ended.stderr.decode().splitlines()
    assert ended.returncode == 3
    assert said == ["presswatch: Kafka at 127.0.0.1:1 cannot be reached: start it, or mend PRESSWATCH_STREAM"]


@pytest.mark.parametrize("query", ["-Caracas", "-5", "-hello AND x"])
def test_a_query_that_begins_with_a_minus_is_checked_and_not_taken_for_an_option(tmp_path: Path, query: str) -> None:
    run = presswatch(tmp_path, "watch", "check", query)
    assert run.returncode == 1
    assert json.loads(run.stdout)["errors"][0]["code"] == "minus"
    tokens = json.loads(presswatch(tmp_path, "watch", "analyse", query).stdout)["tokens"]
    assert tokens[0]["start"] == 1
