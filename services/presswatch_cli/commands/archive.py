"""The archive of `admin export`: gzip of JSON lines. A head, rows and articles, and an end with counts and a checksum.

```
{"presswatch_archive": 1, "schema": "0004", "id": "…", "made_at": 1790000000000000}
{"table": "sources", "row": {…}}
{"article": {…}}
{"counts": {"sources": 1, "articles": 1}, "sha256": "of all lines before this one"}
```
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import msgspec

from presswatch_shared.errors import BadInput

__all__ = ["ARTICLES", "VERSION", "ArchiveEnd", "ArchiveHead", "ArchiveWriter", "Item", "check", "items"]

VERSION = 1
ARTICLES = "articles-in-index"
"""Name of the articles among the counts; the tables have theirs."""
# A little compression goes a long way with JSON; more of it would take most of the time.
LEVEL = 3

Item = tuple[str, dict[str, Any]]
"""A table (or `ARTICLES`) and a row."""


class ArchiveHead(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive is. `id` tells one archive from another, so that an import can go on where it was cut off."""

    presswatch_archive: int
    schema: str
    id: str
    made_at: int


class ArchiveEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is, by table, and the SHA-256 of all lines before."""

    counts: dict[str, int]
    sha256: str


class ArchiveWriter:
    """Writes beside the target and puts the whole archive there at the end: an archive that is there is complete.

    Only its owner may read it: the secrets of channels are in it.
    """

    def __init__(self, path: Path, head: ArchiveHead) -> None:
        self.counts: Counter[str] = Counter()
        self._path = path
        self._part = path.with_name(f".{path.name}.part")
        self._digest = hashlib.sha256()
        try:
            self._raw = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        except OSError as error:
            raise BadInput(f"{path} cannot be written: {error.strerror}") from error
        self._file = gzip.GzipFile("", "wb", LEVEL, cast(BinaryIO, self._raw), mtime=0)
        self._write(msgspec.json.encode(head))

    def add(self, item: Item) -> None:
        """One row or article."""
        name, row = item
        self._write(msgspec.json.encode({"article": row} if name == ARTICLES else {"table": name, "row": row}))
        self.counts[name] += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._write(msgspec.json.encode(ArchiveEnd(counts=dict(self.counts), sha256=self._digest.hexdigest())))
            self._file.close()
            self._raw.flush()
            os.fsync(self._raw.fileno())
        finally:
            self._raw.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink()

    def _write(self, line: bytes) -> None:
        self._digest.update(line + b"\n")
        self._file.write(line + b"\n")


def items(path: Path) -> Iterator[Item]:
    """The rows and articles of an archive that `check` has passed."""
    with gzip.open(path) as lines:
        next(lines)
        for line in lines:
            found = msgspec.json.decode(line)
            if "article" in found:
                yield ARTICLES, found["article"]
            elif "table" in found:
                yield found["table"], found["row"]


def check(path: Path) -> tuple[ArchiveHead, ArchiveEnd]:
    """Read all of the archive, and give its ends.

    Raises:
        BadInput: it is none, of another version, cut off or altered.
    """
    digest = hashlib.sha256()
    last = b""
    try:
        with gzip.open(path) as lines:
            first = next(lines, b"")
            digest.update(first)
            for line in lines:
                digest.update(last)
                last = line
    except gzip.BadGzipFile as error:
        raise BadInput(f"{path} is no archive of Presswatch: `presswatch admin export FILE` makes one") from error
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from error
    except (EOFError, zlib.error) as error:
        raise BadInput(f"{path} is cut off or altered: export it again") from error
    head = _head(path, first)
    try:
        end = msgspec.json.decode(last, type=ArchiveEnd)
    except msgspec.MsgspecError as error:
        raise BadInput(f"{path} is cut off: its last line is missing") from error
    if end.sha256 != digest.hexdigest():
        raise BadInput(f"{path} was altered: its checksum is another one")
    return head, end


def _head(path: Path, line: bytes) -> ArchiveHead:
    try:
        head = msgspec.json.decode(line, type=ArchiveHead)
    except msgspec.MsgspecError as error:
        raise BadInput(f"{path} is no archive of `presswatch admin export`") from error
    if head.presswatch_archive != VERSION:
        raise BadInput(f"{path} is an archive of version {head.presswatch_archive}: this Presswatch knows {VERSION}")
    return head
