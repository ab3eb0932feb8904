"""Runbooks: one an alert; what they look at in containers, at a service and on dashboards is there.

That their commands, settings, metrics and links are, `test_pages.py` sees for all pages.
"""

from __future__ import annotations

import re
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
OF_COMPOSE = {"ps", "logs", "top", "up", "exec", "restart", "pull", "stop"}


def named(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", [pytest.param(path, id=path.stem) for path in paths])


def test_there_is_a_page_for_each_alert_and_the_list_names_them_all() -> None:
    assert {path.stem for path in PAGES} == {*ALERTS, "README"}
    rows = re.findall(r"^\| (\w+) \| (critical|warning) \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert dict(rows) == {name: rule["labels"]["severity"] for name, rule in ALERTS.items()}


@named([path for path in PAGES if path.stem != "README"])
def test_a_page_says_what_it_means_what_to_look_at_and_what_to_do(page: Path) -> None:
    text = page.read_text()
    headings = re.findall("^##? (.+)$", text, re.MULTILINE)
    assert headings == [page.stem, "What it means", "What to look at", "What to do"]
    assert list(shell_commands(text))


@named(TOLD)
def test_containers_asked_for_are_services_of_the_compose_file(page: Path) -> None:
    for words in shell_commands(page.read_text()):
        if words[0] == "docker":
            assert words[1] == "compose"
            after = [word for word in words[2:] if not word.startswith("-") and not word.isdigit() and word != "ops"]
            assert after[0] in OF_COMPOSE, words
            assert after[1:2] == [] or after[1] in COMPOSE["services"], words


@named(TOLD)
def test_addresses_of_a_service_are_routes_of_it(page: Path) -> None:
    paths = {getattr(route, "path", "") for route in health_routes({}, Metrics()).routes}
    assert set(re.findall(r"127\.0\.0\.1:9464(/\w*)", page.read_text())) <= paths


@named(TOLD)
def test_dashboards_and_panels_named_are_there(page: Path) -> None:
    boards = [msgspec.json.decode(path.read_bytes()) for path in (ROOT / "deploy/grafana/dashboards").glob("*.json")]
    titles = {board["title"].removeprefix("Presswatch: ").capitalize() for board in boards}
    panels = {panel["title"] for board in boards for panel in board["panels"]}
    text = page.read_text()
    assert set(re.findall(r"dashboard \*(.+?)\*", text)) <= titles
    assert set(re.findall(r"panel \*(.+?)\*", text)) <= panels
