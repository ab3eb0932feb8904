from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from presswatch_cli.interface.root import app


def test_ctrl_c_while_modules_are_loaded_leaves_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt\n")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    command = [sys.executable, "-m", "presswatch_cli.main", "run"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (130, "")


def test_the_version_is_told_by_the_option_as_by_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("--version", "version"):
        with pytest.raises(SystemExit) as ended:
            app([word])
        assert ended.value.code == 0
    first, second = capsys.readouterr().out.split()
    assert first == second
