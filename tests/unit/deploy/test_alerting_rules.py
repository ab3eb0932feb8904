"""The rules of Prometheus and the routes of Alertmanager, beyond what promtool and amtool see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from presswatch_cli.roles import ROLES
from tests.fixtures.alert_rules import ALERTS, PROMETHEUS, RECORDS, faults, labels_of_query, series_of

ROOT = Path(__file__).parents[3]
ALERTMANAGER = ROOT / "deploy" / "alertmanager"
CASES: list[dict[str, Any]] = [
    case
    for path in sorted((PROMETHEUS / "tests").glob("*.yml"))
    for test in msgspec.yaml.decode(path.read_bytes())["tests"]
    for case in test["alert_rule_test"]
]


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.yaml.decode(path.read_bytes())
    return found


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_has_a_test_in_which_it_fires_and_one_in_which_it_does_not(name: str) -> None:
    expected = [bool(case["exp_alerts"]) for case in CASES if case["alertname"] == name]
    assert {True, False} == set(expected)


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_says_what_is_wrong_how_bad_it_is_and_where_help_is(name: str) -> None:
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    assert rule["annotations"]["runbook_url"] == f"docs/runbooks/{name}.md"
    assert (ROOT / rule["annotations"]["runbook_url"]).is_file()
    told = set(re.findall(r"\$labels\.(\w+)", "".join(rule["annotations"].values())))
    assert told <= labels_of_query(rule["expr"])


def test_the_page_on_monitoring_knows_how_many_alerts_there_are() -> None:
    assert f"{len(ALERTS)} alerts say when somebody has to look" in (ROOT / "docs" / "monitoring.md").read_text()


@pytest.mark.parametrize("name", [*ALERTS, *RECORDS])
def test_every_rule_asks_for_series_and_labels_that_there_are(name: str) -> None:
    assert faults({**ALERTS, **RECORDS}[name]["expr"]) == []


def test_a_query_for_what_there_is_not_is_found_out() -> None:
    assert faults("sum by (watch) (presswatch_alerts_total{title='x'}) + presswatch_nothing") == [
        "no series presswatch_nothing",
        "presswatch_alerts_total has no label title",
        "no series of it has a label watch",
    ]


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_named_level_metric_operation(name: str) -> None:
    level, metric, operation = name.split(":")
    assert level in {"stage", "channel", "installation"}
    assert metric.startswith("presswatch_")
    assert re.fullmatch(r"(max|min|(ratio_|p95_)?rate\d+[mh]|increase\d+h)", operation)


def test_records_that_no_alert_reads_are_read_by_a_dashboard() -> None:
    dashboards = "".join(path.read_text() for path in (ROOT / "deploy/grafana/dashboards").glob("*.json"))
    read_by_alerts = {series for rule in ALERTS.values() for series in series_of(rule["expr"])}
    assert [name for name in RECORDS if name not in read_by_alerts and name not in dashboards] == []


def test_both_configs_read_the_same_rules_and_name_a_service_for_every_target() -> None:
    for name in ("prometheus.yml", "one-process.yml"):
        config = read(PROMETHEUS / name)
        assert config["rule_files"] == ["rules/*.yml"]
        for job in config["scrape_configs"]:
            if job["job_name"] != "prometheus":
                relabelled = [rule["target_label"] for rule in job.get("relabel_configs", ())]
                labels = [label for group in job.get("static_configs", ()) for label in group["labels"]]
                assert "service" in [*relabelled, *labels]
    jobs = {job["job_name"]: job for job in read(PROMETHEUS / "prometheus.yml")["scrape_configs"]}
    asked = jobs["presswatch"]["dns_sd_configs"][0]
    assert {*asked["names"], "web"} == set(ROLES)
    assert asked["port"] == 9464
    assert jobs["presswatch-web"]["static_configs"][0]["targets"] == ["web:8080"]


def test_the_example_with_receivers_has_the_same_routes() -> None:
    plain, example = read(ALERTMANAGER / "alertmanager.yml"), read(ALERTMANAGER / "receivers.example.yml")
    assert (plain["route"], plain["inhibit_rules"]) == (example["route"], example["inhibit_rules"])
    assert {one["name"] for one in plain["receivers"]} == {one["name"] for one in example["receivers"]}


def test_secrets_of_receivers_stand_in_files() -> None:
    example = (ALERTMANAGER / "receivers.example.yml").read_text()
    secret = re.findall(r"(\w*(?:password|token|credentials|secret)\w*): *(\S+)", example)
    assert {key for key, _ in secret} == {"smtp_auth_password_file", "credentials_file"}
    assert all(value.startswith("/etc/alertmanager/") for _, value in secret)


def test_inhibitions_name_alerts_that_there_are() -> None:
    for rule in read(ALERTMANAGER / "alertmanager.yml")["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            label, is_pattern, value = re.fullmatch(r'(\w+)=(~?)"(.*)"', matcher).groups()  # type: ignore[union-attr]  # else it fails
            if label == "alertname":
                patterns = value.split("|") if is_pattern else [value]
                assert all(any(re.fullmatch(pattern, name) for name in ALERTS) for pattern in patterns), matcher
