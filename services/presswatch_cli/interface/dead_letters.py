"""`presswatch dlq …`: messages that a stage could not handle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from presswatch_cli.interface.options import AsJson, context_of, print_json

if TYPE_CHECKING:
    from presswatch_shared.stream.port import Stream

__all__ = ["app"]

app = typer.Typer(help="Dead letters: messages that a stage could not handle.", no_args_is_help=True)

Stage = Annotated[str | None, typer.Option(help="Only those of this stage.")]
Reason = Annotated[str | None, typer.Option(help="Only those set aside for this reason.")]


@app.command("list")
def list_letters(
    context: typer.Context,
    stage: Stage = None,
    reason: Reason = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Count dead letters by stage and reason, and list the newest."""
    from rich.console import Console

    from presswatch_cli.commands import dlq

    async def read() -> None:
        async with _stream(context) as stream:
            folder = context_of(context).settings.data / "stages"
            found = await dlq.list_document(stream, folder, dlq.Chosen(stage=stage, reason=reason), limit=limit)
        if as_json:
            print_json(found)
        else:
            dlq.render_list(found, Console())

    asyncio.run(read())


@app.command()
def show(
    context: typer.Context,
    letter: Annotated[str, typer.Argument(help="Id of a dead letter, from `presswatch dlq list`.")],
    as_json: AsJson = False,
) -> None:
    """Print one dead letter: the error, its traceback, the message."""
    from rich.console import Console

    from presswatch_cli.commands import dlq

    async def read() -> None:
        async with _stream(context) as stream:
            found = await dlq.show_document(stream, letter)
        if as_json:
            print_json(found)
        else:
            dlq.render_letter(found, Console())

    asyncio.run(read())


@app.command()
def replay(
    context: typer.Context,
    letters: Annotated[list[str] | None, typer.Argument(help="Ids of dead letters.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that the filters leave.")] = False,
    stage: Stage = None,
    reason: Reason = None,
) -> None:
    """Put messages back, for the stage that failed alone."""
    from presswatch_cli.commands import dlq
    from presswatch_cli.progress import measuring
    from presswatch_shared.clock import SystemClock
    from presswatch_shared.errors import BadInput

    if bool(letters) == everything:
        raise BadInput("name the dead letters to put back, or give --all")

    async def put_back() -> None:
        chosen = dlq.Chosen(stage=stage, reason=reason, ids=tuple(letters or ()))
        async with _stream(context) as stream:
            with measuring("dead letters") as progress:
                result = await dlq.replay_chosen(stream, chosen, clock=SystemClock(), progress=progress)
        typer.echo(f"{result.replayed} put back")
        for letter in result.cut:
            typer.echo(f"{letter} was too large to be kept whole, and stays", err=True)

    asyncio.run(put_back())


@app.command()
def discard(
    context: typer.Context,
    letters: Annotated[list[str] | None, typer.Argument(help="Ids of dead letters.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that the filters leave.")] = False,
    stage: Stage = None,
    reason: Reason = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Give messages up for good: they are not dead letters any more.

    Example: presswatch dlq discard --all --reason undecodable
    """
    from presswatch_cli.commands import dlq
    from presswatch_shared.clock import SystemClock
    from presswatch_shared.errors import BadInput

    if bool(letters) == everything:
        raise BadInput("name the dead letters to give up, or give --all")
    if not yes:
        typer.confirm("They cannot be put back afterwards. Discard them?", abort=True, err=True)

    async def give_up() -> None:
        chosen = dlq.Chosen(stage=stage, reason=reason, ids=tuple(letters or ()))
        async with _stream(context) as stream:
            typer.echo(f"{await dlq.discard_chosen(stream, chosen, clock=SystemClock())} discarded")

    asyncio.run(give_up())


@app.command()
def resume(
    context: typer.Context,
    stage: Annotated[str | None, typer.Argument(help="A paused stage; all of them where none is named.")] = None,
) -> None:
    """Lift the pause of a stage that had too many failures."""
    from presswatch_cli.commands.dlq import resume as lift

    lifted = lift(context_of(context).settings.data / "stages", stage)
    typer.echo(f"resumed: {', '.join(lifted)}" if lifted else "no stage is paused")


@asynccontextmanager
async def _stream(context: typer.Context) -> AsyncIterator[Stream]:
    from presswatch_cli.composition import open_stream
    from presswatch_shared.clock import SystemClock

    opened = open_stream(context_of(context).settings, SystemClock())
    try:
        yield opened
    finally:
        await opened.close()
