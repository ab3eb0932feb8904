"""Every command of the guide does what it says, in its order."""

from __future__ import annotations

import asyncio
import re
import shlex
from pathlib import Path

from typer.testing import CliRunner

from presswatch_cli.composition import Parts
from presswatch_cli.interface.root import app
from tests.fixtures.full_stores import embedded, fill

GUIDE = Path(__file__).parents[3] / "docs" / "backup-and-upgrade.md"
BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


async def used(data: Path) -> None:
    """A data folder with something of everything, and the stream that goes with it."""
    await fill(embedded(data))
    parts = Parts(embedded(data))
    await parts.publisher.publish([])
    await parts.close()


def test_the_commands_of_the_guide_run(tmp_path: Path) -> None:
    asyncio.run(used(tmp_path / "data"))
    environment = {"PRESSWATCH_DATA": str(tmp_path / "data")}
    said = {}
    lines = [line.strip() for block in BLOCK.findall(GUIDE.read_text(encoding="utf-8")) for line in block.splitlines()]
    for line in lines:
        words = shlex.split(line.replace("/backups", str(tmp_path)).replace("/srv", str(tmp_path)))
        if words[0] == "export":
            environment |= dict([words[1].split("=", 1)])
            continue
        assert words[0] == "presswatch", line
        result = CliRunner().invoke(app, words[1:], env=environment)
        assert result.exit_code == 0, (line, result.output, result.exception)
        said[" ".join(words[1:3])] = result.output
    assert list(said) == [
        "admin backup",
        "admin restore",
        "deliveries list",
        "deliveries drop",
        "deliveries release",
        "admin migrate",
        "status",
        "report",
    ]
    assert "nothing is sent until `presswatch deliveries release`" in said["admin restore"]
    assert "held since a restore" in said["deliveries list"]
    assert "balanced" in said["report"]
