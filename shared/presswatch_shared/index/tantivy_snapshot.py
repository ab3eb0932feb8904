"""The embedded index as its last commit left it, pinned in an instant while it is written to."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import msgspec

from presswatch_shared.errors import BadInput
from presswatch_shared.index.tantivy_folder import META, SIDECAR, has_index

__all__ = ["pin"]

MANAGED = ".managed.json"
TRIES = 20
# File systems without hard links.
COPY_INSTEAD = frozenset((errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK))


class Segment(msgspec.Struct, frozen=True):
    """What the index says of a part of it; the files of the part begin with its id, without dashes."""

    segment_id: str


class Meta(msgspec.Struct, frozen=True):
    segments: list[Segment]


def pin(folder: Path, target: Path) -> None:
    """Link the files of the last commit into `target`, on the same file system: tantivy never changes a file of a
    segment, and the links outlive its merges. Nothing where there is no index.

    Raises:
        BadInput: the index changes faster than it can be pinned, or cannot be read.
    """
    target.mkdir(mode=0o700)
    if not has_index(folder):
        return
    for _ in range(TRIES):
        try:
            _pin(folder, target)
            return
        except FileNotFoundError:
            # A merge has removed a file between the list and the link.
            shutil.rmtree(target)
            target.mkdir(mode=0o700)
        except (OSError, msgspec.MsgspecError) as error:
            raise BadInput(f"the search index in {folder} cannot be copied: {error}") from error
    raise BadInput(f"the search index in {folder} changed {TRIES} times while it was copied: try again")


def _pin(folder: Path, target: Path) -> None:
    meta = (folder / META).read_bytes()
    segments = [segment.segment_id.replace("-", "") for segment in msgspec.json.decode(meta, type=Meta).segments]
    files = [file for segment in segments for file in sorted(folder.glob(f"{segment}.*"))]
    if len({file.name.partition(".")[0] for file in files}) < len(segments):
        raise FileNotFoundError(folder)
    for file in files:
        _link(file, target / file.name)
    (target / META).write_bytes(meta)
    (target / MANAGED).write_bytes(msgspec.json.encode(sorted([*(file.name for file in files), META])))
    shutil.copyfile(folder / SIDECAR, target / SIDECAR)


def _link(file: Path, target: Path) -> None:
    try:
        os.link(file, target)
    except OSError as error:
        if error.errno not in COPY_INSTEAD:
            raise
        shutil.copyfile(file, target)
