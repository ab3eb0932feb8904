"""`python -m tests.deploy.check`: the tools that the deployment is made for read all of it.

No Docker daemon is needed. A tool that is not installed is named as left out; where `PRESSWATCH_TEST_TOOLS` is
`required`, that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

from tests.deploy.chart import check_chart
from tests.deploy.dashboards import check_dashboards
from tests.deploy.monitoring import check_alertmanager, check_prometheus
from tests.deploy.programs import beside_python, fails, left_out

__all__ = ["CHECKS", "compose", "hadolint", "main"]

PROFILES: Sequence[Sequence[str]] = ((), ("analyst",), ("ops",), ("dev",), ("analyst", "ops", "dev"))
FILLED_IN = {
    "POSTGRES_PASSWORD": "for-the-check",
    "ELASTIC_PASSWORD": "for-the-check",
    "PRESSWATCH_SECRET_KEY": "for-the-check",
    "PRESSWATCH_CRAWLER_CONTACT": "https://example.org/",
    "GRAFANA_PASSWORD": "for-the-check",
}


def compose() -> list[str] | None:
    """The command of Docker Compose: the plug-in of docker, or by itself; None where there is neither."""
    if alone := shutil.which("docker-compose"):
        return [alone]
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0:
        return [docker, "compose"]
    return None


def hadolint() -> list[str] | None:
    """The command of hadolint: that of this environment, or the system's."""
    found = beside_python("hadolint")
    return [found] if found else None


def check_compose() -> int:
    """How many checks failed."""
    command = compose()
    if command is None:
        return left_out("Docker Compose", "docker-compose.yml was not read by it")
    failures = 0
    for profiles in PROFILES:
        chosen = [part for profile in profiles for part in ("--profile", profile)]
        # Compose only warns of a name that is not set.
        failures += fails([*command, "--env-file", os.devnull, *chosen, "config", "--quiet"], FILLED_IN, quiet=True)
    print(f"Docker Compose: {len(PROFILES)} choices of profiles")
    return failures


def check_dockerfile() -> int:
    """How many checks failed."""
    command = hadolint()
    if command is None:
        return left_out("hadolint", "deploy/docker/Dockerfile was not read by it (make servers-installed brings it)")
    print("hadolint: 1 Dockerfile")
    return fails([*command, "deploy/docker/Dockerfile"], quiet=True)


CHECKS: Sequence[Callable[[], int]] = (
    check_compose,
    check_dockerfile,
    check_chart,
    check_prometheus,
    check_alertmanager,
    check_dashboards,
)


def main() -> int:
    """The exit code."""
    failures = sum(check() for check in CHECKS)
    if not failures:
        print("deployment: checked")
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())
