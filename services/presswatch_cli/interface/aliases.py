"""`presswatch alias …`: named sets of entries, used in queries as @name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from presswatch_cli.interface.options import AsJson, context_of, now, open_text, print_json

__all__ = ["app"]

app = typer.Typer(help="Aliases: named sets of entries, used in queries as @name.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Letters, digits, _ and -; case does not count.")]


@app.command("set")
def set_entries(
    context: typer.Context,
    name: Name,
    entries: Annotated[list[str] | None, typer.Argument(help="Terms, phrases or @names.")] = None,
    file: Annotated[Path | None, typer.Option(help="An entry a line; - for standard input.")] = None,
) -> None:
    """Make an alias, or give it other entries; the watches that name it follow at once.

    Example: presswatch alias set jets "Su-30MK2" "MiG-29" "fighter jet"
    """
    from presswatch_cli.commands.alias import set_alias

    given = list(entries or ())
    if file is not None:
        with open_text(file) as lines:
            given += [line.strip() for line in lines if line.strip()]
    with context_of(context).store() as store:
        touched = set_alias(store, name, given, now=now())
    typer.echo(f"@{name.lower()}: {len(given)} entries, used by {touched} watches")


@app.command("list")
def list_aliases(context: typer.Context, as_json: AsJson = False) -> None:
    """List all aliases with their entries."""
    from presswatch_cli.commands.alias import all_entries

    with context_of(context).store() as store:
        found = all_entries(store)
    if as_json:
        print_json(found)
        return
    for name, entries in found.items():
        typer.echo(f"@{name}\t{', '.join(entries)}")


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Remove an alias that no watch and no other alias names."""
    from presswatch_cli.commands.alias import remove_alias

    with context_of(context).store() as store:
        remove_alias(store, name, now=now())
