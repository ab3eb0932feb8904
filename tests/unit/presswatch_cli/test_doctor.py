"""`presswatch doctor`, where a machine is not as it should be."""

from __future__ import annotations

from pathlib import Path

from presswatch_cli.commands import doctor
from presswatch_shared.settings import Settings


async def test_a_folder_that_cannot_be_used_is_not_told_to_be_in_use(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    findings = {one.part: one for one in await doctor.examine(Settings(data=tmp_path / "file" / "data"))}
    assert not findings["data folder"].ok
    assert not findings["process"].ok
    assert "cannot be used (not a directory)" in findings["process"].seen
    assert findings["extraction"].ok
