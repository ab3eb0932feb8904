"""What the Helm chart promises, in what Helm makes of it. Helm comes with the tools of the real servers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
import pytest

from presswatch_cli.roles import ROLES
from presswatch_shared.settings import Settings
from presswatch_shared.topics import ARTICLES_ENRICHED, PAGES_FETCHED
from tests.deploy.chart import REFUSED, RENDERED, faults_of, refusal, rendered
from tests.deploy.programs import ROOT

pytestmark = pytest.mark.servers
Made = Mapping[str, Any]


@cache
def made(name: str) -> tuple[Made, ...]:
    return tuple(rendered(RENDERED[name]))


def of_kind(kind: str, name: str = "all on") -> dict[str, Made]:
    return {one["metadata"]["name"].removeprefix("news-"): one for one in made(name) if one["kind"] == kind}


def pods(name: str = "all on") -> Iterator[tuple[str, Made]]:
    for kind in ("Deployment", "Job"):
        yield from ((key, one["spec"]["template"]["spec"]) for key, one in of_kind(kind, name).items())


@pytest.mark.parametrize("name", RENDERED)
def test_kubernetes_and_the_operators_take_every_object(name: str) -> None:
    assert [fault for one in made(name) for fault in faults_of(one)] == []


def test_a_field_that_nobody_knows_is_a_fault() -> None:
    for kind in ("Deployment", "ScaledObject", "PodMonitor", "PrometheusRule"):
        one = next(iter(of_kind(kind).values()))
        assert list(faults_of({**one, "spec": {**one["spec"], "nonsense": 1}})), kind


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_values_are_refused_by_name(name: str) -> None:
    assert name in refusal(REFUSED[name])


def test_every_role_is_a_deployment_that_runs_it() -> None:
    deployments = of_kind("Deployment")
    assert set(deployments) == set(ROLES)
    for role, one in deployments.items():
        (container,) = one["spec"]["template"]["spec"]["containers"]
        assert container["args"] == [role]
        assert container["image"] == f"registry.example/news/presswatch/{role}:0.1.0"


@pytest.mark.parametrize("name", RENDERED)
def test_no_container_is_root_or_can_write_to_its_image(name: str) -> None:
    for _, pod in pods(name):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]


def test_every_setting_is_one_of_the_product_and_secrets_come_from_a_secret() -> None:
    secret = {key for key, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    for _, pod in pods():
        for variable in pod["containers"][0]["env"]:
            key = variable["name"].removeprefix("PRESSWATCH_").lower()
            assert key in Settings.model_fields
            assert ("value" not in variable) == (key in secret), key


def test_settings_of_a_service_reach_it_alone() -> None:
    given = {name: {one["name"] for one in pod["containers"][0]["env"]} for name, pod in pods("least")}
    assert "PRESSWATCH_CRAWLER_CONTACT" in given.pop("crawler")
    assert all("PRESSWATCH_CRAWLER_CONTACT" not in names for names in given.values())


def test_the_set_up_alone_has_the_key_with_more_rights() -> None:
    for name, pod in pods():
        (key,) = (one for one in pod["containers"][0]["env"] if one["name"] == "PRESSWATCH_INDEX_API_KEY")
        wanted = "index-setup-key" if name == "init" else "index-api-key"
        assert key["valueFrom"]["secretKeyRef"] == {"name": "presswatch", "key": wanted}


def test_every_key_of_the_guide_s_values_is_in_its_secret() -> None:
    guide = (ROOT / "docs" / "kubernetes.md").read_text()
    values = msgspec.yaml.decode(guide.partition("```yaml")[2].partition("```")[0])
    made_there = set(re.findall(r"--from-literal=([a-z-]+)=", guide))
    assert refusal(values) == ""
    assert {*values["secret"]["keys"].values(), *values["secret"]["initKeys"].values()} == made_there


def test_the_rules_are_those_of_prometheus() -> None:
    files = sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml"))
    groups = [group for path in files for group in msgspec.yaml.decode(path.read_text())["groups"]]
    (rule,) = of_kind("PrometheusRule").values()
    assert rule["spec"]["groups"] == groups
    assert rule["metadata"]["labels"]["release"] == "prometheus"


def test_metrics_come_by_the_job_that_the_rules_know() -> None:
    (monitor,) = of_kind("PodMonitor").values()
    labels = of_kind("Deployment")["crawler"]["spec"]["template"]["metadata"]["labels"]
    assert labels[monitor["spec"]["jobLabel"]] == "presswatch"
    assert [endpoint["port"] for endpoint in monitor["spec"]["podMetricsEndpoints"]] == ["metrics", "http"]


def test_lag_is_that_of_the_groups_and_topics_of_the_product() -> None:
    topics = {"enrichment": PAGES_FETCHED, "indexing": ARTICLES_ENRICHED, "alerting": ARTICLES_ENRICHED}
    scaled = of_kind("ScaledObject")
    assert set(scaled) == set(topics)
    for name, one in scaled.items():
        (trigger,) = one["spec"]["triggers"]
        assert trigger["metadata"]["bootstrapServers"] == "kafka.example:9093"
        assert trigger["metadata"]["consumerGroup"] == f"desk.{name}"
        assert trigger["metadata"]["topic"] == f"desk.{topics[name].name}"
        assert "replicas" not in of_kind("Deployment")[name]["spec"], "two would set the number of replicas"
    assert of_kind("Deployment")["web"]["spec"]["replicas"] == 1


def test_only_what_has_to_reach_the_internet_does_and_no_private_network_by_that_way() -> None:
    for name, policy in of_kind("NetworkPolicy").items():
        blocks = [to["ipBlock"] for rule in policy["spec"]["egress"] for to in rule.get("to", ())]
        world = [block for block in blocks if block["cidr"] in ("0.0.0.0/0", "::/0")]
        assert bool(world) == (name in ("crawler", "delivery", "web")), name
        for block in world:
            wanted = {"10.0.0.0/8", "169.254.0.0/16"} if "." in block["cidr"] else {"fc00::/7", "fe80::/10"}
            assert wanted <= set(block["except"])
    assert set(of_kind("NetworkPolicy")) == {*ROLES, "init"}


def test_a_service_of_one_replica_has_no_budget_that_would_block_a_node() -> None:
    assert set(of_kind("PodDisruptionBudget", "least")) == {"enrichment", "alerting"}
    assert not of_kind("PodDisruptionBudget", "nothing extra")
    assert not of_kind("NetworkPolicy", "nothing extra")


def test_the_set_up_runs_before_the_services_and_needs_no_account_of_the_release() -> None:
    (job,) = of_kind("Job").values()
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["serviceAccountName"] == "default"


def test_least_and_most_differ_in_what_they_say_they_do() -> None:
    kinds = {one["kind"] for one in made("all on")} - {one["kind"] for one in made("least")}
    assert kinds == {"Ingress", "PodMonitor", "PrometheusRule", "ScaledObject"}
