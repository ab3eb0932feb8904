"""`presswatch admin reindex`: the index anew from the stream, which keeps every article."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from presswatch_cli.composition import open_stream
from presswatch_cli.data_folder import hold, prepare
from presswatch_indexing.rebuild import Progress, Rebuilt, rebuild
from presswatch_indexing.settings import IndexingSettings
from presswatch_shared.clock import SystemClock
from presswatch_shared.index.open_index import index_folder, is_embedded, open_index
from presswatch_shared.settings import Settings

__all__ = ["reindex"]


async def reindex(settings: Settings, progress: Progress) -> Rebuilt:
    """Put every article of the stream into the index.

    A search server is filled in place, beside all that goes on. The embedded index is built beside the old one and put
    in its place at the end: a search in between finds the old one.

    Raises:
        BadInput: a Presswatch runs on the data folder of an embedded index.
        ServerUnreachable: a server that the settings name does not answer.
    """
    data = prepare(settings.data)
    if not is_embedded(settings):
        return await _build(settings, data, progress)
    with hold(data, "run"):
        new = data / "reindex"
        shutil.rmtree(new, ignore_errors=True)
        outcome = await _build(settings, prepare(new), progress)
        _replace(index_folder(data), index_folder(new), aside=new / "old")
        shutil.rmtree(new)
        return outcome


def _replace(old: Path, new: Path, *, aside: Path) -> None:
    # Two renames: whenever this is cut off, one whole index is there, or none, which the next start notices.
    if old.exists():
        old.rename(aside)
    new.rename(old)


async def _build(settings: Settings, folder: Path, progress: Progress) -> Rebuilt:
    stream = open_stream(settings, SystemClock())
    try:
        index = await asyncio.to_thread(open_index, settings, folder, write=True)
        try:
            return await rebuild(stream, index, IndexingSettings(), progress)
        finally:
            await index.close()
    finally:
        await stream.close()
