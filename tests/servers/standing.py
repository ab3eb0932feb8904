"""The servers of `make servers-up`: they stand until `make servers-down`, whoever uses them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests.servers.addresses import Address, KafkaAddress, PostgresqlAddress
from tests.servers.keeping import ROOT, keepers, shared
from tests.servers.kinds import KINDS

__all__ = ["FOLDER", "down", "run_with", "up"]

FOLDER = ROOT / ".servers"
STOP_SECONDS = 60.0


def up(folder: Path = FOLDER) -> str:
    """Start what does not run yet; gives a sentence for the terminal."""
    addresses = shared(list(KINDS), folder, owner=None)
    (folder / "env").write_text("".join(f"{name}={value}\n" for name, value in settings_of(addresses)))
    return f"{', '.join(addresses)}: ready. Settings: {folder / 'env'} (set -a; . {folder.name}/env)"


def down(folder: Path = FOLDER) -> str:
    """Stop all; gives a sentence for the terminal."""
    running = keepers(folder)
    for keeper in running:
        keeper.terminate()
    _, alive = psutil.wait_procs(running, timeout=STOP_SECONDS)
    for keeper in alive:
        # Its servers end with it.
        keeper.kill()
    (folder / "env").unlink(missing_ok=True)
    return "The servers are stopped." if running else "No servers were running."


def run_with(command: Sequence[str], folder: Path = FOLDER) -> int:
    """Run a command while they stand; gives its exit code. Those that were not there before are stopped, whatever
    happens.
    """
    stood = bool(keepers(folder))
    try:
        print(up(folder), flush=True)
        return subprocess.run(command, check=False).returncode
    finally:
        if not stood:
            print(down(folder), flush=True)


def settings_of(addresses: dict[str, Address]) -> list[tuple[str, str]]:
    """The product's settings, and where tests find the servers that the product has no second setting for."""
    settings = []
    for name, address in addresses.items():
        match address:
            case KafkaAddress():
                settings.append(("PRESSWATCH_STREAM", address.setting))
            case PostgresqlAddress(url=url):
                settings.append(("PRESSWATCH_STORE", url))
            case _ if name == "elasticsearch9":
                settings.append(("PRESSWATCH_INDEX", address.url))
            case _:
                settings.append((f"PRESSWATCH_TEST_{name.upper()}", address.url))
    return settings
