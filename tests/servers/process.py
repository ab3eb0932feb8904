"""One server process: awaited until it answers, stopped, killed, and never longer alive than we are."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from tests.servers.errors import ServerUnavailable

__all__ = ["ServerProcess"]

STOP_SECONDS = 30.0
# A shell whose standard input closes when we end, however we end; it then ends the server's process group, and
# removes what else the server would leave.
GUARD = 'read -r _; kill -s KILL -- "-$1"; [ -z "$2" ] || rm -rf "$2"'


class ServerProcess:
    """Starts a command and waits for it to answer; `log` keeps what it writes.

    `run_as` is handed on to `subprocess` (user, group); `leaves` is removed if we are killed.
    """

    def __init__(
        self,
        name: str,
        *,
        folder: Path,
        answers: Callable[[], bool],
        patience: float = 180.0,
        run_as: Mapping[str, Any] | None = None,
        leaves: Path | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.folder = folder
        self.log = folder / "server.log"
        self._answers = answers
        self._patience = patience
        self._run_as = run_as or {}
        self._leaves = leaves
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Of the running server."""
        return self._process.pid if self._process else None

    def start(self, command: Sequence[str]) -> None:
        """Start it, return when it answers.

        Raises:
            ServerUnavailable: it ended, or did not answer in time; the text is the end of its log.
        """
        if self._process:
            raise ServerUnavailable(f"{self.name} runs already")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/" if self._run_as else self.folder,
                start_new_session=True,
                **self._run_as,
            )
        self._guard = subprocess.Popen(
            ["sh", "-c", GUARD, "guard", str(self._process.pid), str(self._leaves or "")],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._await_answer(self._process)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end and wait for it; nothing happens when it does not run."""
        if self._process is None:
            return
        children = _children(self._process.pid)
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        _gone(children)
        self._dismiss_guard()
        self._process = None

    def kill(self) -> None:
        """As the kernel does when memory runs out: the server and its children, without a goodbye."""
        if self._process is None:
            return
        children = _children(self._process.pid)
        self._process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self._process.wait()
        _gone(children)
        self._dismiss_guard()
        self._process = None

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + self._patience
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                ended = "it ended" if process.returncode is not None else f"no answer in {self._patience:.0f} s"
                self.kill()
                written = self.log.read_text(errors="replace")[-3000:]
                raise ServerUnavailable(f"{self.name} did not start ({ended}):\n{written}")
            time.sleep(0.05)

    def _dismiss_guard(self) -> None:
        if self._guard:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _gone(processes: Sequence[psutil.Process]) -> None:
    psutil.wait_procs(processes, timeout=STOP_SECONDS)
