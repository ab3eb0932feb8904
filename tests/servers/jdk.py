"""The Java that a server needs, found where systems and installers put it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from tests.servers.errors import ServerUnavailable

__all__ = ["jdk"]

FOLDERS = ("/usr/lib/jvm", "/opt", "/Library/Java/JavaVirtualMachines", "~/.jdk", "~/.sdkman/candidates/java")
VERSION = re.compile(r'^JAVA_VERSION="(\d+)', re.MULTILINE)


def jdk(lowest: int) -> Path:
    """Home of the oldest JDK that is new enough: the nearer to what a server was made for, the fewer warnings.

    Raises:
        ServerUnavailable: none is found; the text says where was looked and what to install.
    """
    found = sorted((feature, str(home)) for home in candidates() if (feature := feature_release(home)) >= lowest)
    if not found:
        raise ServerUnavailable(
            f"This server needs a JDK {lowest} or newer (with javac), and none is at JAVA_HOME or in "
            f"{', '.join(FOLDERS)}: install one (Debian: openjdk-17-jdk-headless; Temurin for 21 and newer) "
            "or name its folder in JAVA_HOME."
        )
    return Path(found[0][1])


def candidates() -> Iterator[Path]:
    if named := os.environ.get("JAVA_HOME"):
        yield Path(named)
    for folder in FOLDERS:
        for home in Path(folder).expanduser().glob("*"):
            yield home / "Contents" / "Home" if (home / "Contents" / "Home").is_dir() else home


def feature_release(home: Path) -> int:
    """17 for any Java 17; 0 where there is no JDK."""
    if not (home / "bin" / "javac").exists() or not (home / "release").is_file():
        return 0
    found = VERSION.search((home / "release").read_text())
    return int(found[1]) if found else 0
