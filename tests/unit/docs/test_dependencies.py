"""docs/dependencies.md names every package that pyproject.toml asks for, every script of others, and nothing else."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
VENDOR = ROOT / "services" / "presswatch_web" / "static" / "vendor"


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = chain(project["project"]["optional-dependencies"].values(), project["dependency-groups"].values())
    wanted = chain(project["project"]["dependencies"], *groups)
    return {re.split(r"[\[<>=~; ]", requirement)[0] for requirement in wanted} - {"presswatch"}


def documented() -> set[str]:
    text = PAGE.partition("## Scripts of the pages")[0]
    rows = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    return set(chain.from_iterable(row.split(", ") for row in rows)) - {"package", "---"}


def test_every_dependency_is_explained_and_no_other() -> None:
    assert documented() == declared()


def test_every_script_of_others_is_explained_and_no_other() -> None:
    section = PAGE.partition("## Scripts of the pages")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)) == {path.name for path in VENDOR.glob("*.js")}
