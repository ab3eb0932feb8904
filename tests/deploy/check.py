"""`python -m tests.deploy.check`: Docker Compose reads every profile, hadolint reads the Dockerfile.

No Docker daemon is needed. A tool that is not installed is named as left out; where `PRESSWATCH_TEST_TOOLS` is
`required`, that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["compose", "hadolint", "main"]

ROOT = Path(__file__).parents[2]
PROFILES: Sequence[Sequence[str]] = ((), ("analyst",), ("ops",), ("analyst", "ops"))
FILLED_IN = {
    "POSTGRES_PASSWORD": "for-the-check",
    "ELASTIC_PASSWORD": "for-the-check",
    "PRESSWATCH_SECRET_KEY": "for-the-check",
    "PRESSWATCH_CRAWLER_CONTACT": "https://example.org/",
    "KIBANA_PASSWORD": "for-the-check",
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
    beside = Path(sys.executable).parent / "hadolint"
    found = str(beside) if beside.exists() else shutil.which("hadolint")
    return [found] if found else None


def main() -> int:
    """The exit code."""
    failures = 0
    if command := compose():
        for profiles in PROFILES:
            chosen = [part for profile in profiles for part in ("--profile", profile)]
            failures += _fails([*command, "--env-file", os.devnull, *chosen, "config", "--quiet"], FILLED_IN)
    else:
        failures += _left_out("Docker Compose", "docker-compose.yml was not read by it")
    if command := hadolint():
        failures += _fails([*command, "deploy/docker/Dockerfile"], {})
    else:
        failures += _left_out(
            "hadolint", "deploy/docker/Dockerfile was not read by it (make servers-installed brings it)"
        )
    if not failures:
        print("deployment: checked")
    return failures


def _fails(command: list[str], environment: dict[str, str]) -> int:
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    # Compose only warns of a name that is not set.
    if done.returncode or done.stdout or done.stderr:
        print(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
        return 1
    return 0


def _left_out(tool: str, consequence: str) -> int:
    print(f"left out: {tool} is not installed: {consequence}")
    return int(os.environ.get("PRESSWATCH_TEST_TOOLS") == "required")


if __name__ == "__main__":
    sys.exit(main())
