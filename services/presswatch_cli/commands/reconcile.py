"""`presswatch reconcile`: what the stream has and the index has not."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from presswatch_cli.composition import open_stream
from presswatch_cli.data_folder import prepare
from presswatch_indexing.rebuild import Progress
from presswatch_indexing.reconcile import Reconciled
from presswatch_indexing.reconcile import reconcile as compare
from presswatch_indexing.settings import IndexingSettings
from presswatch_shared.clock import SystemClock
from presswatch_shared.index.open_index import open_index
from presswatch_shared.settings import Settings

__all__ = ["as_json", "lines_of", "reconcile"]


async def reconcile(settings: Settings, *, repair: bool, progress: Progress) -> Reconciled:
    """Compare, and put what is missing where `repair` says so.

    Raises:
        BadInput: an embedded index is to be repaired while a Presswatch writes to it.
        ServerUnreachable: a server that the settings name does not answer.
    """
    stream = open_stream(settings, SystemClock())
    try:
        index = await asyncio.to_thread(open_index, settings, prepare(settings.data), write=repair)
        try:
            return await compare(stream, index, IndexingSettings(), repair=repair, progress=progress)
        finally:
            await index.close()
    finally:
        await stream.close()


def as_json(found: Reconciled) -> dict[str, Any]:
    return {**asdict(found), "whole": found.is_whole}


def lines_of(found: Reconciled) -> list[str]:
    """What was found, for people."""
    counts = f"{found.missing} missing in the index, {found.outdated} there at an older version"
    examples = [f"such as {', '.join(found.examples)}"] if found.examples else []
    return [f"{found.articles} articles in the stream: {counts}, {found.repaired} repaired", *examples]
