"""Runs what a check needs, and says what it left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["ROOT", "beside_python", "fails", "left_out"]

ROOT = Path(__file__).parents[2]


def beside_python(name: str) -> str | None:
    """A program of this environment, or the system's."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def fails(
    command: Sequence[str], environment: Mapping[str, str] | None = None, *, quiet: bool = False, folder: Path = ROOT
) -> int:
    """1, with what the command said, where it ends badly; where it is to be `quiet`, also where it says anything."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode or (quiet and (done.stdout or done.stderr)):
        print(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
        return 1
    return 0


def left_out(tool: str, consequence: str) -> int:
    """1 where tools are required."""
    print(f"left out: {tool} is not installed: {consequence}")
    return int(os.environ.get("PRESSWATCH_TEST_TOOLS") == "required")
