"""What a backup says of itself: its files with their checksums, and how much is in them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from presswatch_shared.errors import BadInput
from presswatch_shared.index.open_index import index_folder
from presswatch_shared.index.tantivy_folder import has_index
from presswatch_shared.index.tantivy_index import open_tantivy
from presswatch_shared.sqlite_snapshot import count_tables

__all__ = [
    "DATABASES",
    "MANIFEST",
    "SETTINGS",
    "BackupFile",
    "Manifest",
    "copy_file",
    "count_all",
    "described",
    "fsync_folder",
    "read_manifest",
]

VERSION = 1
MANIFEST = "manifest.json"
SETTINGS = "settings.toml"
DATABASES = ("stream.db", "store.db")
"""In the order in which they are read and put in place."""
ARTICLES = "index/articles"
CHUNK = 1024 * 1024


class BackupFile(msgspec.Struct, frozen=True):
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`counts`: rows by file and table, such as `store.db/alerts`, and the articles of the index."""

    presswatch_backup: int = VERSION
    presswatch: str
    schema: str
    made_at: int
    """µs since 1970: the moment of which the backup is."""
    files: dict[str, BackupFile]
    counts: dict[str, int]


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        BadInput: there is no whole backup, or one of another form.
    """
    try:
        found = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise BadInput(f"{folder} is no backup: it has no {MANIFEST}, which is written last") from error
    except (OSError, msgspec.MsgspecError) as error:
        raise BadInput(f"{folder / MANIFEST} cannot be read: {error}") from error
    if found.presswatch_backup != VERSION:
        raise BadInput(f"{folder} is a backup of form {found.presswatch_backup}: this Presswatch knows {VERSION}")
    return found


async def count_all(folder: Path) -> Mapping[str, int]:
    """How much there is in a data folder, or in the copy of one, that nobody writes to."""
    counts = {f"{name}/{table}": rows for name in DATABASES for table, rows in count_tables(folder / name).items()}
    if not has_index(index_folder(folder)):
        return counts | {ARTICLES: 0}
    index = open_tantivy(index_folder(folder), write=False)
    try:
        return counts | {ARTICLES: await index.count()}
    finally:
        await index.close()


def described(folder: Path) -> dict[str, BackupFile]:
    """Every file in the folder, by its path there."""
    return {str(path.relative_to(folder)): _described(path) for path in _files(folder)}


def copy_file(source: Path, target: Path) -> BackupFile:
    """Copy, to be read by its owner alone and kept on the disk; gives what was copied.

    Raises:
        BadInput: it cannot be read or written.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with source.open("rb") as reading, os.fdopen(_new(target), "wb") as writing:
            while chunk := reading.read(CHUNK):
                digest.update(chunk)
                size += writing.write(chunk)
            writing.flush()
            os.fsync(writing.fileno())
    except OSError as error:
        raise BadInput(f"{source} cannot be copied to {target}: {error.strerror}") from error
    return BackupFile(size, digest.hexdigest())


def fsync_folder(folder: Path) -> None:
    """So that names in it outlive a power failure, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST)


def _described(path: Path) -> BackupFile:
    with path.open("rb") as handle:
        return BackupFile(path.stat().st_size, hashlib.file_digest(handle, "sha256").hexdigest())


def _new(target: Path) -> int:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
