"""Runbooks: one an alert, and everything that they tell to type, set or look at is there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from presswatch_shared.metrics import Metrics
from presswatch_web.health import health_routes
from tests.fixtures.alert_rules import ALERTS
from tests.fixtures.told_commands import shell_commands

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "runbooks"
PAGES = sorted(FOLDER.glob("*.md"))
TOLD = [*PAGES, *(ROOT / "docs" / name for name in ("monitoring.md", "metrics.md", "operations.md"))]
COMPOSE: dict[str, Any] = msgspec.yaml.decode((ROOT / "docker-compose.yml").read_bytes())
OF_COMPOSE = {"ps", "logs", "top", "up", "exec", "restart"}
SYSTEM = {"df", "du", "sed", "curl", "docker", "cp", "chmod", "promtool", "amtool", "prometheus", "make"}


def named(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", [pytest.param(path, id=path.stem) for path in paths])


def test_there_is_a_page_for_each_alert_and_the_list_names_them_all() -> None:
    assert {path.stem for path in PAGES} == {*ALERTS, "README"}
    rows = re.findall(r"^\| (\w+) \| (critical|warning) \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert dict(rows) == {name: rule["labels"]["severity"] for name, rule in ALERTS.items()}


@named([path for path in PAGES if path.stem != "README"])
def test_a_page_says_what_it_means_what_to_look_at_and_what_to_do(page: Path) -> None:
    text = page.read_text()
    assert re.findall("^##? (.+)$", text, re.MULTILINE) == [
        page.stem,
        "What it means",
        "What to look at",
        "What to do",
    ]
    assert list(shell_commands(text))


@named(TOLD)
def test_every_other_command_is_of_the_system_or_asks_compose_for_a_service_of_ours(page: Path) -> None:
    for words in shell_commands(page.read_text()):
        if words[0] == "presswatch":
            continue
        assert words[0] in SYSTEM, words
        if words[0] == "docker":
            assert words[1] == "compose"
            after = [word for word in words[2:] if not word.startswith("-") and not word.isdigit()]
            assert OF_COMPOSE & set(after), words
            assert set(after) & {*COMPOSE["services"], "ops"} or after[0] in {"ps", "top", "up"}, words
        elif words[0] == "curl" and "127.0.0.1:9464" in words[-1]:
            paths = {route.path for route in health_routes({}, Metrics()).routes if hasattr(route, "path")}
            assert words[-1].partition(":9464")[2] in paths


def test_commands_of_the_system_are_there() -> None:
    assert [name for name in ("df", "du", "sed", "cp", "chmod") if shutil.which(name) is None] == []


@named(TOLD)
def test_dashboards_and_panels_named_are_there(page: Path) -> None:
    boards = [msgspec.json.decode(path.read_bytes()) for path in (ROOT / "deploy/grafana/dashboards").glob("*.json")]
    titles = {board["title"].removeprefix("Presswatch: ").capitalize() for board in boards}
    panels = {panel["title"] for board in boards for panel in board["panels"]}
    text = page.read_text()
    assert set(re.findall(r"dashboard \*(.+?)\*", text)) <= titles
    assert set(re.findall(r"panel \*(.+?)\*", text)) <= panels
