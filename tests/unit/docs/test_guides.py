"""The guides: figures that agree with each other and with the code, a guard and a proof for each threat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from presswatch_shared.store.migrate import HEAD

DOCS = Path(__file__).parents[3] / "docs"
OPERATIONS, SECURITY, MEASURED = (
    (DOCS / name).read_text(encoding="utf-8") for name in ("operations.md", "security.md", "measurements.md")
)
SERVICES = ("crawler", "enrichment", "indexing", "alerting", "delivery", "web")
DAY_SECONDS = 86_400
WAVES = 5
"""Busiest hour over average, over the share of a core that may be busy: 3 / 0.6."""


def table(page: str, first: str) -> Sequence[Sequence[str]]:
    """The rows below the head that begins with this cell."""
    found = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", page, re.MULTILINE)
    assert found, first
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines()]


def cpu_seconds() -> Mapping[str, Sequence[float]]:
    """For 1,000 pages: how it runs → each service and all of them."""
    rows = table(OPERATIONS, "CPU seconds per 1,000 pages")
    return {row[0]: [float(cell) for cell in row[1:]] for row in rows if row[1]}


def test_services_add_up() -> None:
    assert {how: round(sum(parts), 1) for how, (*parts, _) in cpu_seconds().items()} == {
        how: whole for how, (*_, whole) in cpu_seconds().items()
    }


def test_services_cost_what_was_measured() -> None:
    rows = table(MEASURED, "CPU seconds for 1,000 pages, peak memory")
    measured = [[float(cell.partition(",")[0]) for cell in row[1:]] for row in rows]
    assert [row[0].partition(",")[0].partition(" ")[0] for row in rows] == list(SERVICES)
    assert [list(parts) for *parts, _ in cpu_seconds().values()] == [
        list(column) for column in zip(*measured, strict=True)
    ]


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in table(OPERATIONS, "pages a day")])
def test_from_pages_a_day_to_cores(row: Sequence[str]) -> None:
    pages, a_second, busy, have = (float(re.sub(",|[^0-9.,].*", "", cell)) for cell in row[:4])
    whole = [float(line[-1]) for line in table(OPERATIONS, "CPU seconds per 1,000 pages")]
    assert a_second == pytest.approx(pages / DAY_SECONDS, rel=0.2)
    assert pages / 1000 * min(whole) / DAY_SECONDS * 0.9 <= busy <= pages / 1000 * max(whole) / DAY_SECONDS * 1.1
    assert have >= max(1, busy * WAVES * 0.95)


def test_each_threat_has_a_guard_and_a_test_that_shows_it() -> None:
    rows = [row for section in SECURITY.split("\n## ") if "| threat |" in section for row in table(section, "threat")]
    assert len(rows) > 20
    assert [threat for threat, _, shown in rows if "](../tests/" not in shown] == []
    guarded = re.compile(r"\]\(\.\./(?:shared|services)/|`presswatch |grammar")
    assert [threat for threat, guard, _ in rows if not guarded.search(guard)] == []


def test_what_is_not_guarded_is_told() -> None:
    assert len(re.findall(r"^- \*\*", SECURITY.partition("## What is not guarded")[2], re.MULTILINE)) > 5


def test_the_archive_that_is_shown_has_the_schema_of_today() -> None:
    assert re.findall(r'"schema": "(\d+)"', (DOCS / "moving.md").read_text(encoding="utf-8")) == [HEAD]
