"""The rules of the test with a real Prometheus are the shipped ones, but for their durations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fixtures.quick_rules import divided

DEPLOY = Path(__file__).parents[3] / "deploy"
FILES = [*sorted((DEPLOY / "prometheus" / "rules").glob("*.yml")), DEPLOY / "alertmanager" / "alertmanager.yml"]
DURATION = re.compile(r"\b\d+(ms|s|m|h|d)\b")


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in FILES])
def test_only_durations_differ(path: Path) -> None:
    shipped = path.read_text(encoding="utf-8")
    assert divided(shipped, 120) != shipped
    assert DURATION.sub("…", divided(shipped, 120)) == DURATION.sub("…", shipped)


@pytest.mark.parametrize(
    ("shipped", "quick"),
    [
        pytest.param("expr: rate(x[10m]) > 5", "expr: rate(x[5000ms]) > 5", id="a window"),
        pytest.param("expr: rate(x[1m])", "expr: rate(x[3000ms])", id="a window holds three scrapes"),
        pytest.param("for: 1m", "for: 500ms", id="how long it has to hold"),
        pytest.param("expr: age > 120", "expr: age > 120", id="a threshold stays"),
        pytest.param("scrape_interval: 15s", "scrape_interval: 1000ms", id="once a second is often enough"),
    ],
)
def test_durations_are_divided(shipped: str, quick: str) -> None:
    assert divided(shipped, 120) == quick
