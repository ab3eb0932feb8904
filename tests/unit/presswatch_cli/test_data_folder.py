from __future__ import annotations

from pathlib import Path

import pytest

from presswatch_cli.data_folder import hold, prepare
from presswatch_shared.errors import BadInput


def test_a_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = prepare(tmp_path / "a" / "b")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_path_that_is_a_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match="PRESSWATCH_DATA"):
        prepare(tmp_path / "file")


def test_a_full_or_read_only_disk_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadInput, match="cannot be used"):
        prepare(Path("/proc/presswatch"))


@pytest.mark.parametrize(
    ("first", "second", "goes"),
    [
        pytest.param("run", "run", False, id="the product twice"),
        pytest.param("run", "crawler", False, id="a service beside the product"),
        pytest.param("crawler", "run", False, id="the product beside a service"),
        pytest.param("crawler", "crawler", False, id="one service twice"),
        pytest.param("crawler", "indexing", True, id="two different services"),
    ],
)
def test_who_may_use_the_folder_together(tmp_path: Path, first: str, second: str, goes: bool) -> None:
    with hold(tmp_path, first):
        if goes:
            with hold(tmp_path, second):
                pass
        else:
            with pytest.raises(BadInput, match="already runs"), hold(tmp_path, second):
                pass
    with hold(tmp_path, second):
        pass
