"""Folders that are made once and kept: one a server, version and recipe."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["cache_folder", "locked", "prepared"]

CACHE = "PRESSWATCH_TEST_CACHE"


def cache_folder() -> Path:
    """Where prepared servers are kept."""
    return Path(os.environ.get(CACHE) or "~/.cache/presswatch-test-servers").expanduser()


def prepared(name: str, recipe: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills, made by this call if it is not there yet.

    It appears whole or not at all, and one process at a time makes it. Another recipe is another folder.
    `make` gets a scratch folder and leaves what is to be kept in its subfolder `home`.
    """
    cache = cache_folder()
    home = cache / f"{name}-{hashlib.sha256(recipe.encode()).hexdigest()[:8]}"
    cache.mkdir(parents=True, exist_ok=True)
    with locked(cache / f"{home.name}.lock"):
        if not home.is_dir():
            with tempfile.TemporaryDirectory(dir=cache, prefix=f"{name}-") as scratch:
                (Path(scratch) / "home").mkdir()
                make(Path(scratch))
                (Path(scratch) / "home").rename(home)
    return home


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the lock ends with the process that holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
