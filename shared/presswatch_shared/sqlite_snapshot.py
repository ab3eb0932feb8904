"""Copies of several SQLite files as all of them were at one moment, while others go on writing to them.

For as long as it takes to begin a reading transaction in each file, the write locks of all of them are held: what is
read is what a crash at that moment would have left, and the product is made to live with that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from presswatch_shared.errors import BadInput

__all__ = ["copy_at_one_moment", "count_tables", "refuse_damaged"]

BUSY_SECONDS = 60.0
PAGES_AT_ONCE = 2_048
Progress = Callable[[int, int], None]


def copy_at_one_moment(
    files: Sequence[Path], folder: Path, *, meanwhile: Callable[[], None], progress: Progress
) -> None:
    """Copy the files into `folder`; `meanwhile` is done while nobody can write to them. `progress`: pages done, of all.

    Raises:
        BadInput: a file cannot be read, or the folder cannot be written; the text says which and why.
    """
    with ExitStack() as opened:
        try:
            readers = _readers(files, opened, meanwhile)
            sizes = [reader.execute("PRAGMA page_count").fetchone()[0] for reader in readers]
            for number, (file, reader) in enumerate(zip(files, readers, strict=True)):
                target = opened.enter_context(closing(sqlite3.connect(folder / file.name)))
                before, total = sum(sizes[:number]), sum(sizes)

                def tell(_: int, left: int, all_: int, before: int = before, total: int = total) -> None:
                    progress(before + all_ - left, total)

                reader.backup(target, pages=PAGES_AT_ONCE, progress=tell)
        except sqlite3.Error as error:
            raise BadInput(f"{', '.join(str(file) for file in files)} cannot be copied: {error}") from error


def count_tables(file: Path) -> Mapping[str, int]:
    """Rows by table."""
    with _reading(file) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        counted = {}
        for (name,) in names.fetchall():
            (counted[name],) = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608 (its own name)
        return counted


def refuse_damaged(file: Path) -> None:
    """Raises: BadInput: SQLite finds a fault in the file."""
    with _reading(file) as connection:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise BadInput(f"{file} is damaged: {found}")


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        # Nothing may be written beside the file: it is not ours to change.
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise BadInput(f"{file} cannot be read: {error}") from error


def _readers(files: Sequence[Path], opened: ExitStack, meanwhile: Callable[[], None]) -> Sequence[sqlite3.Connection]:
    with ExitStack() as locks:
        for file in files:
            _connection(file, locks).execute("BEGIN IMMEDIATE")
        readers = [_connection(file, opened) for file in files]
        for reader in readers:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        meanwhile()
    return readers


def _connection(file: Path, opened: ExitStack) -> sqlite3.Connection:
    found = sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    return opened.enter_context(closing(found))
