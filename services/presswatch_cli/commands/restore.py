"""`presswatch admin restore`: a backup into an empty data folder; what waits to be delivered is held until released."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presswatch_cli.backup_manifest import (
    DATABASES,
    SETTINGS,
    Manifest,
    copy_file,
    count_all,
    fsync_folder,
    read_manifest,
)
from presswatch_cli.commands.backup import refuse_servers
from presswatch_cli.data_folder import RESTORING, hold_for_restore, prepare
from presswatch_cli.progress import Progress
from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.index.open_index import index_folder
from presswatch_shared.settings import Settings
from presswatch_shared.store import outbox
from presswatch_shared.store.database import Store, Tx, open_store
from presswatch_shared.store.delivery_hold import hold_deliveries
from presswatch_shared.store.migrate import HEAD

__all__ = ["Restored", "restore"]


@dataclass(frozen=True, slots=True)
class Restored:
    """What the backup says it has, what there is now, and how many deliveries are held."""

    manifest: Manifest
    counts: Mapping[str, int]
    held: int

    @property
    def differing(self) -> Mapping[str, tuple[int, int]]:
        """Counts that are not as the backup says."""
        names = self.manifest.counts.keys() | self.counts.keys()
        pairs = {name: (self.manifest.counts.get(name, 0), self.counts.get(name, 0)) for name in sorted(names)}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def as_json(self) -> Mapping[str, Any]:
        counts = {
            name: {"backup": there, "here": self.counts.get(name, 0)} for name, there in self.manifest.counts.items()
        }
        return {"counts": counts, "deliveries_held": self.held, "ok": not self.differing}


async def restore(settings: Settings, backup: Path, *, progress: Progress, now: Micros) -> Restored:
    """Copy, check, and put in place; cut off, the same command does it again.

    Raises:
        BadInput: no whole and sound backup, one of a newer version, or a data folder that is not empty.
    """
    refuse_servers(settings)
    manifest = read_manifest(backup)
    if manifest.schema > HEAD:
        raise BadInput(
            f"{backup} was made by Presswatch {manifest.presswatch} (its schema is {manifest.schema}, this version "
            f"knows {HEAD}): restore it with that version or a newer one"
        )
    data = prepare(settings.data)
    with hold_for_restore(data):
        part = data / RESTORING
        _refuse_used(data, part)
        _empty(part)
        _copy(manifest, backup, part, progress)
        counts = await count_all(part)
        held = _hold(part, now)
        _put_in_place(part, data)
    return Restored(manifest, counts, held)


def _refuse_used(data: Path, part: Path) -> None:
    """Only what a restore that was cut off has put there may be there."""
    ours = {RESTORING, *DATABASES, index_folder(data).name} if part.exists() else set()
    used = [path.name for path in sorted(data.iterdir()) if path.name not in ours and not path.name.startswith("lock")]
    if used:
        raise BadInput(
            f"the data folder {data} is not empty ({', '.join(used[:3])}): set PRESSWATCH_DATA to a new folder"
        )


def _empty(part: Path) -> None:
    """Without removing the folder: as long as it is there, what is beside it is known as ours."""
    part.mkdir(mode=0o700, exist_ok=True)
    for path in part.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _copy(manifest: Manifest, backup: Path, part: Path, progress: Progress) -> None:
    total, done = sum(file.bytes for file in manifest.files.values()), 0
    for name, file in sorted(manifest.files.items()):
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise BadInput(f"{backup} names a file outside of itself: {name!r}")
        if name == SETTINGS:
            continue
        if copy_file(backup / name, part / name) != file:
            raise BadInput(f"{backup / name} is not as it was written: its checksum is another one")
        done += file.bytes
        progress(done, total)


def _hold(part: Path, now: Micros) -> int:
    store = open_store("sqlite", part)
    try:
        return store.run_now(_held, now)
    finally:
        _close(store)


def _held(tx: Tx, now: Micros) -> int:
    hold_deliveries(tx, now=now)
    return sum(waiting.count for waiting in outbox.pending(tx).values())


def _close(store: Store) -> None:
    # Into the file itself: only that is put in place.
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def _put_in_place(part: Path, data: Path) -> None:
    """The store last: without it the product would take the folder for a new one, and with `RESTORING` there it does
    not start."""
    index = index_folder(data)
    shutil.rmtree(index, ignore_errors=True)
    if index_folder(part).exists():
        index_folder(part).rename(index)
    for name in DATABASES:
        (part / name).replace(data / name)
    fsync_folder(data)
    shutil.rmtree(part)
    fsync_folder(data)
