"""A real Prometheus and a real Alertmanager on free ports of loopback."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from tests.servers.errors import ServerUnavailable
from tests.servers.monitoring_tools import fetch, tool
from tests.servers.ports import free_ports
from tests.servers.process import ServerProcess

__all__ = ["Alertmanager", "Prometheus", "program"]

PATIENCE_SECONDS = 30.0
TEMPLATES = Path("/usr/share/prometheus/alertmanager")
"""Where Debian's Alertmanager looks for the templates of its messages, whatever it is told."""


def program(name: str) -> str:
    """Where it is; fetched where it is not installed.

    Raises:
        ServerUnavailable: it cannot be had here.
    """
    if tool(name) is None:
        fetch()
    return str(tool(name))


def put_templates() -> None:
    """Where it was unpacked and not installed, its templates are linked to where it looks for them.

    Raises:
        ServerUnavailable: this user may not.
    """
    unpacked = Path(program("alertmanager")).parents[1] / "share" / "prometheus" / "alertmanager"
    if TEMPLATES.exists() or not unpacked.is_dir():
        return
    try:
        TEMPLATES.parent.mkdir(exist_ok=True)
        TEMPLATES.unlink(missing_ok=True)
        TEMPLATES.symlink_to(unpacked)
    except OSError as error:
        raise ServerUnavailable(f"{TEMPLATES}: {error.strerror}: install Debian's prometheus-alertmanager") from error


class _Server:
    """Started with the block, stopped after it."""

    def __init__(self, name: str, folder: Path) -> None:
        (self.port,) = free_ports(1)
        self.address = f"127.0.0.1:{self.port}"
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._process = ServerProcess(name, folder=folder, answers=self._ready, patience=PATIENCE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stop()

    def log(self) -> str:
        return self._process.log.read_text(errors="replace")

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


class Alertmanager(_Server):
    """Alone: no cluster."""

    def __init__(self, folder: Path) -> None:
        super().__init__("alertmanager", folder)

    def start(self, config: str) -> None:
        """With this config."""
        put_templates()
        path = self.folder / "alertmanager.yml"
        path.write_text(config, encoding="utf-8")
        self._process.start(
            [
                program("alertmanager"),
                f"--config.file={path}",
                f"--storage.path={self.folder / 'data'}",
                f"--web.listen-address={self.address}",
                "--cluster.listen-address=",
            ]
        )


class Prometheus(_Server):
    """Keeps exemplars."""

    def __init__(self, folder: Path) -> None:
        super().__init__("prometheus", folder)

    def start(self, config: str, rules: Mapping[str, str]) -> None:
        """With this config, and files of rules beside it in `rules/`."""
        path = self.folder / "prometheus.yml"
        path.write_text(config, encoding="utf-8")
        (self.folder / "rules").mkdir(exist_ok=True)
        for name, text in rules.items():
            (self.folder / "rules" / name).write_text(text, encoding="utf-8")
        self._process.start(
            [
                program("prometheus"),
                f"--config.file={path}",
                f"--storage.tsdb.path={self.folder / 'data'}",
                f"--web.listen-address={self.address}",
                "--enable-feature=exemplar-storage",
            ]
        )

    def ask(self, what: str, **parameters: str) -> Any:
        """The `data` of an answer of its API."""
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"http://{self.address}/api/v1/{what}?{query}", timeout=5) as answer:
            return json.load(answer)["data"]
