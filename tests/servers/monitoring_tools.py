"""Prometheus, Alertmanager and their tools: those of the system, or unpacked from Debian's packages without installing
them, so that no service of the system starts. Standard library alone: `.ci/run` calls it before anything is installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.servers.errors import ServerUnavailable
from tests.servers.prepared import cache_folder, prepared

__all__ = ["PACKAGES", "fetch", "tool"]

PACKAGES = ("prometheus", "prometheus-alertmanager")
NAMES = {"alertmanager": ("alertmanager", "prometheus-alertmanager")}
"""As the programs are called where Debian calls them otherwise."""
FOLDER = "monitoring"


def tool(name: str) -> str | None:
    """Where `prometheus`, `promtool`, `alertmanager` or `amtool` is; None where it is neither installed nor fetched."""
    names = NAMES.get(name, (name,))
    kept = [str(home / "usr" / "bin" / one) for home in cache_folder().glob(f"{FOLDER}-*[0-9a-f]") for one in names]
    return next((found for one in [*names, *kept] if (found := shutil.which(one))), None)


def fetch() -> Path:
    """The folder of the unpacked packages, fetched once.

    Raises:
        ServerUnavailable: there is no apt-get here, or it brings none; the text says what to do.
    """
    return prepared(FOLDER, " ".join(PACKAGES), _unpack)


def _unpack(scratch: Path) -> None:
    if not shutil.which("apt-get"):
        raise ServerUnavailable(
            "Prometheus and Alertmanager are not on the PATH, and there is no apt-get to fetch them"
        )
    # In a folder that the unprivileged user of apt may write to.
    scratch.chmod(0o755)
    packages = scratch / "packages"
    packages.mkdir()
    packages.chmod(0o777)
    try:
        _run(["apt-get", "download", "-qq", *PACKAGES], packages)
    except ServerUnavailable:
        # A fresh machine has no lists yet.
        _run(["apt-get", "update", "-qq"], packages)
        _run(["apt-get", "download", "-qq", *PACKAGES], packages)
    for package in packages.glob("*.deb"):
        _run(["dpkg-deb", "-x", str(package), str(scratch / "home")], packages)


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerUnavailable(f"{' '.join(command)}: {done.stderr.strip()[-1000:]}")


if __name__ == "__main__":
    try:
        print(fetch())
    except ServerUnavailable as error:
        sys.exit(str(error))
