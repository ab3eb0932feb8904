"""`presswatch admin backup` and `restore`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from presswatch_cli.interface.options import AsJson, context_of, now, print_json

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command()(backup)
    app.command()(restore)


def backup(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A new folder; the secrets of channels will be in it.")],
    as_json: AsJson = False,
) -> None:
    """Copy the embedded stores as they are at this moment, while Presswatch runs.

    Example: presswatch admin backup /backups/presswatch-2026-11-24
    """
    from presswatch_cli.commands.backup import backup as make_backup
    from presswatch_cli.progress import measuring

    with measuring("pages") as progress:
        work = make_backup(context_of(context).loaded, folder, progress=progress, now=now())
        manifest = asyncio.run(work)
    if as_json:
        print_json({"counts": manifest.counts, "bytes": sum(file.bytes for file in manifest.files.values())})
        return
    for name, count in sorted(manifest.counts.items()):
        if count:
            typer.echo(f"{name}: {count}")
    typer.echo(f"{folder}: whole, checked; settings that are secrets are not in it", err=True)


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A backup of `presswatch admin backup`.")],
    as_json: AsJson = False,
) -> None:
    """Put a backup into an empty data folder. What waits to be delivered is held: `presswatch deliveries release`.

    Example: PRESSWATCH_DATA=/srv/presswatch presswatch admin restore /backups/presswatch-2026-11-24
    """
    from presswatch_cli.commands.restore import restore as put_back
    from presswatch_cli.progress import measuring
    from presswatch_shared.errors import CheckFailed

    with measuring("bytes") as progress:
        restored = asyncio.run(put_back(context_of(context).settings, folder, progress=progress, now=now()))
    if as_json:
        print_json(restored.as_json())
    else:
        for name, count in sorted(restored.counts.items()):
            if count:
                typer.echo(f"{name}: {count}")
        typer.echo(
            f"{restored.held} deliveries wait, and nothing is sent until `presswatch deliveries release`", err=True
        )
    if restored.differing:
        raise CheckFailed(f"{len(restored.differing)} counts differ: {', '.join(restored.differing)}")
