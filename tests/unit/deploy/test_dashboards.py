"""Grafana's dashboards: made by their program, and every query asks for what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from presswatch_shared.metrics import Metrics
from tests.fixtures.alert_rules import RECORDS, faults, labels_of_query, series_of
from tools.make_dashboards import DASHBOARDS, FOLDER, rendered

ROOT = Path(__file__).parents[3]
QUERIES = [
    pytest.param(query, legend, id=f"{name}: {panel.title} {number}")
    for name, panels in DASHBOARDS.items()
    for panel in panels
    for number, (query, legend) in enumerate(panel.queries)
]


@pytest.mark.parametrize("name", DASHBOARDS)
def test_the_file_is_what_the_program_makes(name: str) -> None:
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == rendered(name), "python tools/make_dashboards.py"


def test_there_is_no_other_dashboard() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(DASHBOARDS)


@pytest.mark.parametrize(("query", "legend"), QUERIES)
def test_every_query_parses_and_asks_for_series_and_labels_that_there_are(query: str, legend: str) -> None:
    assert faults(query) == []
    assert set(re.findall(r"\{\{(\w+)\}\}", legend)) <= labels_of_query(query)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_panels_have_titles_of_their_own_and_do_not_overlap(name: str) -> None:
    panels: list[dict[str, Any]] = json.loads(rendered(name))["panels"]
    assert len({panel["title"] for panel in panels}) == len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (column, row)
        for panel in panels
        for column in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for row in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(taken)) == len(taken)
    assert max(column for column, _ in taken) < 24


def test_every_metric_of_the_catalogue_is_looked_at_by_a_dashboard() -> None:
    asked = {
        series
        for panels in DASHBOARDS.values()
        for panel in panels
        for query, _ in panel.queries
        for series in series_of(query)
    }
    asked |= {series for name in asked & set(RECORDS) for series in series_of(RECORDS[name]["expr"])}
    unseen = {one.name for one in Metrics().described if not asked & set(one.series)}
    assert unseen == {
        "presswatch_messages_in_progress",
        "presswatch_messages_produced",
        "presswatch_searches",
        "presswatch_http_request_duration_seconds",
        "presswatch_completeness_checked_timestamp_seconds",
    }


def test_provisioning_leads_to_the_dashboards_and_to_the_source_that_they_ask() -> None:
    folder = ROOT / "deploy" / "grafana" / "provisioning"
    (source,) = msgspec.yaml.decode((folder / "datasources" / "prometheus.yml").read_bytes())["datasources"]
    (provider,) = msgspec.yaml.decode((folder / "dashboards" / "presswatch.yml").read_bytes())["providers"]
    used = {
        target["datasource"]["uid"]
        for name in DASHBOARDS
        for panel in json.loads(rendered(name))["panels"]
        for target in panel["targets"]
    }
    assert used == {source["uid"]}
    compose = msgspec.yaml.decode((ROOT / "docker-compose.yml").read_bytes())
    mounted = [volume.split(":") for volume in compose["services"]["grafana"]["volumes"]]
    assert provider["options"]["path"] in {parts[1] for parts in mounted if parts[0] == "./deploy/grafana/dashboards"}
