from __future__ import annotations

from pathlib import Path

import pytest

from presswatch_cli.load_settings import load_settings
from presswatch_shared.durations import format_duration, parse_duration
from presswatch_shared.errors import BadInput


def test_without_anything_set_the_defaults_of_the_table_hold() -> None:
    loaded = load_settings({})
    assert str(loaded.settings.bind) == "127.0.0.1:8080"
    assert {origin for _, _, origin, _ in loaded.rows()} == {"default"}


def test_the_environment_wins_over_the_file_and_each_value_knows_its_origin(tmp_path: Path) -> None:
    config = tmp_path / "presswatch.toml"
    config.write_text('bind = "127.0.0.1:1"\nallow_ports = [80, 8081]\n[crawler]\nhost_delay = "7s"\n')
    loaded = load_settings({"PRESSWATCH_BIND": "[::1]:2"}, config)
    rows = {name: (value, origin) for name, value, origin, _ in loaded.rows()}
    assert rows["PRESSWATCH_BIND"] == ("[::1]:2", "environment")
    assert rows["PRESSWATCH_ALLOW_PORTS"] == ("80,8081", str(config))
    assert rows["PRESSWATCH_CRAWLER_HOST_DELAY"] == ("7s", str(config))
    assert loaded.settings.crawler_host_delay == 7.0


def test_a_value_can_come_from_a_file_that_a_variable_names(tmp_path: Path) -> None:
    secret = tmp_path / "store-address"
    secret.write_text("postgresql://ann:hunter2@db/news\n")
    loaded = load_settings({"PRESSWATCH_STORE_FILE": str(secret)})
    assert loaded.settings.store == "postgresql://ann:hunter2@db/news"
    shown = {name: value for name, value, _, _ in loaded.rows()}["PRESSWATCH_STORE"]
    assert "hunter2" not in shown and shown.endswith("@db/news")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        pytest.param({"PRESSWATCH_BNID": "x"}, ["PRESSWATCH_BNID", "PRESSWATCH_BIND"], id="misspelt name"),
        pytest.param({"PRESSWATCH_ZZZZ": "x"}, ["PRESSWATCH_ZZZZ", "presswatch config"], id="unknown name"),
        pytest.param({"PRESSWATCH_BIND": "8080"}, ["PRESSWATCH_BIND", "127.0.0.1:8080"], id="address without host"),
        pytest.param({"PRESSWATCH_BIND": "a:99999"}, ["PRESSWATCH_BIND", "HOST:PORT"], id="port too large"),
        pytest.param({"PRESSWATCH_ALLOW_NETWORKS": "10.0.0.1/8"}, ["ALLOW_NETWORKS", "CIDR"], id="host bits set"),
        pytest.param({"PRESSWATCH_ALLOW_PORTS": "80;443"}, ["ALLOW_PORTS", "80,443"], id="wrong separator"),
        pytest.param({"PRESSWATCH_CRAWLER_HOST_DELAY": "5"}, ["HOST_DELAY", "'5'", "5s"], id="no unit"),
        pytest.param({"PRESSWATCH_CRAWLER_CONCURRENCY": "0"}, ["CONCURRENCY", "1"], id="too small"),
        pytest.param({"PRESSWATCH_STREAM": "nats://x"}, ["PRESSWATCH_STREAM", "kafka://", "sqlite"], id="other stream"),
        pytest.param({"PRESSWATCH_STREAM": "kafka://u:geheim@x:y"}, ["PRESSWATCH_STREAM", "'x:y'"], id="no port"),
        pytest.param({"PRESSWATCH_STREAM_HOST": "flink"}, ["PRESSWATCH_STREAM_HOST", "flink"], id="other host"),
        pytest.param({"PRESSWATCH_STORE": "mysql://x"}, ["PRESSWATCH_STORE", "postgresql://"], id="other database"),
        pytest.param({"PRESSWATCH_STORE_FILE": "/nowhere"}, ["PRESSWATCH_STORE_FILE", "/nowhere"], id="missing file"),
        pytest.param({"PRESSWATCH_LOG_LEVEL": "loud"}, ["PRESSWATCH_LOG_LEVEL", "loud"], id="not a level"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_name_and_what_would(
    environment: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(BadInput) as refused:
        load_settings(environment)
    assert all(word in str(refused.value) for word in words), str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_configuration_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    config = tmp_path / "broken.toml"
    config.write_text("bind = ")
    with pytest.raises(BadInput, match=r"broken\.toml"):
        load_settings({}, config)


@pytest.mark.parametrize("text", ["0", "500ms", "5s", "5m", "24h", "3d", "30d", "90s"])
def test_a_duration_reads_back_as_written(text: str) -> None:
    assert parse_duration(format_duration(parse_duration(text))) == parse_duration(text)


@pytest.mark.parametrize("text", ["", "5", "s", "-5s", "5 s x", "1e9s", "٥s", "5S5"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no duration"):
        parse_duration(text)
