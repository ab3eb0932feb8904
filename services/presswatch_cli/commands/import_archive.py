"""`presswatch admin import`: an archive into the stores of the settings, whichever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from presswatch_cli.commands.archive import ARTICLES, ArchiveEnd, ArchiveHead, Item, check, items
from presswatch_cli.commands.export import held
from presswatch_cli.composition import Parts
from presswatch_cli.progress import Progress
from presswatch_shared.errors import BadInput
from presswatch_shared.events import ArticleEnriched
from presswatch_shared.index.port import ArticleIndex
from presswatch_shared.settings import Settings
from presswatch_shared.store import moving
from presswatch_shared.store.database import Store
from presswatch_shared.store.migrate import HEAD
from presswatch_shared.store.moving import Import

__all__ = ["Count", "Imported", "import_archive", "render_text"]

AT_ONCE = 500
# Where a delivery was there already, its tries in the archive stay out.
TRIES_OF_OTHERS = ("deliveries",)


@dataclass(frozen=True, slots=True)
class Count:
    """One kind of thing: how many the archive has, and how many there are now."""

    name: str
    archive: int
    there: int

    @property
    def fits(self) -> bool:
        return self.archive == self.there


@dataclass(frozen=True, slots=True)
class Imported:
    """What there is after the import; `merged` where the target had something before."""

    counts: Sequence[Count]
    merged: bool
    again: bool
    """The archive was imported before: nothing was done."""

    @property
    def differing(self) -> Sequence[Count]:
        """What is not as the archive says. A merged store may have more."""
        if not self.merged:
            return [one for one in self.counts if not one.fits]
        return [one for one in self.counts if one.there < one.archive and one.name not in TRIES_OF_OTHERS]

    def as_json(self) -> Mapping[str, Any]:
        counts = {one.name: {"archive": one.archive, "there": one.there} for one in self.counts}
        return {"counts": counts, "merged": self.merged, "again": self.again, "ok": not self.differing}


async def import_archive(settings: Settings, path: Path, *, merge: bool, progress: Progress) -> Imported:
    """Take in what is not there yet. Cut off, it goes on where it was; done again, it changes nothing.

    Raises:
        BadInput: no sound archive, one of another version, or a target that is not empty and must not be merged with.
    """
    head, end = check(path)
    if head.schema != HEAD:
        raise BadInput(
            f"{path} holds schema {head.schema} and this Presswatch has {HEAD}: export and import with one version"
        )
    parts = Parts(settings)
    with held(settings):
        try:
            return await _import(parts, head, end, path, merge, progress)
        finally:
            await parts.close()


async def _import(
    parts: Parts, head: ArchiveHead, end: ArchiveEnd, path: Path, merge: bool, progress: Progress
) -> Imported:
    store, index = parts.store, parts.index(write=True)
    archive = Import(head.id)
    again = await store.read(archive.is_finished)
    if not again:
        await _begin(store, index, archive, merge)
        await _take_all(store, index, archive, path, sum(end.counts.values()), progress)
    merged = await store.read(archive.is_merging)
    if not again:
        await store.run(moving.finish, archive)
    return Imported(await _compared(store, index, end), merged or again, again)


async def _begin(store: Store, index: ArticleIndex, archive: Import, merge: bool) -> None:
    other = await store.read(moving.current_import)
    if other is not None and f"{moving.MARK}{other}" != archive.name:
        raise BadInput(f"the import of archive {other} was cut off: finish that one first")
    if await store.read(archive.done) is not None:
        return
    empty = await store.read(moving.is_empty) and not await index.count()
    if not empty and not merge:
        raise BadInput("the target is not empty: import into new stores, or give --merge to keep what is there, too")
    await store.run(moving.begin, archive, merge=not empty)


async def _take_all(
    store: Store, index: ArticleIndex, archive: Import, path: Path, total: int, progress: Progress
) -> None:
    done = await store.read(archive.done) or 0
    for name, batch in _batches(islice(items(path), done, None)):
        done += len(batch)
        if name == ARTICLES:
            await index.put([msgspec.convert(row, ArticleEnriched) for row in batch])
            await store.run(archive.save, done)
        else:
            await store.run(moving.take_rows, archive, name, batch, done=done)
        progress(done, total)


def _batches(found: Iterator[Item]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Rows of one table that stand together, so many at once."""
    name, batch = "", list[dict[str, Any]]()
    for kind, row in found:
        if batch and (kind != name or len(batch) == AT_ONCE):
            yield name, batch
            batch = []
        name = kind
        batch.append(row)
    if batch:
        yield name, batch


async def _compared(store: Store, index: ArticleIndex, end: ArchiveEnd) -> Sequence[Count]:
    there = dict(await store.read(moving.count_all)) | {ARTICLES: await index.count()}
    # Where numbers go on, which is no content.
    del there[moving.COUNTERS]
    return [Count(name, end.counts.get(name, 0), count) for name, count in sorted(there.items())]


def render_text(outcome: Imported, console: Console) -> None:
    """A line a table; what differs is marked."""
    table = Table("", "archive", "here", box=None, header_style="bold", pad_edge=False)
    differing = {one.name for one in outcome.differing}
    for one in outcome.counts:
        if one.archive or one.there:
            style = "bold red" if one.name in differing else None
            table.add_row(one.name, f"{one.archive:,}", f"{one.there:,}", style=style)
    console.print(table)
