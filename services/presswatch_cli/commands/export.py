"""`presswatch admin export`: everything but the stream into one archive."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import msgspec

from presswatch_cli.commands.archive import ARTICLES, VERSION, ArchiveHead, ArchiveWriter
from presswatch_cli.composition import Parts
from presswatch_cli.data_folder import hold, prepare
from presswatch_cli.progress import Count
from presswatch_cli.status_reader import PIPELINE
from presswatch_shared.errors import BadInput
from presswatch_shared.ids import random_id
from presswatch_shared.index.open_index import is_embedded
from presswatch_shared.settings import Settings
from presswatch_shared.store import moving
from presswatch_shared.store.database import Tx
from presswatch_shared.store.migrate import HEAD

__all__ = ["export", "held"]


async def export(settings: Settings, path: Path, *, progress: Count, leave_messages: bool = False) -> Mapping[str, int]:
    """Write the archive; gives the counts by table.

    Raises:
        BadInput: a Presswatch runs on the data folder, or messages wait in the stream, which is not exported.
    """
    parts = Parts(settings)
    with held(settings):
        try:
            if not leave_messages:
                await _refuse_waiting(parts)
            return await _write(parts, path, progress)
        finally:
            await parts.close()


def held(settings: Settings) -> AbstractContextManager[None]:
    """The data folder, where something embedded lies in it: a running product would change what is moved."""
    embedded = settings.store == "sqlite" or settings.stream == "sqlite" or is_embedded(settings)
    return hold(prepare(settings.data), "run") if embedded else nullcontext()


async def _refuse_waiting(parts: Parts) -> None:
    lags = [lag for stage in PIPELINE for lag in (await parts.stream.lag(stage.name, stage.topics)).values()]
    waiting = sum(lag.records for lag in lags)
    if waiting:
        raise BadInput(
            f"{waiting} messages wait in the stream, which is not exported: "
            "let Presswatch run until `presswatch status` says 0, or give --leave-messages"
        )


async def _write(parts: Parts, path: Path, progress: Count) -> Mapping[str, int]:
    head = ArchiveHead(presswatch_archive=VERSION, schema=HEAD, id=random_id("arc"), made_at=parts.clock.now())
    with ArchiveWriter(path, head) as archive:

        def write_rows(tx: Tx) -> None:
            for item in moving.all_rows(tx):
                archive.add(item)
                progress(archive.counts.total())

        await parts.store.read(write_rows)
        async for article in parts.index(write=False).scan(None):
            archive.add((ARTICLES, msgspec.to_builtins(article)))
            progress(archive.counts.total())
    return dict(archive.counts)
