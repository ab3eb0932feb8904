"""docs/dependencies.md names every package that pyproject.toml asks for, and no other."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[3]


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = chain(project["project"]["optional-dependencies"].values(), project["dependency-groups"].values())
    wanted = chain(project["project"]["dependencies"], *groups)
    return {re.split(r"[\[<>=~; ]", requirement)[0] for requirement in wanted} - {"presswatch"}


def documented() -> set[str]:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").partition("## Data that comes")[0]
    rows = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    return set(chain.from_iterable(row.split(", ") for row in rows)) - {"package", "---"}


def test_every_dependency_is_explained_and_no_other() -> None:
    assert documented() == declared()
