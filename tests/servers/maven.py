"""Jars and archives from Maven Central, by Maven itself: it checks their sums."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.servers.errors import ServerUnavailable
from tests.servers.jdk import jdk

__all__ = ["fetch_archive", "fetch_jars"]

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test</groupId><artifactId>server</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>{}</dependencies></project>"""
SECONDS = 1200


def fetch_jars(artifacts: Sequence[str], into: Path, scratch: Path) -> None:
    """Artifacts (`group:name:version`) with all that they need at run time."""
    (scratch / "pom.xml").write_text(POM.format("".join(DEPENDENCY.format(*name.split(":")) for name in artifacts)))
    _maven(scratch, f"{PLUGIN}:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={into}")


def fetch_archive(artifact: str, scratch: Path) -> Path:
    """One archive (`group:name:version:zip`), alone; it lies in the scratch folder."""
    _maven(scratch, f"{PLUGIN}:get", f"-Dartifact={artifact}", "-Dtransitive=false")
    name, version, kind = artifact.split(":")[1:]
    return next(scratch.rglob(f"{name}-{version}.{kind}"))


def _maven(scratch: Path, *arguments: str) -> None:
    """Run Maven with a repository of its own, which goes away with the scratch folder."""
    if not (command := shutil.which("mvn")):
        raise ServerUnavailable(
            "Maven (mvn) is not installed, and test servers are downloaded by it: install it, such as Debian's maven."
        )
    done = subprocess.run(
        [command, "-q", "-B", "-ntp", "-C", f"-Dmaven.repo.local={scratch / 'repository'}", *arguments],
        cwd=scratch,
        env={**os.environ, "JAVA_HOME": str(jdk(17))},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise ServerUnavailable(f"Maven could not fetch {arguments[1]}:\n{(done.stdout + done.stderr)[-2000:]}")
