"""What the compose file promises, beyond being one: no root, no unset secret, no unknown setting, nothing unbounded."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from presswatch_cli.roles import ROLES
from presswatch_shared.settings import Settings

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docker-compose.yml").read_text()
FILE: dict[str, Any] = msgspec.yaml.decode(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("presswatch/")}
ONE_SHOT = ("init", "index-key", "kibana-token", "kibana-objects")
SECRETS = ("POSTGRES_PASSWORD", "ELASTIC_PASSWORD", "PRESSWATCH_SECRET_KEY")
OF_A_PROFILE = ("GRAFANA_PASSWORD",)
# By the containers themselves, and what needs a file or a package that the images do not have.
FIXED = """
    APPRISE_SCHEMES BIND DATA ENRICHMENT_MODELS ENRICHMENT_SITE_MEMORY INDEX INDEX_API_KEY INDEX_CA INDEX_PREFIX
    KIBANA_API_KEY KIBANA_CA KIBANA_SPACE LOGIN METRICS_BIND SMTP_CA STORE STORE_PASSWORD STREAM STREAM_MEMBER
    STREAM_PASSWORD STREAM_PREFIX STREAM_REPLICAS
"""


def test_every_role_of_the_product_is_a_service_that_runs_it() -> None:
    assert set(OURS) - set(ONE_SHOT) == set(ROLES)
    for name in ROLES:
        assert OURS[name]["command"] == [name]
        assert OURS[name]["build"]["args"]["SERVICE"] == name
        assert OURS[name]["healthcheck"]["test"] == ["CMD", "presswatch", "healthcheck", name]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_are_not_root_and_can_write_to_their_data_alone(name: str) -> None:
    service = OURS[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["volumes"] == ["/data", "index-key:/run/presswatch:ro"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_bounded_and_gives_up_its_capabilities(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}
    assert service["mem_limit"] and service["pids_limit"]
    assert service["restart"] == ("no" if name in ONE_SHOT else "unless-stopped")


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in ONE_SHOT])
def test_every_container_that_stays_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_has_a_tag_of_one_version(name: str) -> None:
    tag = SERVICES[name]["image"].partition(":")[2]
    assert re.search(r"\d+\.\d+", tag), tag
    assert "latest" not in tag


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_published_on_loopback_alone(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", ()))


@pytest.mark.parametrize("name", ROLES)
def test_our_services_wait_for_the_set_up_and_it_for_the_servers(name: str) -> None:
    assert OURS[name]["depends_on"] == {"init": {"condition": "service_completed_successfully"}}
    healthy = {"condition": "service_healthy"}
    done = {"index-key": {"condition": "service_completed_successfully"}}
    assert OURS["init"]["depends_on"] == dict.fromkeys(("kafka", "postgresql", "elasticsearch"), healthy) | done


@pytest.mark.parametrize("name", OURS)
def test_every_setting_that_is_given_is_one_of_the_product(name: str) -> None:
    given = {key.removeprefix("PRESSWATCH_").removesuffix("_FILE").lower() for key in OURS[name]["environment"]}
    assert given <= set(Settings.model_fields)


def test_every_setting_that_the_file_does_not_fix_is_taken_from_the_environment_file() -> None:
    given = [item for service in OURS.values() for item in service["environment"].items()]
    taken = {name for name, value in given if value is None or str(value).startswith(f"${{{name}:")}
    left = {name.upper() for name in Settings.model_fields} - {name.removeprefix("PRESSWATCH_") for name in taken}
    assert left == set(FIXED.split())


@pytest.mark.parametrize(
    ("password", "said"),
    [pytest.param("", "set GRAFANA_PASSWORD in .env\n", id="none"), pytest.param("s", "", id="one")],
)
def test_grafana_starts_with_a_password_of_ones_own_alone(password: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(password)
    (command,) = SERVICES["grafana"]["command"]
    script = command.replace("$$", "$").replace("exec /run.sh", "exec true")
    environment = {"GF_SECURITY_ADMIN_PASSWORD__FILE": str(tmp_path / "secret"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1 if said else 0, said)


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_starts_without_a_secret_that_is_needed(secret: str) -> None:
    uses = re.findall(rf"\$\{{{secret}([^}}]*)\}}", TEXT.replace("$$", ""))
    assert uses
    assert all(use.startswith(":?") for use in uses), uses


@pytest.mark.parametrize("name", ROLES)
def test_no_service_that_stays_knows_the_superuser_of_elasticsearch(name: str) -> None:
    given = OURS[name]["environment"]
    assert "ELASTIC_PASSWORD" not in str(given)
    assert given["PRESSWATCH_INDEX_API_KEY_FILE"] == SERVICES["index-key"]["command"][1]
    assert SERVICES["kibana"]["environment"] == {"ELASTICSEARCH_HOSTS": given["PRESSWATCH_INDEX"]}


def test_no_password_stands_in_the_file() -> None:
    for name, service in SERVICES.items():
        for key, value in (service.get("environment") or {}).items():
            if re.search("PASSWORD|SECRET|KEY", key) and not key.endswith("_FILE"):
                assert re.fullmatch(r"\$\{[A-Z_]+:[?-][^}]*\}", str(value)), (name, key)


def test_the_example_of_the_environment_names_all_that_has_to_be_filled_in() -> None:
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert named >= set(re.findall(r"\$\{([A-Z_]+):\?", TEXT)) | set(OF_A_PROFILE)


def test_every_service_has_the_extra_that_its_image_is_built_with() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(ROLES) | {"scaled"} <= set(extras)
