"""`presswatch admin backup`: the embedded stores, as they were at one moment, while the product runs."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

import msgspec

from presswatch_cli.backup_manifest import (
    DATABASES,
    MANIFEST,
    SETTINGS,
    BackupFile,
    Manifest,
    copy_file,
    count_all,
    described,
    fsync_folder,
)
from presswatch_cli.load_settings import LoadedSettings
from presswatch_cli.progress import Progress
from presswatch_shared.clock import Micros
from presswatch_shared.errors import BadInput
from presswatch_shared.index.open_index import index_folder, is_embedded
from presswatch_shared.index.tantivy_snapshot import pin
from presswatch_shared.settings import Settings
from presswatch_shared.sqlite_snapshot import copy_at_one_moment, refuse_damaged
from presswatch_shared.store.database import open_store
from presswatch_shared.store.migrate import HEAD, revision_of

__all__ = ["backup", "refuse_servers"]

PINNED = "backup-"


async def backup(loaded: LoadedSettings, target: Path, *, progress: Progress, now: Micros) -> Manifest:
    """Write the backup into a new folder; its manifest is written last.

    Raises:
        BadInput: a store of the settings is a server, there is no store yet or one of another version, the folder is
            not new or cannot be written.
    """
    data = loaded.settings.data
    refuse_servers(loaded.settings)
    _refuse_missing(data)
    part = target.with_name(f".{target.name}.part")
    _make_new(target, part)
    # Beside the index, since links do not lead to another file system.
    with tempfile.TemporaryDirectory(prefix=PINNED, dir=data) as pinned:
        links = Path(pinned) / "index"
        copy_at_one_moment(
            [data / name for name in DATABASES],
            part,
            meanwhile=partial(pin, index_folder(data), links),
            progress=progress,
        )
        for file in sorted(links.iterdir()):
            copy_file(file, index_folder(part) / file.name)
    _check(part)
    manifest = Manifest(
        presswatch=importlib.metadata.version("presswatch"),
        schema=HEAD,
        made_at=now,
        counts=dict(await count_all(part)),
        files=_with_settings(loaded, part),
    )
    _put_in_place(part, target, manifest)
    return manifest


def _check(part: Path) -> None:
    for name in DATABASES:
        (part / name).chmod(0o600)
        refuse_damaged(part / name)


def _with_settings(loaded: LoadedSettings, part: Path) -> dict[str, BackupFile]:
    (part / SETTINGS).write_text(_settings_text(loaded), encoding="utf-8")
    return described(part)


def _put_in_place(part: Path, target: Path, manifest: Manifest) -> None:
    (part / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    fsync_folder(part)
    part.rename(target)
    fsync_folder(target.parent)


def refuse_servers(settings: Settings) -> None:
    """Raises: BadInput: something is kept on a server, which is backed up by its own means."""
    kept = {"PRESSWATCH_STORE": settings.store, "PRESSWATCH_STREAM": settings.stream}
    servers = [name for name, value in kept.items() if value != "sqlite"]
    servers += [] if is_embedded(settings) else ["PRESSWATCH_INDEX"]
    if servers:
        raise BadInput(
            f"{' and '.join(servers)} name servers, and only embedded stores are backed up here: "
            "back servers up by their own means (pg_dump, snapshots), or move all with `presswatch admin export`"
        )


def _refuse_missing(data: Path) -> None:
    missing = [name for name in DATABASES if not (data / name).exists()]
    if missing:
        raise BadInput(f"there is nothing to back up in {data}: it has no {missing[0]}")
    store = open_store("sqlite", data)
    try:
        found = revision_of(store)
    finally:
        store.close()
    if found != HEAD:
        raise BadInput(
            f"the store in {data} has schema {found} and this Presswatch has {HEAD}: back it up with the version that "
            "runs on it, or run `presswatch admin migrate` first"
        )


def _make_new(target: Path, part: Path) -> None:
    if target.exists():
        raise BadInput(f"{target} is there already: name a new folder, such as one with the date")
    try:
        # What a backup that was cut off has left.
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise BadInput(f"{target} cannot be made: {(error.strerror or str(error)).lower()}") from error


def _settings_text(loaded: LoadedSettings) -> str:
    """What was set, to be looked at after a restore; secrets are named and not told."""
    lines = ["# The settings of the Presswatch that was backed up. A restore does not read them."]
    for name, value, origin, _ in loaded.rows():
        if origin != "default":
            field = name.removeprefix("PRESSWATCH_").lower()
            hidden = value == "•••"
            lines.append(f"# {field}: a secret, to be set again" if hidden else f"{field} = {_quoted(value)}")
    return os.linesep.join([*lines, ""])


def _quoted(value: str) -> str:
    return msgspec.json.encode(value).decode()
