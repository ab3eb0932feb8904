"""A search server, whichever it is: one node on a fixed port, with data of its own."""

from __future__ import annotations

import base64
import os
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.servers.addresses import SearchAddress
from tests.servers.errors import ServerUnavailable
from tests.servers.jdk import jdk
from tests.servers.ports import free_ports
from tests.servers.process import ServerProcess

__all__ = ["JAVA_SOURCES", "SearchNode", "compile_launcher", "native_folder"]

JAVA_SOURCES = Path(__file__).parent / "java"
# The compiler's first stage and the serial collector start faster and hold less.
FRUGAL = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xms64m")
HEALTH = "/_cluster/health?wait_for_status=yellow&timeout=30s"
COMMON = {
    "cluster.name": "test",
    "node.name": "test",
    "network.host": "127.0.0.1",
    "transport.port": "0",
    "discovery.type": "single-node",
    # Else a disk that is nearly full makes every index read-only.
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}


def compile_launcher(name: str, home: Path, java: int) -> None:
    """The class that starts the node inside a JVM, beside the jars it is compiled against."""
    compiler = str(jdk(java) / "bin" / "javac")
    options = ["--release", str(java), "-d", str(home / "classes"), "-cp", f"{home}/lib/*"]
    source = str(JAVA_SOURCES / f"{name}.java")
    done = subprocess.run([compiler, *options, source], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerUnavailable(f"{name}.java could not be compiled:\n{done.stderr[-2000:]}")


class SearchNode:
    """After `stop` or `kill`, `start` goes on with the same port and data.

    `options` are those of the JVM that the product needs; `launcher` is the class and its first arguments.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        java: int,
        heap: str,
        options: Sequence[str],
        launcher: Sequence[str],
        settings: Mapping[str, str],
        login: SearchAddress | None = None,
    ) -> None:
        (self.port,) = free_ports(1)
        scheme = "https" if login and login.ca else "http"
        url = f"{scheme}://127.0.0.1:{self.port}"
        self.address = SearchAddress(url, login.user, login.password, login.ca) if login else SearchAddress(url)
        self._process = ServerProcess(name, folder=folder, answers=self.answers)
        for part in ("logs", "config", "data"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        chosen = {**COMMON, "http.port": str(self.port), "path.repo": str(folder / "snapshots"), **settings}
        self._command = [
            str(jdk(java) / "bin" / "java"),
            f"-Xmx{heap}",
            *FRUGAL,
            f"-Djava.io.tmpdir={folder}",
            f"-Dlog4j2.configurationFile={JAVA_SOURCES / 'log4j2.properties'}",
            *options,
            *launcher,
            *(f"{key}={value}" for key, value in chosen.items()),
        ]

    @property
    def url(self) -> str:
        """As `PRESSWATCH_INDEX` takes it."""
        return self.address.url

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def start(self) -> Self:
        """Return when it answers."""
        self._process.start(self._command)
        return self

    def stop(self) -> None:
        self._process.stop()

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()

    def answers(self) -> bool:
        """Whether its indices can be used now."""
        request = urllib.request.Request(self.url + HEALTH)
        if self.address.user:
            login = base64.b64encode(f"{self.address.user}:{self.address.password}".encode()).decode()
            request.add_header("Authorization", f"Basic {login}")
        trust = ssl.create_default_context(cafile=self.address.ca) if self.address.ca else None
        try:
            with urllib.request.urlopen(request, timeout=35, context=trust) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def native_folder(home: Path) -> Path:
    """The native libraries of this machine's processor."""
    return home / "lib" / "platform" / f"linux-{'aarch64' if os.uname().machine == 'aarch64' else 'x64'}"
